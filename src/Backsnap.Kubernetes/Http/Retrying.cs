namespace Backsnap.Kubernetes;

/// <summary>Whether, and after what pause, a failed request is sent again.</summary>
internal static class Retrying
{
    /// <summary>A server that asks for a longer pause gets its answer passed on: the caller has better things to do than to wait.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The pause before the next try, or null to give up. A read may always be repeated. A write only when the server cannot
    /// have acted on it: it asked to come back later, or there was no connection to send it on (<paramref name="sent"/> false).
    /// </summary>
    public static TimeSpan? PauseBefore(ApiError error, bool isRead, bool sent, int attempt, double jitter)
    {
        var worthwhile = error.Kind switch
        {
            ApiErrorKind.TooManyRequests => true,
            ApiErrorKind.Unavailable => isRead || (error.StatusCode == 503 && error.RetryAfter is not null),
            ApiErrorKind.Unreachable => isRead || !sent,
            ApiErrorKind.Timeout => isRead,
            ApiErrorKind.NotFound or ApiErrorKind.AlreadyExists or ApiErrorKind.Conflict or ApiErrorKind.Invalid or ApiErrorKind.Forbidden
                or ApiErrorKind.Unauthorized or ApiErrorKind.Expired or ApiErrorKind.BadRequest or ApiErrorKind.Unexpected
                or ApiErrorKind.Other => false,
            _ => throw new ArgumentOutOfRangeException(nameof(error), error.Kind, "unknown kind of error"),
        };
        if (!worthwhile || error.RetryAfter > LongestWait) return null;

        var own = Backoff(attempt, First, Longest, jitter);
        return error.RetryAfter is { } asked && asked > own ? asked : own;
    }

    /// <summary>Doubles with each try up to a limit; then between half of it and all of it, by chance.</summary>
    public static TimeSpan Backoff(int attempt, TimeSpan first, TimeSpan longest, double jitter)
    {
        var whole = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Min(attempt - 1, 30)), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (jitter / 2)));
    }
}
