using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>An object of the API, of whatever kind.</summary>
public interface IKubernetesObject
{
    /// <summary>Name, identity and bookkeeping; never null, empty when the server sent none.</summary>
    ObjectMeta Metadata { get; }
}

/// <summary>What every object carries. <c>managedFields</c> and whatever else Backsnap does not read is skipped while parsing.</summary>
public sealed record ObjectMeta
{
    internal static readonly ObjectMeta Empty = new();

    /// <summary>Unique within kind and namespace at one time; a later object may bear the same name (see <see cref="Uid"/>).</summary>
    public string? Name { get; init; }

    /// <summary>Null for objects that belong to the cluster.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Namespace { get; init; }

    /// <summary>Unique for all time: tells an object from a later one with its name.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version of the object; only equality means anything.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Counts changes of the spec; null on kinds that do not count.</summary>
    public long? Generation { get; init; }

    /// <summary>When the server stored the object (whole seconds).</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When deletion was asked for; the object stays until <see cref="Finalizers"/> is empty.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Labels, or null when there are none.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations, or null when there are none.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Owners; ownership is proved by <see cref="OwnerReference.Uid"/>, not by the name.</summary>
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Who must still let go before the object disappears.</summary>
    [JsonConverter(typeof(PooledStrings))]
    public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary>An owner: when it goes, the garbage collector takes its dependents.</summary>
public sealed record OwnerReference
{
    /// <summary>Group and version of the owner, <c>batch/v1</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? ApiVersion { get; init; }

    /// <summary>Kind of the owner.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Kind { get; init; }

    /// <summary>Name of the owner, in the dependent's namespace.</summary>
    public string? Name { get; init; }

    /// <summary>Identity of the owner.</summary>
    public string? Uid { get; init; }

    /// <summary>True for the one owner that manages the object.</summary>
    public bool? Controller { get; init; }
}

/// <summary>One observation about an object, as <c>kubectl wait --for=condition=…</c> reads it.</summary>
public sealed record Condition
{
    /// <summary>What is said, <c>Complete</c>, <c>Ready</c>, <c>Established</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Status { get; init; }

    /// <summary>Stable CamelCase word for programs.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Reason { get; init; }

    /// <summary>Sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>When <see cref="Status"/> last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>The generation that the observation is about; null where the kind does not say.</summary>
    public long? ObservedGeneration { get; init; }
}
