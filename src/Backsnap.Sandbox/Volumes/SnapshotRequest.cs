using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Volumes;

/// <summary>What the snapshot controller makes of a VolumeSnapshot before it has a content.</summary>
internal abstract record SnapshotRequest
{
    private SnapshotRequest() { }

    /// <summary>No class is named and this is the default one.</summary>
    public sealed record TakeDefaultClass(string Name) : SnapshotRequest;

    /// <summary>The class is missing; nothing else is done to the snapshot.</summary>
    public sealed record NoClass(string Reason, string Message) : SnapshotRequest;

    /// <summary>The source cannot be snapshotted, or not yet; <paramref name="Claim"/> is there when it is.</summary>
    public sealed record NoSource(JsonObject? Claim, string Message) : SnapshotRequest;

    /// <summary>Ready to be asked of the driver.</summary>
    public sealed record Complete(JsonObject Claim, JsonObject Volume, JsonObject Class) : SnapshotRequest;

    /// <summary>Reads the request from the cluster as it is.</summary>
    public static SnapshotRequest Read(ObjectStore store, JsonObject snapshot)
    {
        var claimName = snapshot.Text("spec", "source", "persistentVolumeClaimName") ?? "";
        var claim = store.Get(ResourceTypes.PersistentVolumeClaims, snapshot.NamespaceOf(), claimName);
        var volume = claim.Text("spec", "volumeName") is { Length: > 0 } volumeName && claim.Text("status", "phase") == "Bound"
            ? store.Get(ResourceTypes.PersistentVolumes, "", volumeName)
            : null;

        if (snapshot.Text("spec", "volumeSnapshotClassName") is not { Length: > 0 } className)
            return DefaultClass(store, claim, volume, claimName);
        if (store.Get(ResourceTypes.VolumeSnapshotClasses, "", className) is not { } snapshotClass)
            return new NoClass(
                "GetSnapshotClassFailed",
                $"Failed to get snapshot class with error volumesnapshotclass.snapshot.storage.k8s.io \"{className}\" not found");
        if (claim is null)
            return new NoSource(
                null,
                $"Failed to create snapshot content with error snapshot controller failed to update {snapshot.NameOf()} on API server: cannot get claim from snapshot");
        if (volume is null)
            return new NoSource(
                claim,
                $"Failed to create snapshot content with error failed to get input parameters to create snapshot {snapshot.NameOf()}: "
                + $"\"the PVC {claimName} is not yet bound to a PV, will not attempt to take a snapshot\"");
        if (volume.Text("spec", "csi", "volumeHandle") is null)
            return new NoSource(
                claim,
                $"Failed to create snapshot content with error failed to get input parameters to create snapshot {snapshot.NameOf()}: "
                + $"\"unsupported volume type: {volume.NameOf()} is not a CSI volume\"");
        return new Complete(claim, volume, snapshotClass);
    }

    private static SnapshotRequest DefaultClass(ObjectStore store, JsonObject? claim, JsonObject? volume, string claimName)
    {
        const string reason = "SetDefaultSnapshotClassFailed";
        const string failed = "Failed to set default snapshot class with error";
        if (claim is null) return new NoClass(reason, $"{failed} failed to retrieve PVC {claimName} from the lister: \"persistentvolumeclaim \"{claimName}\" not found\"");
        if (volume is null) return new NoClass(reason, $"{failed} the PVC {claimName} is not yet bound to a PV, will not attempt to take a snapshot");

        var driver = volume.Text("spec", "csi", "driver");
        var defaults = store.List(ResourceTypes.VolumeSnapshotClasses)
            .Where(candidate => candidate.Text("driver") == driver
                && candidate.Text("metadata", "annotations", Controllers.SnapshotAnnotations.DefaultClass) == "true")
            .ToList();
        return defaults switch
        {
            [] => new NoClass(reason, $"{failed} cannot find default snapshot class"),
            [var one] => new TakeDefaultClass(one.NameOf()),
            _ => new NoClass(reason, $"{failed} {defaults.Count} default snapshot classes were found"),
        };
    }
}
