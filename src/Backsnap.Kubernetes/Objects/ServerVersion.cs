namespace Backsnap.Kubernetes;

/// <summary>What the server says of itself at <c>/version</c>.</summary>
public sealed record ServerVersion
{
    /// <summary><c>1</c>.</summary>
    public string? Major { get; init; }

    /// <summary><c>36</c>; some vendors append a <c>+</c>.</summary>
    public string? Minor { get; init; }

    /// <summary><c>v1.36.2</c>.</summary>
    public string? GitVersion { get; init; }

    /// <summary><c>linux/amd64</c>.</summary>
    public string? Platform { get; init; }
}
