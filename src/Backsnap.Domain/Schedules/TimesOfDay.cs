using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>The times of day at which hour, minute and second all match; a time is its seconds since local midnight, 0 to 86,399.</summary>
internal sealed record TimesOfDay(NumberSet Hours, NumberSet Minutes, NumberSet Seconds)
{
    public int First => At(Hours.First, Minutes.First, Seconds.First);

    public int Last => At(Hours.Last, Minutes.Last, Seconds.Last);

    public Option<int> AtOrAfter(int time)
    {
        var (hour, minute, second) = Parts(time);
        return (Hours.Contains(hour)
                ? (Minutes.Contains(minute) ? Seconds.AtOrAfter(second).Map(s => At(hour, minute, s)) : None)
                  | Minutes.AtOrAfter(minute + 1).Map(m => At(hour, m, Seconds.First))
                : None)
            | Hours.AtOrAfter(hour + 1).Map(h => At(h, Minutes.First, Seconds.First));
    }

    public Option<int> AtOrBefore(int time)
    {
        var (hour, minute, second) = Parts(time);
        return (Hours.Contains(hour)
                ? (Minutes.Contains(minute) ? Seconds.AtOrBefore(second).Map(s => At(hour, minute, s)) : None)
                  | Minutes.AtOrBefore(minute - 1).Map(m => At(hour, m, Seconds.Last))
                : None)
            | Hours.AtOrBefore(hour - 1).Map(h => At(h, Minutes.Last, Seconds.Last));
    }

    private static int At(int hour, int minute, int second) => (((hour * 60) + minute) * 60) + second;

    private static (int Hour, int Minute, int Second) Parts(int time) => (time / 3600, time / 60 % 60, time % 60);
}
