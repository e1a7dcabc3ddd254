using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Volumes;

/// <summary>What a new volume begins with.</summary>
internal abstract record DataSource
{
    private DataSource() { }

    /// <summary>Nothing.</summary>
    public sealed record Empty : DataSource;

    /// <summary>The content of the snapshot with this handle, which <paramref name="VolumeSnapshot"/> stands for.</summary>
    public sealed record Snapshot(JsonObject VolumeSnapshot, string Handle) : DataSource;

    /// <summary>A copy of another volume.</summary>
    public sealed record OtherVolume(string Handle) : DataSource;

    /// <summary>It is not there, or not yet; the words are those of the external provisioner.</summary>
    public sealed record Unavailable(string Why) : DataSource;

    /// <summary>A kind that another provisioner fills.</summary>
    public sealed record Foreign : DataSource;

    /// <summary>Looks up what <paramref name="claim"/> asks to begin with, for a volume of <paramref name="driver"/>.</summary>
    public static DataSource Find(ObjectStore store, JsonObject claim, string driver) =>
        claim.Child("spec", "dataSource") is not { } source ? new Empty()
        : (source.Text("apiGroup") ?? "", source.Text("kind")) switch
        {
            ("snapshot.storage.k8s.io", "VolumeSnapshot") => FindSnapshot(store, claim, source.Text("name") ?? "", driver),
            ("", "PersistentVolumeClaim") => FindClaim(store, claim, source.Text("name") ?? ""),
            _ => new Foreign(),
        };

    private static DataSource FindSnapshot(ObjectStore store, JsonObject claim, string name, string driver)
    {
        if (store.Get(ResourceTypes.VolumeSnapshots, claim.NamespaceOf(), name) is not { } snapshot)
            return Missing(name, $"error getting snapshot {name} from api server: volumesnapshots.snapshot.storage.k8s.io \"{name}\" not found");
        if (snapshot.IsTerminating()) return Missing(name, $"snapshot {name} is being deleted");
        if (snapshot.Text("status", "boundVolumeSnapshotContentName") is not { } contentName) return Missing(name, $"snapshot {name} not bound");
        if (store.Get(ResourceTypes.VolumeSnapshotContents, "", contentName) is not { } content
            || content.Text("spec", "volumeSnapshotRef", "uid") != snapshot.UidOf())
            return Missing(name, $"snapshot {name} not bound");
        if (content.Text("spec", "driver") != driver)
            return Missing(name, $"snapshotContent {contentName} belongs to driver {content.Text("spec", "driver")}, not to {driver}");
        if (!snapshot.Flag("status", "readyToUse")) return Missing(name, $"snapshot {name} is not Ready");
        if (content.Text("status", "snapshotHandle") is not { } handle) return Missing(name, $"snapshot handle {contentName} is not available");

        var (wanted, size) = (StorageSize.Parse(claim.Text("spec", "resources", "requests", "storage")) ?? 0, content.Number("status", "restoreSize") ?? 0);
        return wanted < size
            ? Missing(name, string.Create(CultureInfo.InvariantCulture, $"requested volume size {wanted} is less than the size {size} for the source snapshot {name}"))
            : new Snapshot(snapshot, handle);
    }

    private static DataSource FindClaim(ObjectStore store, JsonObject claim, string name) =>
        store.Get(ResourceTypes.PersistentVolumeClaims, claim.NamespaceOf(), name) is { } source
        && store.Get(ResourceTypes.PersistentVolumes, "", source.Text("spec", "volumeName") ?? "") is { } volume
        && volume.Text("spec", "csi", "volumeHandle") is { } handle
            ? new OtherVolume(handle)
            : new Unavailable($"error getting handle for DataSource Type PersistentVolumeClaim by Name {name}: the PVC is not bound");

    private static Unavailable Missing(string name, string why) => new($"error getting handle for DataSource Type VolumeSnapshot by Name {name}: {why}");
}
