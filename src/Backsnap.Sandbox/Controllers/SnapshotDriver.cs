using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// Takes and removes the snapshots that VolumeSnapshotContents stand for: the part of external-snapshotter's csi-snapshotter and of its
/// driver. Contents of other drivers, <see cref="Drivers.WithoutSnapshots"/> among them, are nobody's.
/// </summary>
internal sealed class SnapshotDriver(VolumeDirectories directories) : Reconciler("csi-snapshotter " + Drivers.Local)
{
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, long Size)> taken = new(StringComparer.Ordinal);
    private EventRecorder? recorder;
    private Backoff? pauses;

    private EventRecorder Events => recorder ??= new EventRecorder(Store, Context.Clock, Name);

    private Backoff Pauses => pauses ??= new Backoff(Context.Clock, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change) =>
        change.Stored.Type == ResourceTypes.VolumeSnapshotContents ? [ObjectKey.Of(change.Stored)] : [];

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key.Type, key.Namespace, key.Name) is not { } content
            || content.Text("spec", "driver") != Drivers.Local
            || IsUnderWay(content.UidOf()))
            return null;
        if (content.IsTerminating()) return Remove(key, content);
        if (content.Text("status", "snapshotHandle") is not null) return null;
        if (Pauses.Remaining(content.UidOf()) is { } pause) return pause;
        return content.Text("spec", "source", "snapshotHandle") is { } handle ? Find(content, handle) : Take(key, content);
    }

    private TimeSpan? Take(ObjectKey key, JsonObject content)
    {
        var volume = content.Text("spec", "source", "volumeHandle") ?? "";
        var handle = $"snap-{content.UidOf()}";
        var faults = DriverFaults.Of(Store.Get(ResourceTypes.VolumeSnapshotClasses, "", content.Text("spec", "volumeSnapshotClassName") ?? ""));
        Change(key.Type, content, current =>
        {
            current.Set("yes", "metadata", "annotations", SnapshotAnnotations.BeingCreated);
            return current;
        });
        if (faults.NeverReady) return null;
        Begin(content.UidOf(), key, async () =>
        {
            try
            {
                var at = Now;
                await faults.SufferAsync(Context.Clock, Stopping).ConfigureAwait(false);
                await directories.CreateSnapshotAsync(handle, volume, Stopping).ConfigureAwait(false);
                taken[handle] = (at, SizeOf(volume));
                TellReady(content, handle);
                Change(key.Type, content, current =>
                {
                    current.Unset("metadata", "annotations", SnapshotAnnotations.BeingCreated);
                    return current;
                });
            }
            catch (VolumeException refusal)
            {
                Fail(content, $"Failed to check and update snapshot content: failed to take snapshot of the volume {volume}: \"rpc error: code = Internal desc = {refusal.Message}\"");
            }
        });
        return null;
    }

    /// <summary>A snapshot that is there already, for a content that somebody wrote by hand.</summary>
    private TimeSpan? Find(JsonObject content, string handle)
    {
        if (handle.Contains('/', StringComparison.Ordinal) || !directories.SnapshotExists(handle))
            return Fail(content, $"Failed to check and update snapshot content: failed to list snapshot for content {content.NameOf()}: \"rpc error: code = NotFound desc = snapshot {handle} does not exist\"");
        TellReady(content, handle);
        return null;
    }

    private void TellReady(JsonObject content, string handle)
    {
        var (at, size) = taken.GetValueOrDefault(handle, (Now, 0));
        Pauses.Forget(content.UidOf());
        Change(ResourceTypes.VolumeSnapshotContents, content, current =>
        {
            current["status"] = new JsonObject
            {
                ["creationTime"] = (at - DateTimeOffset.UnixEpoch).Ticks * 100,
                ["readyToUse"] = true,
                ["restoreSize"] = size,
                ["snapshotHandle"] = handle,
            };
            return current;
        });
    }

    private TimeSpan Fail(JsonObject content, string message)
    {
        var told = Change(ResourceTypes.VolumeSnapshotContents, content, current =>
        {
            if (current.Text("status", "error", "message") == message) return null;
            current["status"] = new JsonObject
            {
                ["error"] = new JsonObject { ["message"] = message, ["time"] = ObjectFields.Timestamp(Now) },
                ["readyToUse"] = false,
            };
            current.Unset("metadata", "annotations", SnapshotAnnotations.BeingCreated);
            return current;
        });
        Events.Warning(told ?? content, "SnapshotContentCheckandUpdateFailed", message);
        return Pauses.Failed(content.UidOf());
    }

    /// <summary>A deleted content takes its snapshot along, if its policy says so and its VolumeSnapshot goes too.</summary>
    private TimeSpan? Remove(ObjectKey key, JsonObject content)
    {
        if (!content.HasFinalizer(SnapshotAnnotations.ContentProtection)
            || (content.Text("metadata", "annotations", SnapshotAnnotations.BeingDeleted) is null && IsBound(content)))
            return null;
        Begin(content.UidOf(), key, async () =>
        {
            if (content.Text("spec", "deletionPolicy") == "Delete" && content.Text("status", "snapshotHandle") is { } handle)
                await Task.Run(() => directories.DeleteSnapshot(handle), Stopping).ConfigureAwait(false);
            Change(key.Type, content, current => current.WithoutFinalizers(SnapshotAnnotations.ContentProtection));
        });
        return null;
    }

    private bool IsBound(JsonObject content) =>
        Store.Get(
            ResourceTypes.VolumeSnapshots,
            content.Text("spec", "volumeSnapshotRef", "namespace") ?? "",
            content.Text("spec", "volumeSnapshotRef", "name") ?? "") is { } snapshot
        && snapshot.UidOf() == content.Text("spec", "volumeSnapshotRef", "uid");

    private long SizeOf(string volumeHandle) =>
        Store.List(ResourceTypes.PersistentVolumes)
            .Where(volume => volume.Text("spec", "csi", "volumeHandle") == volumeHandle)
            .Select(volume => StorageSize.Parse(volume.Text("spec", "capacity", "storage")) ?? 0)
            .FirstOrDefault();
}
