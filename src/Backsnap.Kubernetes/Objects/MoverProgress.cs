namespace Backsnap.Kubernetes;

/// <summary>How far a backup or a restore is.</summary>
public sealed record MoverProgress
{
    /// <summary>Of the bytes: 0 to 100.</summary>
    public int? Percent { get; init; }

    /// <summary>The bytes that are behind it, as in <c>1.2 GiB</c>.</summary>
    public string? Done { get; init; }

    /// <summary>All bytes, as far as they are known beforehand.</summary>
    public string? Total { get; init; }

    /// <summary>How long it may still take, as in <c>3 min 20 s</c>.</summary>
    public string? Remaining { get; init; }
}
