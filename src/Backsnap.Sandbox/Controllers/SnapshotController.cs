using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// Binds VolumeSnapshots to VolumeSnapshotContents, whichever comes first, and tells how far the driver is: the part of
/// external-snapshotter's snapshot-controller.
/// </summary>
internal sealed class SnapshotController() : Reconciler("snapshot-controller")
{
    private EventRecorder? recorder;
    private Backoff? pauses;

    private EventRecorder Events => recorder ??= new EventRecorder(Store, Context.Clock, Name);

    private Backoff Pauses => pauses ??= new Backoff(Context.Clock, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change)
    {
        var key = ObjectKey.Of(change.Stored);
        if (key.Type == ResourceTypes.VolumeSnapshots)
            return change is StoreEvent.Deleted && change.Object.Text("spec", "source", "persistentVolumeClaimName") is { } source
                ? SnapshotsOf(key.Namespace, source)
                : [key];
        if (key.Type == ResourceTypes.VolumeSnapshotContents)
            return [new(ResourceTypes.VolumeSnapshots, change.Object.Text("spec", "volumeSnapshotRef", "namespace") ?? "", change.Object.Text("spec", "volumeSnapshotRef", "name") ?? "")];
        if (key.Type == ResourceTypes.PersistentVolumeClaims)
            return
            [
                .. SnapshotsOf(key.Namespace, key.Name),
                .. change.Object.Text("spec", "dataSource", "name") is { } restored ? [new ObjectKey(ResourceTypes.VolumeSnapshots, key.Namespace, restored)] : Array.Empty<ObjectKey>(),
            ];
        return key.Type == ResourceTypes.VolumeSnapshotClasses && change is StoreEvent.Added
            ? Store.List(ResourceTypes.VolumeSnapshots).Where(snapshot => !snapshot.Flag("status", "readyToUse")).Select(KeyOf)
            : [];
    }

    protected override TimeSpan? Reconcile(ObjectKey key) =>
        Store.Get(key.Type, key.Namespace, key.Name) switch
        {
            null => null,
            { } snapshot when snapshot.IsTerminating() => LetGo(snapshot),
            { } snapshot => BringAbout(snapshot),
        };

    private TimeSpan? BringAbout(JsonObject snapshot)
    {
        if (snapshot.Text("spec", "source", "volumeSnapshotContentName") is { } named) return BindTo(named, snapshot);
        var content = Store.Get(ResourceTypes.VolumeSnapshotContents, "", ContentName(snapshot));
        if (content is null && snapshot.Text("status", "boundVolumeSnapshotContentName") is { } lost)
        {
            Fail(snapshot, "SnapshotContentMissing", $"VolumeSnapshotContent {lost} is missing", readyToUse: false);
            return null;
        }
        if (content is null) return Request(snapshot);

        Change(ResourceTypes.VolumeSnapshotContents, content, current => current.WithFinalizer(SnapshotAnnotations.ContentProtection));
        Adopt(snapshot, content);
        Change(ResourceTypes.VolumeSnapshots, snapshot, current => current.WithFinalizer(SnapshotAnnotations.BoundProtection));
        TellProgress(snapshot, content);
        ReleaseClaim(snapshot, besides: null);
        return null;
    }

    private TimeSpan? Request(JsonObject snapshot)
    {
        switch (SnapshotRequest.Read(Store, snapshot))
        {
            case SnapshotRequest.TakeDefaultClass take:
                Change(ResourceTypes.VolumeSnapshots, snapshot, current =>
                {
                    current.Set(take.Name, "spec", "volumeSnapshotClassName");
                    return current;
                });
                break;
            case SnapshotRequest.NoClass no:
                Fail(snapshot, no.Reason, no.Message, readyToUse: null);
                break;
            case SnapshotRequest.NoSource no:
                Protect(snapshot, no.Claim);
                Fail(snapshot, "SnapshotContentCreationFailed", no.Message, readyToUse: false);
                break;
            case SnapshotRequest.Complete complete:
                Protect(snapshot, complete.Claim);
                Store.Create(ResourceTypes.VolumeSnapshotContents, Content(snapshot, complete));
                Events.Normal(snapshot, "CreatingSnapshot", $"Waiting for a snapshot {snapshot.NamespaceOf()}/{snapshot.NameOf()} to be created by the CSI driver.");
                break;
        }
        return null;
    }

    private void Protect(JsonObject snapshot, JsonObject? claim)
    {
        Change(ResourceTypes.VolumeSnapshots, snapshot, current => current.WithFinalizer(SnapshotAnnotations.SourceProtection));
        if (claim is not null)
            Change(ResourceTypes.PersistentVolumeClaims, claim, current => current.WithFinalizer(SnapshotAnnotations.ClaimProtection));
    }

    /// <summary>A snapshot that names a content which was made beforehand gets that one, if it is meant for it.</summary>
    private TimeSpan? BindTo(string contentName, JsonObject snapshot)
    {
        Change(ResourceTypes.VolumeSnapshots, snapshot, current => current.WithFinalizer(SnapshotAnnotations.SourceProtection));
        if (Store.Get(ResourceTypes.VolumeSnapshotContents, "", contentName) is not { } content)
        {
            Fail(snapshot, "SnapshotContentMissing", "VolumeSnapshotContent is missing", readyToUse: false);
            return null;
        }
        var reference = content.Child("spec", "volumeSnapshotRef");
        if (reference.Text("namespace") != snapshot.NamespaceOf()
            || reference.Text("name") != snapshot.NameOf()
            || (reference.Text("uid") is { Length: > 0 } uid && uid != snapshot.UidOf()))
        {
            Fail(snapshot, "SnapshotContentMisbound", $"VolumeSnapshotContent [{contentName}] is bound to a different snapshot", readyToUse: false);
            return null;
        }
        Change(ResourceTypes.VolumeSnapshotContents, content, current =>
        {
            current.Set(snapshot.UidOf(), "spec", "volumeSnapshotRef", "uid");
            return current;
        });
        Change(ResourceTypes.VolumeSnapshotContents, content, current => current.WithFinalizer(SnapshotAnnotations.ContentProtection));
        TellProgress(snapshot, content);
        return null;
    }

    /// <summary>Says in the snapshot's status that it has a content now; nothing is known of the driver's work yet.</summary>
    private void Adopt(JsonObject snapshot, JsonObject content) => Change(ResourceTypes.VolumeSnapshots, snapshot, current =>
    {
        if (current.Text("status", "boundVolumeSnapshotContentName") is not null) return null;
        current["status"] = new JsonObject { ["boundVolumeSnapshotContentName"] = content.NameOf(), ["readyToUse"] = false };
        return current;
    });

    private void TellProgress(JsonObject snapshot, JsonObject content)
    {
        if (content.Child("status") is not { } progress) return;
        if (progress.Text("error", "message") is { } message)
        {
            Fail(snapshot, "SnapshotCreationFailed", message, readyToUse: false);
            return;
        }
        var wasReady = snapshot.Flag("status", "readyToUse");
        var told = Change(ResourceTypes.VolumeSnapshots, snapshot, current =>
        {
            current.Unset("status", "error");
            current.Set(content.NameOf(), "status", "boundVolumeSnapshotContentName");
            if (progress.Number("creationTime") is { } nanoseconds)
                current.Set(ObjectFields.Timestamp(DateTimeOffset.FromUnixTimeMilliseconds(nanoseconds / 1_000_000)), "status", "creationTime");
            current.Set(progress.Flag("readyToUse"), "status", "readyToUse");
            if (progress.Number("restoreSize") is { } size) current.Set(StorageSize.Format(size), "status", "restoreSize");
            return current;
        });
        if (wasReady || told is null || !told.Flag("status", "readyToUse")) return;
        Events.Normal(snapshot, "SnapshotCreated", $"Snapshot {snapshot.NamespaceOf()}/{snapshot.NameOf()} was successfully created by the CSI driver.");
        Events.Normal(snapshot, "SnapshotReady", $"Snapshot {snapshot.NamespaceOf()}/{snapshot.NameOf()} is ready to use.");
    }

    private void Fail(JsonObject snapshot, string reason, string message, bool? readyToUse)
    {
        var isNews = false;
        var told = Change(ResourceTypes.VolumeSnapshots, snapshot, current =>
        {
            if (current.Text("status", "error", "message") == message) return null;
            isNews = true;
            current.Set(new JsonObject { ["message"] = message, ["time"] = ObjectFields.Timestamp(Now) }, "status", "error");
            if (readyToUse is { } ready) current.Set(ready, "status", "readyToUse");
            return current;
        });
        if (isNews && told is not null) Events.Warning(told, reason, message);
    }

    /// <summary>A deleted snapshot goes when no claim is being made from it, and after its content if that is to go along.</summary>
    private TimeSpan? LetGo(JsonObject snapshot)
    {
        if (Store.List(ResourceTypes.PersistentVolumeClaims, snapshot.NamespaceOf()).Any(claim => IsBeingMadeFrom(snapshot, claim)))
        {
            if (Pauses.Remaining(snapshot.UidOf()) is { } rest) return rest;
            Events.Warning(snapshot, "SnapshotDeletePending", "Snapshot is being used to restore a PVC");
            return Pauses.Failed(snapshot.UidOf());
        }

        var contentName = snapshot.Text("status", "boundVolumeSnapshotContentName") ?? snapshot.Text("spec", "source", "volumeSnapshotContentName") ?? ContentName(snapshot);
        if (Store.Get(ResourceTypes.VolumeSnapshotContents, "", contentName) is { } content
            && content.Text("spec", "volumeSnapshotRef", "uid") == snapshot.UidOf())
        {
            Change(ResourceTypes.VolumeSnapshotContents, content, current =>
            {
                current.Set("yes", "metadata", "annotations", SnapshotAnnotations.BeingDeleted);
                return current;
            });
            if (content.Text("spec", "deletionPolicy") == "Delete")
            {
                Store.Delete(ResourceTypes.VolumeSnapshotContents, "", contentName, new DeleteOptions(Uid: content.UidOf()));
                return null;
            }
            Change(ResourceTypes.VolumeSnapshotContents, content, current => current.WithoutFinalizers(SnapshotAnnotations.ContentProtection));
        }
        Pauses.Forget(snapshot.UidOf());
        ReleaseClaim(snapshot, besides: snapshot);
        Change(ResourceTypes.VolumeSnapshots, snapshot, current =>
            current.WithoutFinalizers(SnapshotAnnotations.SourceProtection, SnapshotAnnotations.BoundProtection));
        return null;
    }

    /// <summary>The source may go when no snapshot that is not ready is left to be taken of it.</summary>
    private void ReleaseClaim(JsonObject snapshot, JsonObject? besides)
    {
        var source = snapshot.Text("spec", "source", "persistentVolumeClaimName") ?? "";
        if (Store.Get(ResourceTypes.PersistentVolumeClaims, snapshot.NamespaceOf(), source) is { } claim
            && claim.HasFinalizer(SnapshotAnnotations.ClaimProtection)
            && !Store.List(ResourceTypes.VolumeSnapshots, snapshot.NamespaceOf()).Any(other =>
                other.UidOf() != besides?.UidOf()
                && other.Text("spec", "source", "persistentVolumeClaimName") == source
                && !other.Flag("status", "readyToUse")))
            Change(ResourceTypes.PersistentVolumeClaims, claim, current => current.WithoutFinalizers(SnapshotAnnotations.ClaimProtection));
    }

    private static bool IsBeingMadeFrom(JsonObject snapshot, JsonObject claim) =>
        claim.Text("status", "phase") == "Pending"
        && claim.Text("spec", "dataSource", "kind") == "VolumeSnapshot"
        && claim.Text("spec", "dataSource", "name") == snapshot.NameOf();

    private IEnumerable<ObjectKey> SnapshotsOf(string ns, string claim) =>
        Store.List(ResourceTypes.VolumeSnapshots, ns).Where(snapshot => snapshot.Text("spec", "source", "persistentVolumeClaimName") == claim).Select(KeyOf);

    private static JsonObject Content(JsonObject snapshot, SnapshotRequest.Complete request) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = ContentName(snapshot) },
        ["spec"] = new JsonObject
        {
            ["deletionPolicy"] = request.Class.Text("deletionPolicy"),
            ["driver"] = request.Class.Text("driver"),
            ["source"] = new JsonObject { ["volumeHandle"] = request.Volume.Text("spec", "csi", "volumeHandle") },
            ["sourceVolumeMode"] = request.Volume.Text("spec", "volumeMode") ?? "Filesystem",
            ["volumeSnapshotClassName"] = request.Class.NameOf(),
            ["volumeSnapshotRef"] = new JsonObject
            {
                ["apiVersion"] = ResourceTypes.VolumeSnapshots.ApiVersion,
                ["kind"] = ResourceTypes.VolumeSnapshots.Kind,
                ["name"] = snapshot.NameOf(),
                ["namespace"] = snapshot.NamespaceOf(),
                ["resourceVersion"] = snapshot.Text("metadata", "resourceVersion"),
                ["uid"] = snapshot.UidOf(),
            },
        },
    };

    private static string ContentName(JsonObject snapshot) => $"snapcontent-{snapshot.UidOf()}";

    private static ObjectKey KeyOf(JsonObject snapshot) => new(ResourceTypes.VolumeSnapshots, snapshot.NamespaceOf(), snapshot.NameOf());
}
