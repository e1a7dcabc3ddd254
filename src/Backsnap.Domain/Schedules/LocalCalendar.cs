using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>
/// What a cron expression says of <em>local</em> time, as if there were no zones. A local time is a number of seconds since local
/// midnight of 1 January 1970; it is not an instant, and may occur twice or never in a zone (see <see cref="ZoneClock"/>).
/// </summary>
internal sealed record LocalCalendar(DayPattern Days, TimesOfDay Times)
{
    private const long Day = 86_400;

    public Option<long> AtOrAfter(long local)
    {
        var (day, time) = Split(local);
        var today = Days.Contains(day) ? Times.AtOrAfter(time).Map(t => (day * Day) + t) : None;
        return today.IsSome ? today : Days.AtOrAfter(day + 1).Map(d => (d * Day) + Times.First);
    }

    public Option<long> AtOrBefore(long local)
    {
        var (day, time) = Split(local);
        var today = Days.Contains(day) ? Times.AtOrBefore(time).Map(t => (day * Day) + t) : None;
        return today.IsSome ? today : Days.AtOrBefore(day - 1).Map(d => (d * Day) + Times.Last);
    }

    private static (int Day, int Time) Split(long local)
    {
        var day = (int)Math.DivRem(local, Day, out var time);
        return time < 0 ? (day - 1, (int)(time + Day)) : (day, (int)time);
    }
}
