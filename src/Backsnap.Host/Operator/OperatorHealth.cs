using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Backsnap.Domain.Cluster;
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
    private readonly ConcurrentDictionary<(string Verb, string Kind, bool Succeeded), long> actions = new();
    private Plan plan = Plan.Empty;
    private long plans;
    private long refusals;

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
    public void Planned(Plan made)
    {
        plan = made;
        LastPlan = clock.GetCurrentInstant();
        Interlocked.Increment(ref plans);
    }

    /// <summary>A plan broke a law.</summary>
    public void Refused() => Interlocked.Increment(ref refusals);

    /// <summary>An action was tried.</summary>
    public void Acted(string verb, string kind, bool succeeded) => actions.AddOrUpdate((verb, kind, succeeded), 1, (_, count) => count + 1);

    /// <summary>The figures in the Prometheus text format.</summary>
    public string Metrics()
    {
        var text = new StringBuilder()
            .Append("# HELP backsnap_plans_total Plans that were made.\n# TYPE backsnap_plans_total counter\n")
            .Append(CultureInfo.InvariantCulture, $"backsnap_plans_total {plans}\n")
            .Append("# HELP backsnap_plans_refused_total Plans that broke a law and were not carried out.\n# TYPE backsnap_plans_refused_total counter\n")
            .Append(CultureInfo.InvariantCulture, $"backsnap_plans_refused_total {refusals}\n")
            .Append("# HELP backsnap_actions_total Writes to the Kubernetes API by verb, kind and result.\n# TYPE backsnap_actions_total counter\n");
        foreach (var ((verb, kind, succeeded), count) in actions.OrderBy(entry => entry.Key.ToString(), StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"backsnap_actions_total{{verb=\"{verb}\",kind=\"{kind}\",result=\"{(succeeded ? "ok" : "failed")}\"}} {count}\n");
        }

        text.Append("# HELP backsnap_deletions_withheld Deletions that wait for a person because they are too many for one plan (--max-deletions-per-plan).\n# TYPE backsnap_deletions_withheld gauge\n")
            .Append(CultureInfo.InvariantCulture, $"backsnap_deletions_withheld {plan.Withheld}\n");
        var claims = plan.Verdicts.GroupBy(verdict => Word(verdict.Coverage)).ToDictionary(group => group.Key, group => group.Count());
        text.Append("# HELP backsnap_claims Claims by verdict.\n# TYPE backsnap_claims gauge\n");
        foreach (var word in new[] { "covered", "excluded", "unsupported", "invalid" })
        {
            text.Append(CultureInfo.InvariantCulture, $"backsnap_claims{{verdict=\"{word}\"}} {claims.GetValueOrDefault(word)}\n");
        }

        return text.ToString();
    }

    private static string Word(Coverage coverage) => coverage switch
    {
        Coverage.Covered => "covered",
        Coverage.Excluded => "excluded",
        Coverage.Unsupported => "unsupported",
        Coverage.Invalid => "invalid",
    };
}
