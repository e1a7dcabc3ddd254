using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>The instants of a recurrence for one claim in one zone, as seconds since the Unix epoch.</summary>
internal abstract record Occurrences
{
    private Occurrences() { }

    /// <summary>Whenever the clocks of a zone show a matching time; the fields are kept for their description.</summary>
    public sealed record Wall(CronFields Fields, ZoneClock Clock) : Occurrences;

    /// <summary>Every <paramref name="Period"/> seconds of elapsed time, <paramref name="Phase"/> seconds after the Unix epoch among them.</summary>
    public sealed record Periodic(long Period, long Phase) : Occurrences;

    public Option<long> AtOrAfter(long second, long latest) =>
        this switch
        {
            Wall(_, var clock) => clock.AtOrAfter(second, latest),
            Periodic(var period, var phase) => Some(second + Remainder(phase - second, period)).Filter(found => found <= latest),
        };

    public Option<long> AtOrBefore(long second, long earliest) =>
        this switch
        {
            Wall(_, var clock) => clock.AtOrBefore(second, earliest),
            Periodic(var period, var phase) => Some(second - Remainder(second - phase, period)).Filter(found => found >= earliest),
        };

    private static long Remainder(long number, long period) => ((number % period) + period) % period;
}
