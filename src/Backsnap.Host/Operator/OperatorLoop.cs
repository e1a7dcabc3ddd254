using System.Threading.Channels;
using LanguageExt;
using NodaTime;

namespace Backsnap.Host.Operator;

/// <summary>
/// The shell around the planner. It goes round when something changed or the wake-up instant came, and again at once as long as there is
/// something to do. It polls nothing.
/// </summary>
/// <param name="thrift">Gives memory back while there is nothing to do; null where nobody cares.</param>
internal sealed class OperatorLoop(Round round, ChannelReader<Sighting> sightings, OperatorHealth health, IClock clock, TimeProvider time, Thrift? thrift = null)
{
    // The clock on the wall, which slots are told by, may be set while we sleep, and a timer does not hear of it.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(2);

    // Never so short that a slot a breath away makes the loop spin.
    private static readonly TimeSpan ShortestSleep = TimeSpan.FromMilliseconds(10);

    // News comes in bursts. Waiting as long as a plan takes halves at most what planning costs in a storm; a plan this cheap is not waited for.
    private static readonly TimeSpan CheapPlan = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMilliseconds(50);

    /// <summary>Forgets what was seen in an earlier term.</summary>
    public void Begin() => round.Begin();

    /// <summary>Runs until cancelled.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var wakeAt = Option<Instant>.None;
        while (!cancel.IsCancellationRequested)
        {
            health.Resting();
            thrift?.Rest();
            await Sleep(wakeAt, cancel);
            thrift?.Work();
            wakeAt = await Turn(cancel);
        }
    }

    /// <summary>Plans and acts until there is nothing more to do now; when to look again.</summary>
    private async Task<Option<Instant>> Turn(CancellationToken cancel)
    {
        while (true)
        {
            switch (await round.Go(cancel))
            {
                case RoundEnd.Blind:
                    return Option<Instant>.None;
                case RoundEnd.Quiet quiet:
                    return quiet.WakeAt;
                case RoundEnd.Refused refused:
                    return LanguageExt.Prelude.Some(refused.Until);
                case RoundEnd.Acted:
                    break;
            }
        }
    }

    // Until there is news, or the wake-up instant has come.
    private async Task Sleep(Option<Instant> wakeAt, CancellationToken cancel)
    {
        do
        {
            if (await Heard(wakeAt.Map(Pause), cancel))
            {
                await Settle(cancel);
                if (round.Absorb())
                {
                    return;
                }
            }
        }
        while (!wakeAt.Exists(at => at <= clock.GetCurrentInstant()));
    }

    // Whether anything was heard within the time; None waits for ever.
    private async Task<bool> Heard(Option<TimeSpan> within, CancellationToken cancel)
    {
        using var alarm = within.Match(pause => new CancellationTokenSource(pause, time), () => new CancellationTokenSource());
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, alarm.Token);
        try
        {
            return await sightings.WaitToReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private Task Settle(CancellationToken cancel) => round.PlanningTime < CheapPlan
        ? Task.CompletedTask
        : Task.Delay(round.PlanningTime < LongestSettling ? round.PlanningTime : LongestSettling, time, cancel);

    private TimeSpan Pause(Instant at)
    {
        var pause = (at - clock.GetCurrentInstant()).ToTimeSpan();
        return pause < ShortestSleep ? ShortestSleep : pause > LongestSleep ? LongestSleep : pause;
    }
}
