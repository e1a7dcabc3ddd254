using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>A snapshot as the storage system knows it (<c>snapshot.storage.k8s.io/v1</c>): to a VolumeSnapshot what a volume is to a claim.</summary>
public sealed record VolumeSnapshotContent : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>Which snapshot, and for whom.</summary>
    public VolumeSnapshotContentSpec? Spec { get; init; }

    /// <summary>Null until the driver was asked.</summary>
    public VolumeSnapshotContentStatus? Status { get; init; }
}

/// <summary>Which snapshot, and for whom.</summary>
public sealed record VolumeSnapshotContentSpec
{
    /// <summary><c>Delete</c> or <c>Retain</c>: what becomes of the stored snapshot when its VolumeSnapshot is deleted.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? DeletionPolicy { get; init; }

    /// <summary>The CSI driver.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Driver { get; init; }

    /// <summary><c>Filesystem</c> or <c>Block</c>; null where it is not known.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? SourceVolumeMode { get; init; }

    /// <summary>Its class; null for one that somebody wrote by hand.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? VolumeSnapshotClassName { get; init; }

    /// <summary>The VolumeSnapshot that it is for.</summary>
    public ObjectReference? VolumeSnapshotRef { get; init; }
}

/// <summary>What the driver said.</summary>
public sealed record VolumeSnapshotContentStatus
{
    /// <summary>The driver's own name of the snapshot.</summary>
    public string? SnapshotHandle { get; init; }

    /// <summary>True once a volume can be made from it.</summary>
    public bool? ReadyToUse { get; init; }
}
