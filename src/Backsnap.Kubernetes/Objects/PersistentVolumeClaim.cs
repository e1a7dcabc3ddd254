using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>A claim on storage (<c>v1</c>).</summary>
public sealed record PersistentVolumeClaim : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What is asked for.</summary>
    public PersistentVolumeClaimSpec? Spec { get; init; }

    /// <summary>What was given.</summary>
    public PersistentVolumeClaimStatus? Status { get; init; }
}

/// <summary>What a claim asks for.</summary>
public sealed record PersistentVolumeClaimSpec
{
    /// <summary><c>ReadWriteOnce</c>, <c>ReadOnlyMany</c>, <c>ReadWriteMany</c>, <c>ReadWriteOncePod</c>.</summary>
    [JsonConverter(typeof(PooledStrings))]
    public IReadOnlyList<string>? AccessModes { get; init; }

    /// <summary>Null: the default class, once there is one. Empty: no class, only a volume that exists already.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? StorageClassName { get; init; }

    /// <summary><c>Filesystem</c> (also when null) or <c>Block</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? VolumeMode { get; init; }

    /// <summary>The bound volume; null or empty until bound.</summary>
    public string? VolumeName { get; init; }

    /// <summary>Requested amounts.</summary>
    public ResourceRequirements? Resources { get; init; }

    /// <summary>What the volume is filled from, a VolumeSnapshot for instance.</summary>
    public TypedReference? DataSource { get; init; }
}

/// <summary>Amounts that are asked for.</summary>
public sealed record ResourceRequirements
{
    /// <summary>Quantities by resource; a claim has <c>storage</c>.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? Requests { get; init; }
}

/// <summary>Names an object of the same namespace.</summary>
public sealed record TypedReference
{
    /// <summary>Null for the core group.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? ApiGroup { get; init; }

    /// <summary>Kind of the object.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Kind { get; init; }

    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }
}

/// <summary>What a claim was given.</summary>
public sealed record PersistentVolumeClaimStatus
{
    /// <summary><c>Pending</c>, <c>Bound</c> or <c>Lost</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Phase { get; init; }

    /// <summary>Actual quantities; <c>storage</c> may exceed the request.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? Capacity { get; init; }
}
