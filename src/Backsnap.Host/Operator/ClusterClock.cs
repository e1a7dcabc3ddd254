using Backsnap.Domain.Objects;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Backsnap.Host.Operator;

/// <summary>
/// The time by which the operator plans. All objects bear the API server's times, and deadlines and slots are held against them; so a machine whose clock is
/// out by more than a deadline would find each snapshot and pod overdue as soon as it is made. While the machine's clock agrees with the server's to within
/// <see cref="Tolerance"/>, it is the machine's; where it does not, the server's is followed, by the Date of its answers and what has passed since.
/// </summary>
/// <remarks>
/// A Date is in whole seconds, and was written before the answer came: the server's clock showed that or a little more. Of such lower bounds the highest is
/// kept, so that a slot is never early; one that is too high for what the server says now means that the server's clock was set. Safe for any thread.
/// </remarks>
/// <param name="own">The machine's clock.</param>
/// <param name="monotonic">What passes, whatever becomes of the clock on the wall.</param>
internal sealed class ClusterClock(IClock own, TimeProvider monotonic) : IClock
{
    /// <summary>How far the clocks may be apart: more than answers take, less than any deadline.</summary>
    public static readonly Duration Tolerance = Duration.FromSeconds(30);

    // What was so long under way says too little of what it is there now.
    private static readonly TimeSpan Recent = TimeSpan.FromSeconds(5);

    // The part of a second that a Date leaves out, and a little for answers on their way through several servers of a control plane.
    private static readonly Duration Slack = Duration.FromSeconds(3);

    private readonly Lock hearing = new();
    private volatile Heard? last;
    private bool apart;

    /// <summary>Told when the clocks are found apart, and when they agree again.</summary>
    public ILogger? Log { get; set; }

    /// <inheritdoc/>
    public Instant GetCurrentInstant() => own.GetCurrentInstant() is var here && There() is { } there && Apart(here, there) ? there : here;

    /// <summary>An answer of the server's has come.</summary>
    /// <param name="date">Its Date.</param>
    /// <param name="took">How long ago it was asked for.</param>
    public void Hear(DateTimeOffset date, TimeSpan took)
    {
        if (took > Recent)
        {
            return;
        }

        lock (hearing)
        {
            var said = Instant.FromDateTimeOffset(date);
            if (There() is not { } there || there < said || there > said + Duration.FromTimeSpan(took) + Slack)
            {
                last = new Heard(said, monotonic.GetTimestamp());
            }

            Tell(own.GetCurrentInstant(), There() ?? said);
        }
    }

    // Of a time at which it was so, and what has passed since.
    private Instant? There() => last is { } heard ? heard.At + Duration.FromTimeSpan(monotonic.GetElapsedTime(heard.Stamp)) : null;

    private void Tell(Instant here, Instant there)
    {
        if (Log is not { } log || apart == Apart(here, there))
        {
            return;
        }

        apart = !apart;
        if (apart)
        {
            log.LogWarning(
                "This machine's clock is {Difference} {Side} the API server's; the operator goes by the API server's",
                GoDuration.Print(Duration.FromSeconds(Math.Round(Math.Abs((here - there).TotalSeconds)))), here < there ? "behind" : "ahead of");
        }
        else
        {
            log.LogInformation("This machine's clock agrees with the API server's again");
        }
    }

    private static bool Apart(Instant here, Instant there) => here - there > Tolerance || there - here > Tolerance;

    private sealed record Heard(Instant At, long Stamp);
}
