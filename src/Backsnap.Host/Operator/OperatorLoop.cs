using System.Threading.Channels;
using LanguageExt;
using NodaTime;

namespace Backsnap.Host.Operator;

/// <summary>
/// The shell around the planner. It goes round when something changed or the wake-up instant came, and again at once as long as there is
/// something to do. It polls nothing.
/// </summary>
internal sealed class OperatorLoop(Round round, ChannelReader<Sighting> sightings, IClock clock, TimeProvider time)
{
    /// <summary>Runs until cancelled.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var wakeAt = Option<Instant>.None;
        while (!cancel.IsCancellationRequested)
        {
            await Sleep(wakeAt, cancel);
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
}
