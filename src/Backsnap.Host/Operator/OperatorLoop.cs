using System.Threading.Channels;
using Backsnap.Domain.Cluster;
using Backsnap.Host.Observation;
using Backsnap.Planner;
using Backsnap.Planner.Checks;
using LanguageExt;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Backsnap.Host.Operator;

/// <summary>How the loop plans: <see cref="Planner.Planner.Plan"/>, but in tests.</summary>
internal delegate Plan Planning(ClusterState state, Settings settings, Instant now);

/// <summary>
/// The shell around the planner. It takes in what was seen, plans when something changed or the wake-up instant came, holds
/// the plan against its laws, carries it out, and learns from the answers before it plans again. It polls nothing.
/// </summary>
internal sealed class OperatorLoop(
    Planning planning, ChannelReader<Sighting> sightings, ClusterCache cache, Executor executor, Announcer announcer, Reporter reporter, TroubleBook troubles, OperatorHealth health,
    Settings settings, IClock clock, TimeProvider time, ILogger<OperatorLoop> log)
{
    // Enough to keep an API server busy, few enough not to be throttled by its fairness.
    private const int AtOnce = 16;

    private static readonly TimeSpan ActionLimit = TimeSpan.FromSeconds(30);

    /// <summary>Runs until cancelled.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var wakeAt = Option<Instant>.None;
        while (!cancel.IsCancellationRequested)
        {
            await Sleep(wakeAt, cancel);
            Absorb();
            if (cache.Unsynced.Count == 0)
            {
                health.Synced();
                wakeAt = await Turn(cancel);
            }
        }
    }

    /// <summary>Plans and acts until there is nothing more to do now; when to look again.</summary>
    private async Task<Option<Instant>> Turn(CancellationToken cancel)
    {
        while (true)
        {
            var (now, state) = (clock.GetCurrentInstant(), cache.State(troubles.Current()));
            var plan = planning(state, settings, now);
            health.Planned(plan);
            await reporter.Report(state, plan, cancel);

            var violations = PlanCheck.Check(state, settings, plan);
            if (!violations.IsEmpty)
            {
                health.Refused();
                foreach (var violation in violations)
                {
                    log.LogCritical("Refused a plan that breaks a law: {Law} ({Detail}). Nothing of it was done; please report this", violation.Law, violation.Detail);
                }

                return LanguageExt.Prelude.Some(now + Duration.FromMinutes(1));
            }

            if (plan.Actions.IsEmpty)
            {
                return Soonest(plan.WakeAt, troubles.NextTry());
            }

            await CarryOut(Errand.Of(plan), cancel);
            Absorb();
        }
    }

    private async Task CarryOut(Seq<Errand> errands, CancellationToken cancel)
    {
        var answers = Channel.CreateUnbounded<(Errand Errand, PlannedAction Action, Outcome Outcome)>();
        var work = Parallel.ForEachAsync(errands, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (errand, inner) =>
        {
            foreach (var action in errand.Actions)
            {
                var outcome = await Attempt(action, inner);
                await answers.Writer.WriteAsync((errand, action, outcome), inner);
                if (outcome is not Outcome.Done && !(outcome is Outcome.Overtaken && action is PlannedAction.Create or PlannedAction.CreateCredentials))
                {
                    break;
                }
            }
        }).ContinueWith(done => answers.Writer.Complete(done.Exception), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);

        await foreach (var (errand, action, outcome) in answers.Reader.ReadAllAsync(cancel))
        {
            await Learn(errand, action, outcome, cancel);
        }

        await work;
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
            return new Outcome.Failed($"no answer within {ActionLimit.TotalSeconds:0} s");
        }
    }

    private async Task Learn(Errand errand, PlannedAction action, Outcome outcome, CancellationToken cancel)
    {
        var (kind, ns, name) = action.Target;
        switch (outcome)
        {
            case Outcome.Done done:
                done.Learn(cache);
                troubles.Clear(errand.Key);
                health.Acted(action.Verb, kind.Kind, succeeded: true);
                log.LogInformation("{Verb} {Kind} {Namespace}/{Name}: {Reason}", action.Verb, kind, ns, name, action.Reason);
                if (action is PlannedAction.SetStatus { Announce.IsSome: true } set)
                {
                    await set.Announce.Match(
                        news => announcer.Say(set.Kind, set.Of, news.IsWarning, news.Reason, news.Message, cancel),
                        () => Task.CompletedTask);
                }

                break;
            case Outcome.Overtaken overtaken when overtaken.Learn(cache):
                log.LogDebug("{Verb} {Kind} {Namespace}/{Name} was not needed any more: {Why}", action.Verb, kind, ns, name, overtaken.Why);
                break;
            case Outcome.Overtaken overtaken:
                // Nothing was learnt, so the next plan would say the same, and at once.
                await Rest(errand, action, overtaken.Why, cancel);
                break;
            case Outcome.Failed failed:
                await Rest(errand, action, failed.Why, cancel);
                break;
        }
    }

    private async Task Rest(Errand errand, PlannedAction action, string why, CancellationToken cancel)
    {
        var (kind, ns, name) = action.Target;
        health.Acted(action.Verb, kind.Kind, succeeded: false);
        if (troubles.Note(errand.Key, why))
        {
            log.LogError("{Verb} {Kind} {Namespace}/{Name} failed: {Why}", action.Verb, kind, ns, name, why);
            await reporter.Trouble(action, why, cancel);
        }
    }

    private void Absorb()
    {
        while (sightings.TryRead(out var sighting))
        {
            sighting(cache);
        }
    }

    // Woken by the first news; what comes with it is taken in together before planning.
    private async Task Sleep(Option<Instant> wakeAt, CancellationToken cancel)
    {
        using var alarm = wakeAt.Match(at => new CancellationTokenSource(Pause(at), time), () => new CancellationTokenSource());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, alarm.Token);
        try
        {
            await sightings.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The wake-up instant came.
        }
    }

    // Never longer than a timer can hold, and never so short that a slot a breath away makes the loop spin.
    private TimeSpan Pause(Instant at)
    {
        var pause = (at - clock.GetCurrentInstant()).ToTimeSpan();
        return pause < TimeSpan.FromMilliseconds(10) ? TimeSpan.FromMilliseconds(10) : pause > TimeSpan.FromHours(12) ? TimeSpan.FromHours(12) : pause;
    }

    private static Option<Instant> Soonest(Option<Instant> a, Option<Instant> b) => a.Match(x => b.Match(y => LanguageExt.Prelude.Some(Instant.Min(x, y)), () => a), () => b);
}
