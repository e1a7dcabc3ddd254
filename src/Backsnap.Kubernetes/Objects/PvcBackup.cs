using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>One backup of one claim (<c>backsnap.skyb.it/v1alpha1</c>, kind PVCBackup).</summary>
public sealed record PvcBackup : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What to back up.</summary>
    public PvcBackupSpec? Spec { get; init; }

    /// <summary>How it went; null until the operator has seen it.</summary>
    public PvcBackupStatus? Status { get; init; }
}

/// <summary>What to back up, and how.</summary>
public sealed record PvcBackupSpec
{
    /// <summary>The claim, in the object's namespace.</summary>
    public string? Pvc { get; init; }

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

/// <summary>How a backup went. Figures are null until there is a result.</summary>
public sealed record PvcBackupStatus
{
    /// <summary><c>Pending</c>, <c>Snapshotting</c>, <c>Provisioning</c>, <c>Running</c>, <c>Succeeded</c> or <c>Failed</c>.</summary>
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

    /// <summary>The restic snapshot that was saved, 64 hexadecimal digits.</summary>
    public string? Snapshot { get; init; }

    /// <summary>Files not in the snapshot before.</summary>
    public long? FilesNew { get; init; }

    /// <summary>Files that differ from the snapshot before.</summary>
    public long? FilesChanged { get; init; }

    /// <summary>Files as in the snapshot before.</summary>
    public long? FilesUnmodified { get; init; }

    /// <summary>All files.</summary>
    public long? FilesProcessed { get; init; }

    /// <summary><see cref="BytesAdded"/> for people, as in <c>3.2 MiB</c>; a column of <c>kubectl get</c> cannot compute it.</summary>
    public string? Added { get; init; }

    /// <summary>Bytes added to the repository, before compression.</summary>
    public long? BytesAdded { get; init; }

    /// <summary>Bytes in all files.</summary>
    public long? BytesProcessed { get; init; }

    /// <summary>What could not be read.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}
