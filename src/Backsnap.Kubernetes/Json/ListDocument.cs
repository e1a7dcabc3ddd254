namespace Backsnap.Kubernetes;

/// <summary>A page of a list, as the server sends it.</summary>
internal sealed record ListDocument<T>
{
    public ListMeta? Metadata { get; init; }

    public List<T>? Items { get; init; }
}

internal sealed record ListMeta
{
    public string? ResourceVersion { get; init; }

    public string? Continue { get; init; }
}

/// <summary>What an API server says when it refuses (<c>v1</c>, kind Status), or when it has deleted.</summary>
internal sealed record StatusDocument
{
    public string? Kind { get; init; }

    public string? Status { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    public int? Code { get; init; }

    public StatusDetails? Details { get; init; }
}

internal sealed record StatusDetails
{
    public string? Name { get; init; }

    public string? Kind { get; init; }

    public int? RetryAfterSeconds { get; init; }

    public IReadOnlyList<StatusCause>? Causes { get; init; }
}

internal sealed record StatusCause
{
    public string? Reason { get; init; }

    public string? Message { get; init; }

    public string? Field { get; init; }
}

/// <summary>An object of any kind, down to what a deletion or a bookmark is read for.</summary>
internal sealed record AnyObject
{
    public string? Kind { get; init; }

    public ObjectMeta? Metadata { get; init; }
}
