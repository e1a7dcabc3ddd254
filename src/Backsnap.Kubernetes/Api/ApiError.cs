namespace Backsnap.Kubernetes;

/// <summary>A failed request: what was asked of whom, and what came back.</summary>
/// <param name="Kind">Why, as far as a caller acts on it.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Message">The server's message, or what the network said.</param>
public sealed record ApiError(ApiErrorKind Kind, ApiRequest Request, string Message)
{
    /// <summary>HTTP status; null when there was no answer.</summary>
    public int? StatusCode { get; init; }

    /// <summary>The server's own word, <c>AlreadyExists</c>; null when it gave none.</summary>
    public string? Reason { get; init; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The fields that the server objects to, as <c>spec.claim: Required value</c>; empty when it named none.</summary>
    public IReadOnlyList<string> Causes { get; init; } = [];

    /// <summary>True for a 404 that is about the kind, not the object: its CustomResourceDefinition is not installed.</summary>
    public bool ResourceMissing { get; init; }

    /// <summary>True for a 403 that says that the namespace is being deleted: nothing more can be created there.</summary>
    public bool NamespaceTerminating { get; init; }

    /// <summary>True when the same request may succeed later without anybody changing anything.</summary>
    public bool IsTransient =>
        Kind is ApiErrorKind.TooManyRequests or ApiErrorKind.Unavailable or ApiErrorKind.Unreachable or ApiErrorKind.Timeout;

    /// <summary>One sentence for a person: who refused what, why, and what to do about it.</summary>
    public string Explain() => ErrorSentences.Explain(this);

    /// <inheritdoc/>
    public override string ToString() => Explain();
}

/// <summary>What was asked, of whom.</summary>
/// <param name="Verb">The verb as RBAC names it: get, list, watch, create, update, patch, delete.</param>
/// <param name="Server">The server's URL.</param>
public sealed record ApiRequest(string Verb, string Server)
{
    /// <summary>The resource, <c>jobs.batch</c>; the path for a request without one.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The namespace; null for the whole cluster.</summary>
    public string? Namespace { get; init; }

    /// <summary>The object; null for a collection.</summary>
    public string? Name { get; init; }

    /// <summary><c>status</c>, <c>log</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>Where the server's address came from: a kubeconfig and its context, or the pod's environment.</summary>
    public string Origin { get; init; } = "";

    /// <summary><c>create jobs.batch "x" in namespace "y"</c>.</summary>
    public override string ToString() =>
        $"{Verb} {Resource}{(Subresource is null ? "" : "/" + Subresource)}"
        + (Name is null ? "" : $" \"{Name}\"")
        + (Namespace is null ? "" : $" in namespace \"{Namespace}\"");
}
