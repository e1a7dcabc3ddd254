using System.Collections.Concurrent;
using System.Diagnostics;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using Backsnap.Host.Operator.Events;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using LanguageExt;
using NodaTime;

namespace Backsnap.Host.Metrics;

/// <summary>What was last seen of the cluster and made of it.</summary>
internal sealed record Seen(ClusterState State, Plan Plan, Settings Settings);

/// <summary>
/// The operator's figures. What it does is counted as it happens; what the cluster is like is only remembered, and worked out when somebody
/// asks, so that a round costs the same whether it is watched or not. Safe from any thread.
/// </summary>
internal sealed class Figures(IClock clock)
{
    private static readonly double[] Milliseconds = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] Hours = [10, 30, 60, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400];

    private readonly ConcurrentDictionary<(string Verb, string Kind, string Result), long> actions = new();
    private readonly ConcurrentDictionary<(string Kind, string Result, string Reason), long> finished = new();
    private readonly ConcurrentDictionary<(string Verb, string Code), long> requests = new();
    private readonly ConcurrentDictionary<string, long> events = new(StringComparer.Ordinal);
    private readonly Histogram planning = new(Catalogue.PlanDuration, Milliseconds);
    private readonly Histogram runs = new(Catalogue.RunDuration, Hours);
    private readonly Histogram answers = new(Catalogue.RequestDuration, Milliseconds);
    private volatile Seen? seen;
    private volatile bool leads;
    private volatile bool refused;
    private long plans;
    private long refusals;
    private long lastPlan;

    /// <summary>Hears of every duration that is counted: of which metric, how many seconds, and under which label.</summary>
    public event Action<Metric, double, string>? Observed;

    /// <summary>The upper bounds, in seconds, of a histogram's buckets.</summary>
    public IReadOnlyList<double> BoundsOf(Metric metric) => Array.Find([planning, runs, answers], histogram => histogram.Metric == metric)?.Bounds ?? [];

    /// <summary>This operator begins to act, or stops: then it knows nothing of the cluster any more.</summary>
    public void Leads(bool now)
    {
        leads = now;
        seen = now ? seen : null;
        refused = now && refused;
    }

    /// <summary>A plan was made.</summary>
    public void Planned(ClusterState state, Plan plan, Settings settings, TimeSpan took)
    {
        seen = new Seen(state, plan, settings);
        refused = false;
        Interlocked.Increment(ref plans);
        Interlocked.Exchange(ref lastPlan, clock.GetCurrentInstant().ToUnixTimeMilliseconds());
        Observe(planning, took.TotalSeconds);
    }

    /// <summary>The plan broke a law.</summary>
    public void Refused()
    {
        refused = true;
        Interlocked.Increment(ref refusals);
    }

    /// <summary>An action was tried; the result is ok, overtaken or failed.</summary>
    public void Acted(PlannedAction action, string result)
    {
        Count(actions, (action.Verb, action.Target.Kind.Kind, result));
        if (result == "ok" && action is PlannedAction.SetStatus { Status: Node.Fields status } set && Text(status, "result") is { } end)
        {
            var failed = end == nameof(Domain.Backups.Result.Failed);
            Count(finished, (set.Kind.Kind, end, failed ? FailureWord.Of(Text(status, "reason") ?? "") : ""));
            if (!failed && Text(status, "duration") is { } took)
            {
                GoDuration.Parse(took).IfRight(time => Observe(runs, time.TotalSeconds, set.Kind.Kind));
            }
        }
    }

    /// <summary>The Kubernetes API was asked.</summary>
    public void Asked(RequestRecord record)
    {
        Count(requests, (record.Request.Verb, record.StatusCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "error"));
        Observe(answers, record.Duration.TotalSeconds, record.Request.Verb);
    }

    /// <summary>What became of something that was to be told as an Event (<see cref="EventResult"/>).</summary>
    public void Told(string result) => Count(events, result);

    /// <summary>All metrics as of now: those of the cluster only where this operator acts and has seen it.</summary>
    public IEnumerable<Sample> Samples()
    {
        var now = clock.GetCurrentInstant();
        var of = seen;
        return (of is null ? [] : ClaimMetrics.Of(ClaimRow.Of(of), of, now).Concat(WorkMetrics.Of(of, now)))
            .Append(new Sample(Catalogue.Refused, refused ? 1 : 0))
            .Concat(Counted())
            .Concat(
            [
                new Sample(Catalogue.Leader, leads ? 1 : 0),
                new Sample(Catalogue.Synced, of is null ? 0 : 1),
                new Sample(Catalogue.Build, 1, VersionCommand.Version),
            ])
            .Concat(OfProcess());
    }

    /// <summary>Only what is counted, which costs nothing to tell.</summary>
    public IEnumerable<Sample> Counts() => Counted().Concat(OfProcess());

    private void Observe(Histogram histogram, double seconds, string label = "")
    {
        histogram.Observe(seconds, label);
        Observed?.Invoke(histogram.Metric, seconds, label);
    }

    private IEnumerable<Sample> Counted()
    {
        yield return new Sample(Catalogue.Plans, Interlocked.Read(ref plans));
        yield return new Sample(Catalogue.PlansRefused, Interlocked.Read(ref refusals));
        foreach (var sample in planning.Samples())
        {
            yield return sample;
        }

        yield return new Sample(Catalogue.LastPlan, Interlocked.Read(ref lastPlan) / 1000.0);
        foreach (var ((verb, kind, result), count) in actions.OrderBy(entry => entry.Key))
        {
            yield return new Sample(Catalogue.Actions, count, verb, kind, result);
        }

        foreach (var ((kind, result, reason), count) in finished.OrderBy(entry => entry.Key))
        {
            yield return new Sample(Catalogue.Finished, count, kind, result, reason);
        }

        foreach (var sample in runs.Samples())
        {
            yield return sample;
        }

        foreach (var ((verb, code), count) in requests.OrderBy(entry => entry.Key))
        {
            yield return new Sample(Catalogue.Requests, count, verb, code);
        }

        foreach (var sample in answers.Samples())
        {
            yield return sample;
        }

        foreach (var result in EventResult.All)
        {
            yield return new Sample(Catalogue.Events, events.GetValueOrDefault(result), result);
        }
    }

    private static IEnumerable<Sample> OfProcess()
    {
        yield return new Sample(Catalogue.Cpu, Environment.CpuUsage.TotalTime.TotalSeconds);
        yield return new Sample(Catalogue.Memory, Environment.WorkingSet);
        yield return new Sample(Catalogue.StartTime, StartTime);
        if (Directory.Exists("/proc/self/fd"))
        {
            yield return new Sample(Catalogue.OpenFiles, Directory.GetFileSystemEntries("/proc/self/fd").Length);
        }
    }

    private static double StartTime { get; } = new DateTimeOffset(Process.GetCurrentProcess().StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;

    private static string? Text(Node.Fields status, string name) => status.Find(name).ToSeq().OfType<Node.Text>().Select(text => text.Value).FirstOrDefault();

    private static void Count<TKey>(ConcurrentDictionary<TKey, long> counts, TKey key)
        where TKey : notnull => counts.AddOrUpdate(key, 1, (_, before) => before + 1);
}
