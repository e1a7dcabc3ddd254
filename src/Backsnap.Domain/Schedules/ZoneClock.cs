using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>
/// Places the local times of a calendar on the time line of a zone, through every change of its clocks, as Vixie cron does (cron(8)):
/// <list type="bullet">
/// <item>A <em>fixed-time</em> schedule fires once right after a gap for all its local times that the gap swallowed, and only at the
/// first of two passes through the same local time.</item>
/// <item>An <em>interval</em> schedule (a <c>*</c> or step in minute or hour) fires whenever the clocks show a matching time, and so
/// follows elapsed time: nothing is made up for after a gap, and a repeated hour is as busy as any other.</item>
/// </list>
/// Vixie cron takes changes of three hours and more for corrections of a wrong clock. Here every change counts: the day that Samoa
/// left out in 2011 must not cost a claim its yearly backup.
/// </summary>
internal sealed record ZoneClock(LocalCalendar Calendar, DateTimeZone Zone, bool FollowsElapsedTime)
{
    // No zone is further from UTC than this.
    private const long LargestOffset = 18 * 3600;

    public Option<long> AtOrAfter(long second, long latest)
    {
        var from = second;
        while (from <= latest)
        {
            var stretch = Stretch.At(Zone, from);
            if (from == stretch.Start && CatchesUp(stretch))
            {
                return Some(from);
            }

            var found = Calendar.AtOrAfter(Math.Max(from + stretch.Offset, FirstLocal(stretch)));
            if (found.Case is not SomeCase<long>(var local))
            {
                return None;
            }

            if (local - stretch.Offset < stretch.End)
            {
                return local - stretch.Offset <= latest ? Some(local - stretch.Offset) : None;
            }

            from = NotBefore(stretch.End);
        }

        return None;
    }

    public Option<long> AtOrBefore(long second, long earliest)
    {
        var from = second;
        while (from >= earliest)
        {
            var stretch = Stretch.At(Zone, from);
            var found = Calendar.AtOrBefore(from + stretch.Offset);
            if (found.Case is not SomeCase<long>(var local))
            {
                return None;
            }

            if (local >= FirstLocal(stretch))
            {
                return local - stretch.Offset >= earliest ? Some(local - stretch.Offset) : None;
            }

            if (CatchesUp(stretch))
            {
                return stretch.Start >= earliest ? Some(stretch.Start) : None;
            }

            from = NotAfter(stretch.Start - 1);
        }

        return None;
    }

    // Leaps over the stretches in which nothing can match: a leap day is found without a look at each change of the clocks until then.
    // The clocks may be set back at the given instant, so the calendar is asked from the earliest local time that they can show then.
    private long NotBefore(long second) =>
        Calendar.AtOrAfter(second - LargestOffset).Match(Some: local => Math.Max(second, local - LargestOffset), None: () => long.MaxValue);

    private long NotAfter(long second) =>
        Calendar.AtOrBefore(second + LargestOffset).Match(Some: local => Math.Min(second, local + LargestOffset), None: () => long.MinValue);

    private long FirstLocal(Stretch stretch) => FollowsElapsedTime ? stretch.LocalStart : stretch.FirstNewLocal;

    private bool CatchesUp(Stretch stretch) =>
        !FollowsElapsedTime
        && stretch.SkippedLocalTimes
        && Calendar.AtOrAfter(stretch.PreviousEnd).Exists(local => local < stretch.LocalStart);
}
