using Backsnap.Sandbox.Lifecycle;

namespace Backsnap.Sandbox.Controllers;

/// <summary>The controllers of the cluster, and the logs of the pods that one of them runs. This is the one place that lists them.</summary>
internal sealed record ControllerSet(IReadOnlyList<IController> Controllers, IPodLogs Logs)
{
    public static ControllerSet Create(ControllerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new ControllerSet([new GarbageCollector(), new NamespaceController()], new NoLogs());
    }

    private sealed class NoLogs : IPodLogs
    {
        public PodLog? TryOpen(string ns, string pod, string container) => null;
    }
}
