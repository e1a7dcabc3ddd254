using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>One prune or check of one claim's repository (<c>backsnap.skyb.it/v1alpha1</c>, kind PVCMaintenance).</summary>
public sealed record PvcMaintenance : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What to do.</summary>
    public PvcMaintenanceSpec? Spec { get; init; }

    /// <summary>How it went; null until the operator has seen it.</summary>
    public PvcMaintenanceStatus? Status { get; init; }
}

/// <summary>What to do with whose repository.</summary>
public sealed record PvcMaintenanceSpec
{
    /// <summary>The claim whose repository it is, in the object's namespace; it need not exist any more.</summary>
    public string? Pvc { get; init; }

    /// <summary><c>Prune</c> or <c>Check</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Operation { get; init; }

    /// <summary>For a check: the part of the data that is read, as <c>3/10</c>; null for none.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? ReadData { get; init; }

    /// <summary>How long the object is kept, a Go duration such as <c>72h</c>.</summary>
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

/// <summary>How it went.</summary>
public sealed record PvcMaintenanceStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c> or <c>Failed</c>.</summary>
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

    /// <summary>What restic noticed beside.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
