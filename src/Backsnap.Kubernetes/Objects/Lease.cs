namespace Backsnap.Kubernetes;

/// <summary>Who leads (<c>coordination.k8s.io/v1</c>).</summary>
public sealed record Lease : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>The holder and until when.</summary>
    public LeaseSpec? Spec { get; init; }
}

/// <summary>The holder of a lease, and until when.</summary>
public sealed record LeaseSpec
{
    /// <summary>Null or empty when nobody holds it.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>Seconds after <see cref="RenewTime"/> at which others may take it.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder took it (microseconds).</summary>
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder last said that it lives (microseconds, by the holder's clock).</summary>
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often it changed hands.</summary>
    public int? LeaseTransitions { get; init; }
}
