using Backsnap.Domain.Cluster;
using Backsnap.Host.Metrics;
using Backsnap.Planner;
using NodaTime;

namespace Backsnap.Host.Operator;

/// <summary>What the loop tells of itself: whether it is ready, and the figures for /metrics.</summary>
/// <param name="clock">For when the last plan was made.</param>
/// <param name="monotonic">By which a loop that makes no progress is known, whatever becomes of the clock on the wall; the system's where none is given.</param>
internal sealed class OperatorHealth(IClock clock, TimeProvider? monotonic = null)
{
    private const long AtRest = long.MinValue;

    // Longer than any action may take, and the telling of it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TimeProvider time = monotonic ?? TimeProvider.System;
    private long sign = AtRest;

    /// <summary>The figures.</summary>
    public Figures Figures { get; } = new(clock);

    /// <summary>Whether all kinds were listed once.</summary>
    public bool IsReady { get; private set; }

    /// <summary>When the last plan was made.</summary>
    public Instant LastPlan { get; private set; }

    /// <summary>Whether the loop has been at work for minutes without a sign of progress. One that rests, or stands by, is not stuck.</summary>
    public bool IsStuck => Volatile.Read(ref sign) is var last and not AtRest && time.GetElapsedTime(last) > Patience;

    /// <summary>All kinds were listed; or nothing is to be listed, as another operator leads.</summary>
    public void Synced() => IsReady = true;

    /// <summary>The cluster is read anew.</summary>
    public void Syncing() => IsReady = false;

    /// <summary>The loop makes progress.</summary>
    public void Working() => Volatile.Write(ref sign, time.GetTimestamp());

    /// <summary>The loop waits for news, or does not run.</summary>
    public void Resting() => Volatile.Write(ref sign, AtRest);

    /// <summary>A plan was made.</summary>
    public void Planned(ClusterState state, Plan plan, Settings settings, TimeSpan took)
    {
        LastPlan = clock.GetCurrentInstant();
        Figures.Planned(state, plan, settings, took);
    }
}
