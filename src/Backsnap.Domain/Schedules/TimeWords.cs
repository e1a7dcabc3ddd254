using System.Globalization;

namespace Backsnap.Domain.Schedules;

/// <summary>Says in words at which times of day a schedule fires.</summary>
internal static class TimeWords
{
    private const int LongestList = 12;

    /// <summary>The words, and whether they are times of day (<c>at 02:30</c>) or name an interval (<c>every 15 minutes</c>).</summary>
    public static (string Text, bool AreTimes) Of(CronFields fields)
    {
        var hours = CronFields.Values(CronField.Hour, fields.Hours);
        var minutes = CronFields.Values(CronField.Minute, fields.Minutes);
        var seconds = CronFields.Values(CronField.Second, fields.Seconds);
        var count = hours.Count * minutes.Count * seconds.Count;
        return hours.Count == 24 ? (EveryHour(minutes, seconds), false)
            : fields.FollowsElapsedTime && minutes.Count * seconds.Count == 1 && EvenStep(hours, 24) is > 0 and var step
                ? ($"every {step} hours from {Time(hours.First, minutes.First, seconds.First)}", false)
            : count <= LongestList ? ("at " + Wording.List(Times(hours, minutes, seconds)), true)
            : ($"{Minutes(minutes)} of hour{Wording.Plural(hours.Count)} {Wording.Numbers(hours)}{AtSeconds(seconds)}", false);
    }

    private static string EveryHour(NumberSet minutes, NumberSet seconds) =>
        minutes.Count == 60 && seconds.Count == 60 ? "every second"
        : minutes.Count == 60 && EvenStep(seconds, 60) is > 0 and var step && seconds.First == 0 ? $"every {step} seconds"
        : minutes.Count == 1 && minutes.First == 0 ? "every hour" + AtSeconds(seconds)
        : minutes.Count == 1 ? $"every hour at minute {minutes.First}{AtSeconds(seconds)}"
        : minutes.Count == 60 || EvenStep(minutes, 60) > 0 ? Minutes(minutes) + AtSeconds(seconds)
        : $"every hour {Minutes(minutes)}{AtSeconds(seconds)}";

    private static string Minutes(NumberSet minutes) =>
        minutes.Count == 60 ? "every minute"
        : EvenStep(minutes, 60) is > 0 and var step ? $"every {step} minutes{(minutes.First == 0 ? "" : $" from minute {minutes.First}")}"
        : $"at minute{Wording.Plural(minutes.Count)} {Wording.Numbers(minutes)}";

    private static string AtSeconds(NumberSet seconds) =>
        seconds.Count == 1 && seconds.First == 0 ? ""
        : seconds.Count == 60 ? " at every second"
        : $" at second{Wording.Plural(seconds.Count)} {Wording.Numbers(seconds)}";

    // The distance between neighbours when it is the same for all, over the end of the cycle too; otherwise 0.
    private static int EvenStep(NumberSet values, int cycle) =>
        values.Count > 1
        && cycle % values.Count == 0
        && Enumerable.Range(0, values.Count).All(i => values.Contains(values.First + (i * (cycle / values.Count))))
            ? cycle / values.Count
            : 0;

    private static IEnumerable<string> Times(NumberSet hours, NumberSet minutes, NumberSet seconds) =>
        from hour in hours.Numbers()
        from minute in minutes.Numbers()
        from second in seconds.Numbers()
        select Time(hour, minute, second);

    private static string Time(int hour, int minute, int second) =>
        second == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{hour:00}:{minute:00}:{second:00}");
}
