namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// Growing pauses between attempts at one thing: the first, then twice the one before, up to a limit. Safe for any number of threads.
/// </summary>
internal sealed class Backoff(TimeProvider time, TimeSpan first, TimeSpan limit)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (int Failures, DateTimeOffset Until)> pauses = new(StringComparer.Ordinal);

    /// <summary>Notes one more failure of <paramref name="what"/>; gives the pause that follows it.</summary>
    public TimeSpan Failed(string what)
    {
        lock (gate)
        {
            var failures = pauses.GetValueOrDefault(what).Failures;
            var pause = Pause(failures, first, limit);
            pauses[what] = (failures + 1, time.GetUtcNow() + pause);
            return pause;
        }
    }

    /// <summary>What is left of the pause, or null when the next attempt may be made.</summary>
    public TimeSpan? Remaining(string what)
    {
        lock (gate)
        {
            var left = pauses.GetValueOrDefault(what).Until - time.GetUtcNow();
            return left > TimeSpan.Zero ? left : null;
        }
    }

    public void Forget(string what)
    {
        lock (gate) pauses.Remove(what);
    }

    /// <summary>The pause after <paramref name="earlier"/> failures and one more.</summary>
    public static TimeSpan Pause(int earlier, TimeSpan first, TimeSpan limit) =>
        TimeSpan.FromTicks((long)Math.Min(limit.Ticks, first.Ticks * Math.Pow(2, Math.Max(0, earlier))));
}
