using System.Threading.Channels;
using Backsnap.Domain.Cluster;
using Backsnap.Host.Logs;
using Backsnap.Host.Observation;
using Backsnap.Host.Telemetry;
using Backsnap.Planner;
using Backsnap.Planner.Checks;
using LanguageExt;
using Microsoft.Extensions.Logging;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Operator;

/// <summary>How the operator plans: <see cref="Planner.Planner.Plan"/>, but in tests.</summary>
internal delegate Plan Planning(ClusterState state, Settings settings, Instant now);

/// <summary>Holds a plan against the laws.</summary>
internal delegate Seq<Violation> Checking(ClusterState state, Settings settings, Plan plan, Instant now);

/// <summary>How a round ended.</summary>
internal abstract record RoundEnd
{
    private RoundEnd() { }

    /// <summary>Not every kind was listed yet: nothing was planned.</summary>
    public sealed record Blind : RoundEnd;

    /// <summary>There was nothing to do; planning again is worthwhile when something changes, or then.</summary>
    public sealed record Quiet(Option<Instant> WakeAt) : RoundEnd;

    /// <summary>The plan was carried out as far as the cluster let it be; what was learnt calls for another round at once.</summary>
    public sealed record Acted(Plan Plan) : RoundEnd;

    /// <summary>The plan broke laws, and nothing of it was done.</summary>
    public sealed record Refused(Seq<Violation> Violations, Instant Until) : RoundEnd;
}

/// <summary>
/// One round of the operator: take in what was seen, plan, hold the plan against its laws, carry it out, and learn from the answers. It
/// knows no waiting and no time but the clock's; between rounds nothing is remembered but the cache and the troubles. Errands run side by
/// side, at most <paramref name="atOnce"/>; with one, and an API that answers at once, a round is one synchronous, repeatable computation,
/// which is what the simulation drives.
/// </summary>
/// <param name="atOnce">How many errands at once; at least 1.</param>
/// <param name="time">
/// Measures how long a plan has been followed: a long one is left for a fresh one after a while (<see cref="Slice"/>), lest a restore that somebody
/// asks for wait behind thousands of backups. Null: every plan is followed to its end.
/// </param>
/// <param name="headways">Told which movers run; null where nobody asks how far they are.</param>
internal sealed class Round(
    Planning planning, Checking checking, ChannelReader<Sighting> sightings, ClusterCache cache, Executor executor, Reporter reporter, TroubleBook troubles, OperatorHealth health,
    Settings settings, IClock clock, ILogger<Round> log, int atOnce, TimeProvider? time = null, HeadwayReader? headways = null)
{
    private static readonly TimeSpan ActionLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    // What is done in a slice is worth the planning that it cost.
    private const int SlicePerPlanning = 4;

    // The cache and the book of troubles belong to the loop; errands that end at the same moment learn one after the other.
    private readonly Lock learning = new();

    /// <summary>How long the last planning took, the check of the plan included.</summary>
    public TimeSpan PlanningTime { get; private set; }

    /// <summary>Starts afresh, as if it had seen nothing: for a new term, in which others may have acted meanwhile.</summary>
    public void Begin()
    {
        while (sightings.TryRead(out _))
        {
            // Seen in the term before.
        }

        cache.Clear();
    }

    /// <summary>Takes in what was seen; whether any of it was news. The echo of what was written and learnt already is none.</summary>
    public bool Absorb()
    {
        var news = false;
        while (sightings.TryRead(out var sighting))
        {
            news |= sighting(cache);
        }

        return news;
    }

    /// <summary>Goes round once.</summary>
    public async Task<RoundEnd> Go(CancellationToken cancel)
    {
        health.Working();
        Absorb();
        if (cache.Unsynced.Count > 0)
        {
            return new RoundEnd.Blind();
        }

        health.Synced();
        using var span = Tracing.Round();
        var now = clock.GetCurrentInstant();
        var (state, plan, violations) = MakePlan(now);
        reporter.Report(state, plan);

        if (!violations.IsEmpty)
        {
            health.Figures.Refused();
            foreach (var violation in violations)
            {
                log.LogCritical("Refused a plan that breaks a law: {Law} ({Detail}). Nothing of it was done; please report this", violation.Law, violation.Detail);
            }

            return new RoundEnd.Refused(violations, now + Duration.FromMinutes(1));
        }

        if (plan.Actions.IsEmpty)
        {
            return new RoundEnd.Quiet(Soonest(plan.WakeAt, troubles.NextTry()));
        }

        await CarryOut(Errand.Of(plan), cancel);
        return new RoundEnd.Acted(plan);
    }

    private (ClusterState State, Plan Plan, Seq<Violation> Violations) MakePlan(Instant now)
    {
        using var span = Tracing.Planning();
        var began = time?.GetTimestamp() ?? 0;
        var state = cache.State(troubles.Current());
        headways?.Follow(state);
        var plan = planning(state, settings, now);
        var violations = checking(state, settings, plan, now);
        PlanningTime = time?.GetElapsedTime(began) ?? TimeSpan.Zero;
        health.Planned(state, plan, settings, PlanningTime);
        Tracing.Planned(span, state, plan, violations.Count);
        return (state, plan, violations);
    }

    private async Task CarryOut(Seq<Errand> errands, CancellationToken cancel)
    {
        var running = new List<Task>(atOnce);
        var (began, slice) = (time?.GetTimestamp() ?? 0, PlanningTime * SlicePerPlanning is var worth && worth > Slice ? worth : Slice);
        try
        {
            foreach (var errand in errands)
            {
                if (time is not null && time.GetElapsedTime(began) >= slice)
                {
                    break;
                }

                if (running.Count == atOnce)
                {
                    var done = await Task.WhenAny(running);
                    running.Remove(done);
                    await done;
                }

                running.Add(Do(errand, cancel));
            }
        }
        finally
        {
            // Whatever ended this early, no errand may go on behind the loop's back.
            await Task.WhenAll(running);
        }
    }

    private async Task Do(Errand errand, CancellationToken cancel)
    {
        foreach (var action in errand.Actions)
        {
            cancel.ThrowIfCancellationRequested();
            using var span = Tracing.Begin(action);
            var outcome = await Attempt(action, cancel);
            Tracing.End(span, outcome);
            health.Working();
            Learn(errand, action, outcome);
            if (outcome is not (Outcome.Done or Outcome.Met))
            {
                break;
            }
        }
    }

    private async Task<Outcome> Attempt(PlannedAction action, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ActionLimit);
        try
        {
            return await executor.Run(action, limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Outcome.Failed($"no answer within {ActionLimit.TotalSeconds:0} s") { Uncertain = true };
        }
    }

    private void Learn(Errand errand, PlannedAction action, Outcome outcome)
    {
        lock (learning)
        {
            switch (outcome)
            {
                case Outcome.Done done:
                    Succeed(errand, action, done);
                    break;
                case Outcome.Overtaken overtaken when overtaken.Learn(cache):
                    Shrug(action, overtaken.Why);
                    break;
                // Nothing was learnt, so the next plan would say the same, and at once.
                case Outcome.Overtaken overtaken:
                    Rest(errand, action, new Outcome.Failed(overtaken.Why));
                    break;
                case Outcome.Met met when met.Learn(cache):
                    Shrug(action, met.Why);
                    break;
                case Outcome.Met met:
                    Rest(errand, action, new Outcome.Failed(met.Why));
                    break;
                case Outcome.Failed failed:
                    Rest(errand, action, failed);
                    break;
            }
        }
    }

    private void Succeed(Errand errand, PlannedAction action, Outcome.Done done)
    {
        done.Learn(cache);
        troubles.Clear(errand.Key);
        health.Figures.Acted(action, "ok");
        ActionLine.Log(log, LogLevel.Information, action, $": {action.Reason}");
        if (action is PlannedAction.SetStatus set)
        {
            reporter.Announce(set, cache);
        }
    }

    private void Shrug(PlannedAction action, string why)
    {
        health.Figures.Acted(action, "overtaken");
        ActionLine.Log(log, LogLevel.Debug, action, $" was not needed any more: {why}");
    }

    // Logged when it begins; told each time, since an Event says how often and until when.
    private void Rest(Errand errand, PlannedAction action, Outcome.Failed failed)
    {
        var why = failed.Why;
        health.Figures.Acted(action, "failed");
        reporter.Trouble(action, why);
        if (troubles.Note(errand.Key, failed))
        {
            ActionLine.Log(log, LogLevel.Error, action, $" failed: {why}");
        }
    }

    private static Option<Instant> Soonest(Option<Instant> a, Option<Instant> b) => a.Match(x => b.Match(y => Some(Instant.Min(x, y)), () => a), () => b);
}
