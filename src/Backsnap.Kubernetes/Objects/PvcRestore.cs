using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>One restore into a new claim (<c>backsnap.skyb.it/v1alpha1</c>, kind PVCRestore).</summary>
public sealed record PvcRestore : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What to restore, and into what.</summary>
    public PvcRestoreSpec? Spec { get; init; }

    /// <summary>How it went; null until the operator has seen it.</summary>
    public PvcRestoreStatus? Status { get; init; }
}

/// <summary>What to restore, and into what.</summary>
public sealed record PvcRestoreSpec
{
    /// <summary>The claim that was backed up; it need not exist any more.</summary>
    public string? SourcePvc { get; init; }

    /// <summary>Its namespace; null for the object's own.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? SourceNamespace { get; init; }

    /// <summary>A restic snapshot, by id or prefix; null or <c>latest</c> for the newest.</summary>
    public string? SourceSnapshot { get; init; }

    /// <summary>The newest snapshot not after this instant (RFC 3339), as written: the rules for it are the planner's.</summary>
    public string? AsOf { get; init; }

    /// <summary>The claim to create, in the object's namespace.</summary>
    public string? TargetPvc { get; init; }

    /// <summary>Its size, a quantity.</summary>
    [JsonConverter(typeof(QuantityText))]
    public string? TargetPvcSize { get; init; }

    /// <summary>Its storage class.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? StorageClassName { get; init; }

    /// <summary>Its access modes.</summary>
    [JsonConverter(typeof(PooledStrings))]
    public IReadOnlyList<string>? AccessModes { get; init; }

    /// <summary>How long the object is kept, a Go duration such as <c>72h</c>; null for as long as nobody deletes it.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Ttl { get; init; }

    /// <summary>Labels of the nodes that the pod may run on.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? NodeSelector { get; init; }

    /// <summary>Tolerations of the pod, as given: a JSON array.</summary>
    public JsonElement? Tolerations { get; init; }

    /// <summary>Priority class of the pod.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? PriorityClassName { get; init; }

    /// <summary>Labels for the objects that are made on the way.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations for the objects that are made on the way.</summary>
    [JsonConverter(typeof(SmallMapConverter))]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>How a restore went. Figures are null until there is a result.</summary>
public sealed record PvcRestoreStatus
{
    /// <summary><c>Pending</c>, <c>Resolving</c>, <c>Provisioning</c>, <c>Running</c>, <c>Succeeded</c> or <c>Failed</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Phase { get; init; }

    /// <summary>When work on it began.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, well or not.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>From start to end, a Go duration such as <c>1m30s</c>.</summary>
    public string? Duration { get; init; }

    /// <summary><c>Succeeded</c>, <c>SucceededWithWarnings</c> or <c>Failed</c>; null while it runs.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Result { get; init; }

    /// <summary>Conditions for <c>kubectl wait</c>.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>The generation that the status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>The state in a sentence.</summary>
    public string? Message { get; init; }

    /// <summary>The state in a stable CamelCase word.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Reason { get; init; }

    /// <summary>How far it is while it runs; null when it is over, and where nothing is known.</summary>
    public MoverProgress? Progress { get; init; }

    /// <summary>Number of the attempt, from 1.</summary>
    public int? Attempt { get; init; }

    /// <summary>The restic snapshot that is restored, pinned when the restore was accepted; 64 hexadecimal digits.</summary>
    public string? Snapshot { get; init; }

    /// <summary>The instant that the snapshot shows.</summary>
    public DateTimeOffset? SnapshotTime { get; init; }

    /// <summary>The pinned snapshot's tags: what it remembers of its claim.</summary>
    public IReadOnlyList<string>? SnapshotTags { get; init; }

    /// <summary>Files written.</summary>
    public long? FilesRestored { get; init; }

    /// <summary>Bytes written.</summary>
    public long? BytesRestored { get; init; }

    /// <summary>What could not be restored as it was.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
