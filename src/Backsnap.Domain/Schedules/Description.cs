using NodaTime;

namespace Backsnap.Domain.Schedules;

/// <summary>Says in plain words when something occurs.</summary>
internal static class Description
{
    public static string Of(Occurrences occurrences, DateTimeZone zone, Duration offset) =>
        occurrences switch
        {
            Occurrences.Periodic(var period, _) => $"every {PeriodText.Describe(Duration.FromSeconds(period))}",
            Occurrences.Wall(var fields, _) => Words(fields, zone) + Later(offset),
        };

    private static string Words(CronFields fields, DateTimeZone zone)
    {
        var (days, isEveryDay) = DayWords.Of(fields);
        var (times, areTimes) = TimeWords.Of(fields);
        return areTimes ? $"{days} {times} {zone.Id}"
            : isEveryDay ? $"{times}, {zone.Id}"
            : $"{times}, {days}, {zone.Id}";
    }

    private static string Later(Duration offset) => offset == Duration.Zero ? "" : $", {PeriodText.Describe(offset)} later by its share of the spread";
}
