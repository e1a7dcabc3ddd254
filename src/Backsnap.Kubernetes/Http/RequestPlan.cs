namespace Backsnap.Kubernetes;

/// <summary>One request, ready to be sent as often as needed.</summary>
internal sealed record RequestPlan(ApiRequest Request, HttpMethod Method, string PathAndQuery)
{
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string? ContentType { get; init; }

    public string Accept { get; init; } = "application/json";

    /// <summary>Null for the client's <see cref="ClientOptions.RequestTimeout"/>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>False: whatever comes back is the answer.</summary>
    public bool MayRetry { get; init; } = true;

    public bool IsRead => Method == HttpMethod.Get;
}
