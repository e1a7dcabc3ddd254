using System.Text.Json.Nodes;
using Backsnap.Sandbox.Controllers;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Pods;

/// <summary>What the node has to run pods with; <paramref name="State"/> is the directory that holds a directory per pod.</summary>
internal sealed record PodHost(
    ObjectStore Store,
    SandboxOptions Options,
    VolumeDirectories Directories,
    ContainerTools Tools,
    EventRecorder Events,
    string State)
{
    public TimeProvider Clock => Options.Clock;

    public string StateOf(JsonObject pod) => Path.Combine(State, pod.UidOf());
}

/// <summary>The life of one pod on the node, from its volumes to its last status.</summary>
internal sealed class PodRun
{
    private static readonly TimeSpan MountRetry = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly PodHost host;
    private readonly JsonObject pod;
    private readonly DateTimeOffset startedAt;
    private readonly List<ContainerRun> containers;
    private readonly TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PodStage stage = PodStage.Preparing;

    public PodRun(PodHost host, JsonObject pod)
    {
        this.host = host;
        this.pod = pod;
        startedAt = host.Clock.GetUtcNow();
        containers = [.. pod.Items("spec", "containers").OfType<JsonObject>().Select(container => new ContainerRun(host, pod, container, stopping.Task, Tell))];
        Completion = Task.Run(LiveAsync);
    }

    /// <summary>Ends with the pod's last status; never faults.</summary>
    public Task Completion { get; }

    public string Name => pod.NameOf();

    public string Namespace => pod.NamespaceOf();

    public ContainerRun? Container(string name) => containers.FirstOrDefault(container => container.Name == name || (name.Length == 0 && containers.Count == 1));

    /// <summary>Stops the containers: politely, then after <paramref name="grace"/> for good. Only the first call counts, and a shorter grace.</summary>
    public void Stop(TimeSpan grace)
    {
        if (stopping.TrySetResult() && grace > TimeSpan.Zero) Tell();
        foreach (var container in containers) container.Stop(grace);
    }

    private async Task LiveAsync()
    {
        try
        {
            Tell();
            if (await PrepareAsync().ConfigureAwait(false) is { } volumes)
            {
                stage = PodStage.Ready;
                Tell();
                await Task.WhenAll(containers.Select(container => container.LiveAsync(volumes))).ConfigureAwait(false);
                stage = PodStage.Over;
                Tell();
            }
        }
        catch (Exception error)
        {
            host.Options.Log($"pod {Namespace}/{Name}: {error}");
        }
    }

    private async Task<IReadOnlyDictionary<string, PodVolume>?> PrepareAsync()
    {
        while (!stopping.Task.IsCompleted)
        {
            if (pod.Items("spec", "initContainers").Count > 0)
            {
                host.Events.Warning(pod, "Unsupported", "the sandbox runs no init containers");
                await stopping.Task.ConfigureAwait(false);
                return null;
            }
            switch (PodVolumes.Prepare(host.Store, host.Directories, pod, host.StateOf(pod)))
            {
                case PodVolumes.Ready ready:
                    return ready.Volumes;
                case PodVolumes.NotYet not:
                    host.Events.Warning(pod, "FailedMount", not.Why);
                    await Pauses.WaitAsync(MountRetry, host.Clock, stopping.Task).ConfigureAwait(false);
                    break;
            }
        }
        return null;
    }

    /// <summary>Writes the pod's status as it is now.</summary>
    private void Tell()
    {
        lock (gate)
        {
            var view = new PodView(stage, [.. containers.Select(container => container.View)], startedAt);
            host.Store.Update(ResourceTypes.Pods, Namespace, Name, current =>
            {
                if (current.UidOf() != pod.UidOf()) return null;
                current["status"] = view.StatusFor(current, host.Clock.GetUtcNow());
                return current;
            });
        }
    }
}

/// <summary>Pauses that end early when there is no more need to wait.</summary>
internal static class Pauses
{
    public static async Task WaitAsync(TimeSpan pause, TimeProvider time, Task unless)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(pause, time, over.Token), unless).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
    }
}
