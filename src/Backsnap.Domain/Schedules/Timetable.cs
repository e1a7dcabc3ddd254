using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Schedules;

/// <summary>
/// The instants at which one claim's backups are due. They are whole seconds, each counted once, in years 1 to 9999 (UTC, less a day at
/// either end); beyond those years there is none. Made by <see cref="Schedule.For"/>; immutable.
/// </summary>
/// <remarks>
/// Changes of the clocks are met as Vixie cron meets them. A time of day that the clocks skip is made up for right after the gap, once;
/// a time that they show twice counts at its first pass. But a schedule with a <c>*</c> or step in minute or hour is one of intervals: it
/// fires whenever the clocks show a matching time, so every quarter of an hour stays that, also in an hour that comes twice. What
/// <c>@every</c> asks for is elapsed time and knows no clocks.
/// </remarks>
public sealed record Timetable
{
    private static readonly long Earliest = Instant.FromUtc(1, 1, 2, 0, 0).ToUnixTimeSeconds();
    private static readonly long Latest = Instant.FromUtc(9999, 12, 30, 0, 0).ToUnixTimeSeconds();
    private readonly Occurrences occurrences;

    internal Timetable(DateTimeZone zone, Occurrences occurrences, Duration offset)
    {
        Zone = zone;
        Offset = offset;
        this.occurrences = occurrences;
    }

    /// <summary>The zone in which the fields are read.</summary>
    public DateTimeZone Zone { get; }

    /// <summary>How much later than the expression says, by this claim's part of the spread: zero or more whole seconds.</summary>
    public Duration Offset { get; }

    /// <summary>The first occurrence strictly after an instant; none only near the end of the calendar.</summary>
    public Option<Instant> Next(Instant after) => AtOrAfter(after.ToUnixTimeSeconds() + 1);

    /// <summary>The last occurrence strictly before an instant; none only near the beginning of the calendar.</summary>
    public Option<Instant> Previous(Instant before) => AtOrBefore(IsWhole(before) ? before.ToUnixTimeSeconds() - 1 : before.ToUnixTimeSeconds());

    /// <summary>The last occurrence at or before an instant: the newest slot that is due then.</summary>
    public Option<Instant> LatestAt(Instant at) => AtOrBefore(at.ToUnixTimeSeconds());

    /// <summary>The occurrences in an interval of instants, in order: the first <paramref name="atMost"/> of them.</summary>
    public Seq<Instant> Within(Instant fromInclusive, Instant toExclusive, int atMost)
    {
        var found = new List<Instant>();
        var next = AtOrAfter(IsWhole(fromInclusive) ? fromInclusive.ToUnixTimeSeconds() : fromInclusive.ToUnixTimeSeconds() + 1);
        while (found.Count < atMost && next.Case is SomeCase<Instant>(var slot) && slot < toExclusive)
        {
            found.Add(slot);
            next = Next(slot);
        }

        return found.ToSeq().Strict();
    }

    /// <summary>In plain words, with this claim's values for each <c>H</c>: <c>every weekday at 02:30 Europe/Amsterdam</c>.</summary>
    public string Describe() => Description.Of(occurrences, Zone, Offset);

    /// <inheritdoc/>
    public override string ToString() => Describe();

    private static bool IsWhole(Instant instant) => Instant.FromUnixTimeSeconds(instant.ToUnixTimeSeconds()) == instant;

    private Option<Instant> AtOrAfter(long second) =>
        occurrences.AtOrAfter(Math.Max(second, Earliest) - Shift, Latest - Shift).Map(found => Instant.FromUnixTimeSeconds(found + Shift));

    private Option<Instant> AtOrBefore(long second) =>
        occurrences.AtOrBefore(Math.Min(second, Latest) - Shift, Earliest - Shift).Map(found => Instant.FromUnixTimeSeconds(found + Shift));

    private long Shift => (long)Offset.TotalSeconds;
}
