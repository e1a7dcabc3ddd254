using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Lifecycle;

/// <summary>Something that watches the store and acts on it until the cluster stops.</summary>
internal interface IController
{
    /// <summary>For the log.</summary>
    string Name { get; }

    /// <summary>Runs until <paramref name="ct"/> is cancelled; leaving by that cancellation is the normal end.</summary>
    Task RunAsync(ControllerContext context, CancellationToken ct);
}

/// <summary>What a controller works with.</summary>
internal sealed record ControllerContext(ObjectStore Store, SandboxOptions Options)
{
    public TimeProvider Clock => Options.Clock;
    public Action<string> Log => Options.Log;
}
