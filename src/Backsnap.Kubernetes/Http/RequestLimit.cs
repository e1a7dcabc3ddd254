namespace Backsnap.Kubernetes;

/// <summary>
/// A token bucket: so many requests a second on the long run, so many at once after a quiet while. Places are given in the order in which
/// they are asked for. Safe from any thread.
/// </summary>
/// <param name="perSecond">Tokens a second; 0 for no limit.</param>
/// <param name="burst">What the bucket holds, at least 1.</param>
/// <param name="time">Monotonic.</param>
internal sealed class RequestLimit(int perSecond, int burst, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = burst;
    private long _countedAt = time.GetTimestamp();

    /// <summary>Takes a place; how long to wait until it is there.</summary>
    public TimeSpan Take()
    {
        if (perSecond == 0) return TimeSpan.Zero;

        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_countedAt, now).TotalSeconds * perSecond)) - 1;
            _countedAt = now;
            return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
        }
    }
}
