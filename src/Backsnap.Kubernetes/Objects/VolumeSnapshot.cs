using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>
/// A way to snapshot volumes (<c>snapshot.storage.k8s.io/v1</c>). The default of its driver bears
/// <c>snapshot.storage.kubernetes.io/is-default-class: "true"</c>.
/// </summary>
public sealed record VolumeSnapshotClass : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>The CSI driver; must be that of the volume.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Driver { get; init; }

    /// <summary><c>Delete</c>, or <c>Retain</c>: then the storage outlives the VolumeSnapshot.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? DeletionPolicy { get; init; }
}

/// <summary>A claim at one instant (<c>snapshot.storage.k8s.io/v1</c>).</summary>
public sealed record VolumeSnapshot : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What to snapshot, and how.</summary>
    public VolumeSnapshotSpec? Spec { get; init; }

    /// <summary>Null until the snapshot controller has seen the object.</summary>
    public VolumeSnapshotStatus? Status { get; init; }
}

/// <summary>What to snapshot, and how.</summary>
public sealed record VolumeSnapshotSpec
{
    /// <summary>What is snapshotted.</summary>
    public VolumeSnapshotSource? Source { get; init; }

    /// <summary>Null: the default of the claim's driver.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? VolumeSnapshotClassName { get; init; }
}

/// <summary>What is snapshotted.</summary>
public sealed record VolumeSnapshotSource
{
    /// <summary>A claim of the same namespace; null for a snapshot that was brought in from outside.</summary>
    public string? PersistentVolumeClaimName { get; init; }
}

/// <summary>How far a snapshot is.</summary>
public sealed record VolumeSnapshotStatus
{
    /// <summary>True once a claim can be made from it.</summary>
    public bool? ReadyToUse { get; init; }

    /// <summary>The instant that it shows.</summary>
    public DateTimeOffset? CreationTime { get; init; }

    /// <summary>Least size of a claim made from it, a quantity; absent or "0" when the driver does not say.</summary>
    [JsonConverter(typeof(QuantityText))]
    public string? RestoreSize { get; init; }

    /// <summary>The cluster object behind it.</summary>
    public string? BoundVolumeSnapshotContentName { get; init; }

    /// <summary>The last thing that went wrong; the controller may yet get over it.</summary>
    public VolumeSnapshotError? Error { get; init; }
}

/// <summary>What went wrong with a snapshot.</summary>
public sealed record VolumeSnapshotError
{
    /// <summary>The driver's or controller's words.</summary>
    public string? Message { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset? Time { get; init; }
}
