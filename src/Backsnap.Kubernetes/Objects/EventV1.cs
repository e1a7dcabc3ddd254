using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>
/// An Event in the form of the group <c>events.k8s.io/v1</c>, in which Events are written. The server keeps one object for both forms; it is read as
/// <see cref="Event"/> where other people's are looked at.
/// </summary>
public sealed record EventV1 : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What it happened to.</summary>
    public ObjectReference? Regarding { get; init; }

    /// <summary>Another object that has to do with it.</summary>
    public ObjectReference? Related { get; init; }

    /// <summary>What was done or tried, a CamelCase word.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Action { get; init; }

    /// <summary>Stable CamelCase word.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Reason { get; init; }

    /// <summary>Sentence for people, at most 1,024 bytes.</summary>
    public string? Note { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Type { get; init; }

    /// <summary>The controller that says so, as a qualified name.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? ReportingController { get; init; }

    /// <summary>Which of its instances.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? ReportingInstance { get; init; }

    /// <summary>When it happened first (microseconds).</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>That it happened again; null where it happened once.</summary>
    public EventSeries? Series { get; init; }

    /// <summary>How often it happened, in Events that were written in the older form.</summary>
    public int? DeprecatedCount { get; init; }
}

/// <summary>How often one and the same thing happened, and until when.</summary>
public sealed record EventSeries
{
    /// <summary>At least 2.</summary>
    public int? Count { get; init; }

    /// <summary>The last time (microseconds).</summary>
    public DateTimeOffset? LastObservedTime { get; init; }
}
