using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Pods;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Controllers;

/// <summary>Runs the pods that the scheduler gave to the node, stops those that are deleted, and keeps their logs while they exist.</summary>
internal sealed class KubeletController(VolumeDirectories directories) : Reconciler(Node.Kubelet), IPodLogs
{
    private static readonly TimeSpan PatienceAtTheEnd = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, PodRun> runs = new(StringComparer.Ordinal);
    private PodHost? host;

    /// <inheritdoc/>
    public PodLog? TryOpen(string ns, string pod, string container) =>
        host is not null
        && Store.Find(ResourceTypes.Pods, ns, pod) is { } stored
        && runs.TryGetValue(stored.Uid, out var run)
        && run.Container(container) is { LogFile: { } file } found
            ? new PodLog(file, () => found.IsLogComplete)
            : null;

    protected override async Task StartAsync()
    {
        var state = Path.Combine(Context.Options.DataDirectory, "pods");
        var tools = await ContainerTools.ProbeAsync(state, Context.Clock).ConfigureAwait(false);
        Context.Log(tools.Isolation.Description);
        host = new PodHost(Store, Context.Options, directories, tools, new EventRecorder(Store, Context.Clock, Name), state);
    }

    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change)
    {
        if (change.Stored.Type != ResourceTypes.Pods) return [];
        if (change is StoreEvent.Deleted) Forget(change.Stored.Uid);
        return [ObjectKey.Of(change.Stored)];
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key.Type, key.Namespace, key.Name) is not { } pod || string.IsNullOrEmpty(pod.Text("spec", "nodeName"))) return null;
        var isOver = pod.Text("status", "phase") is "Succeeded" or "Failed";
        if (!runs.TryGetValue(pod.UidOf(), out var run))
        {
            if (!isOver && !pod.IsTerminating()) Start(key, pod);
            else if (pod.IsTerminating()) Remove(key, pod);
            return null;
        }
        if (!pod.IsTerminating()) return null;
        if (run.Completion.IsCompleted) Remove(key, pod);
        else run.Stop(TimeSpan.FromSeconds(pod.Number("metadata", "deletionGracePeriodSeconds") ?? 0));
        return null;
    }

    protected override async Task StopAsync()
    {
        foreach (var run in runs.Values) run.Stop(PatienceAtTheEnd);
        await Task.WhenAll(runs.Values.Select(run => run.Completion)).ConfigureAwait(false);
    }

    private void Start(ObjectKey key, JsonObject pod)
    {
        var run = runs.GetOrAdd(pod.UidOf(), _ => new PodRun(host!, pod));
        Begin(pod.UidOf(), key, () => run.Completion.WaitAsync(Stopping));
    }

    /// <summary>Nothing of a deleted pod runs any more: its object may go.</summary>
    private void Remove(ObjectKey key, JsonObject pod) =>
        Store.Delete(key.Type, key.Namespace, key.Name, new DeleteOptions(Uid: pod.UidOf(), GracePeriodSeconds: 0));

    /// <summary>The object is gone, and with it goes what is left: processes at once, then logs and scratch volumes.</summary>
    private void Forget(string uid)
    {
        if (!runs.TryRemove(uid, out var run)) return;
        run.Stop(TimeSpan.Zero);
        _ = RemoveStateAsync();

        async Task RemoveStateAsync()
        {
            await run.Completion.ConfigureAwait(false);
            try { Directory.Delete(Path.Combine(host!.State, uid), recursive: true); }
            catch (IOException error) { Context.Log($"{Name}: {error.Message}"); }
        }
    }
}
