using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>Something that happened to an object (<c>v1</c>; those written as <c>events.k8s.io/v1</c> are read here too).</summary>
public sealed record Event : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What it happened to.</summary>
    public ObjectReference? InvolvedObject { get; init; }

    /// <summary>Stable CamelCase word.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Reason { get; init; }

    /// <summary>Sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Type { get; init; }

    /// <summary>How often it happened; null means once.</summary>
    public int? Count { get; init; }

    /// <summary>First time (null in Events of the newer form: see <see cref="EventTime"/>).</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>Last time (null in Events of the newer form).</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>The time in Events of the newer form.</summary>
    public DateTimeOffset? EventTime { get; init; }
}
