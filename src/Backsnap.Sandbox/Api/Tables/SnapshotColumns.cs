using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>The printer columns of the snapshot kinds, as the external snapshotter defines them.</summary>
internal static class SnapshotColumns
{
    public static readonly CustomColumn Age = Of("Age", "date", ".metadata.creationTimestamp");

    public static IReadOnlyList<CustomColumn> Of(ResourceType type) =>
        type == ResourceTypes.VolumeSnapshots
            ?
            [
                Of("ReadyToUse", "boolean", ".status.readyToUse"), Of("SourcePVC", "string", ".spec.source.persistentVolumeClaimName"),
                Of("SourceSnapshotContent", "string", ".spec.source.volumeSnapshotContentName"), Of("RestoreSize", "string", ".status.restoreSize"),
                Of("SnapshotClass", "string", ".spec.volumeSnapshotClassName"), Of("SnapshotContent", "string", ".status.boundVolumeSnapshotContentName"),
                Of("CreationTime", "date", ".status.creationTime"), Age,
            ]
        : type == ResourceTypes.VolumeSnapshotContents
            ?
            [
                Of("ReadyToUse", "boolean", ".status.readyToUse"), Of("RestoreSize", "integer", ".status.restoreSize"),
                Of("DeletionPolicy", "string", ".spec.deletionPolicy"), Of("Driver", "string", ".spec.driver"),
                Of("VolumeSnapshotClass", "string", ".spec.volumeSnapshotClassName"), Of("VolumeSnapshot", "string", ".spec.volumeSnapshotRef.name"),
                Of("VolumeSnapshotNamespace", "string", ".spec.volumeSnapshotRef.namespace"), Age,
            ]
        : type == ResourceTypes.VolumeSnapshotClasses
            ? [Of("Driver", "string", ".driver"), Of("DeletionPolicy", "string", ".deletionPolicy"), Age]
        : [];

    private static CustomColumn Of(string name, string type, string path) => new(name, type, "", $"Custom resource definition column (in JSONPath format): {path}", 0, path);
}
