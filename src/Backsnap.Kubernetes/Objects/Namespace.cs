using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>A namespace (<c>v1</c>).</summary>
public sealed record Namespace : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>Observed state.</summary>
    public NamespaceStatus? Status { get; init; }
}

/// <summary>State of a namespace.</summary>
public sealed record NamespaceStatus
{
    /// <summary><c>Active</c> or <c>Terminating</c>; nothing can be created in a terminating one.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Phase { get; init; }
}
