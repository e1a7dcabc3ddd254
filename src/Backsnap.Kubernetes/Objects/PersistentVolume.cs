using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>A volume of the cluster (<c>v1</c>).</summary>
public sealed record PersistentVolume : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What the volume is.</summary>
    public PersistentVolumeSpec? Spec { get; init; }

    /// <summary>Observed state.</summary>
    public PersistentVolumeStatus? Status { get; init; }
}

/// <summary>What a volume is.</summary>
public sealed record PersistentVolumeSpec
{
    /// <summary>Set when a CSI driver serves the volume; only such volumes can be snapshotted.</summary>
    public CsiVolumeSource? Csi { get; init; }

    /// <summary>The class it was made by.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? StorageClassName { get; init; }

    /// <summary>The claim it is bound to.</summary>
    public ObjectReference? ClaimRef { get; init; }

    /// <summary><c>Filesystem</c> (also when null) or <c>Block</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? VolumeMode { get; init; }

    /// <summary>Sizes; a volume has <c>storage</c>.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? Capacity { get; init; }

    /// <summary>The ways in which it can be mounted.</summary>
    [JsonConverter(typeof(PooledStrings))]
    public IReadOnlyList<string>? AccessModes { get; init; }

    /// <summary>What becomes of it once its claim is gone: <c>Delete</c>, <c>Retain</c> (also when null) or <c>Recycle</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? PersistentVolumeReclaimPolicy { get; init; }

    /// <summary>From which nodes the volume can be reached; null for all.</summary>
    public VolumeNodeAffinity? NodeAffinity { get; init; }
}

/// <summary>From which nodes a volume can be reached.</summary>
public sealed record VolumeNodeAffinity
{
    /// <summary>What a node must be like.</summary>
    public NodeSelector? Required { get; init; }
}

/// <summary>A choice of nodes: those for which one of the terms holds.</summary>
public sealed record NodeSelector
{
    /// <summary>The terms; one of them is enough.</summary>
    public IReadOnlyList<NodeSelectorTerm>? NodeSelectorTerms { get; init; }
}

/// <summary>A term of a choice of nodes: all its expressions must hold.</summary>
public sealed record NodeSelectorTerm
{
    /// <summary>What the node's labels must be.</summary>
    public IReadOnlyList<NodeSelectorRequirement>? MatchExpressions { get; init; }
}

/// <summary>What one label of a node must be.</summary>
public sealed record NodeSelectorRequirement
{
    /// <summary>The label's name.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Key { get; init; }

    /// <summary><c>In</c>, <c>NotIn</c>, <c>Exists</c>, <c>DoesNotExist</c>, <c>Gt</c> or <c>Lt</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Operator { get; init; }

    /// <summary>The values that the operator speaks of.</summary>
    [JsonConverter(typeof(PooledStrings))]
    public IReadOnlyList<string>? Values { get; init; }
}

/// <summary>A volume served by a CSI driver.</summary>
public sealed record CsiVolumeSource
{
    /// <summary>The driver's name, <c>hostpath.csi.k8s.io</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Driver { get; init; }

    /// <summary>The Secret that the driver reads when it attaches the volume.</summary>
    public SecretReference? ControllerPublishSecretRef { get; init; }

    /// <summary>The Secret that the driver reads when it brings the volume to a node.</summary>
    public SecretReference? NodeStageSecretRef { get; init; }

    /// <summary>The Secret that the driver reads when it mounts the volume into a pod.</summary>
    public SecretReference? NodePublishSecretRef { get; init; }

    /// <summary>The Secret that the driver reads when it makes the volume larger.</summary>
    public SecretReference? ControllerExpandSecretRef { get; init; }

    /// <summary>The Secret that the driver reads when the file system grows on the node.</summary>
    public SecretReference? NodeExpandSecretRef { get; init; }
}

/// <summary>Names a Secret anywhere in the cluster.</summary>
public sealed record SecretReference
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its namespace.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Namespace { get; init; }
}

/// <summary>Names an object anywhere in the cluster.</summary>
public sealed record ObjectReference
{
    /// <summary>Kind of the object.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Kind { get; init; }

    /// <summary>Namespace of the object.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Namespace { get; init; }

    /// <summary>Name of the object.</summary>
    public string? Name { get; init; }

    /// <summary>Identity of the object; null when the referrer did not know it.</summary>
    public string? Uid { get; init; }
}

/// <summary>State of a volume.</summary>
public sealed record PersistentVolumeStatus
{
    /// <summary><c>Pending</c>, <c>Available</c>, <c>Bound</c>, <c>Released</c> or <c>Failed</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Phase { get; init; }
}
