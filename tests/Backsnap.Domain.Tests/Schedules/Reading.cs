using Backsnap.Domain.Claims;
using Backsnap.Domain.Schedules;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>Short ways to read what the tests of this folder are about.</summary>
internal static class Reading
{
    public static readonly ClaimRef Orders = new(NamespaceName.Trusted("shop"), "orders");

    public static Schedule Schedule(string expression, DayRule days = DayRule.EitherWhenBothRestricted) =>
        Backsnap.Domain.Schedules.Schedule.Parse(expression, new ScheduleOptions(days)).IfLeft(error => throw new Xunit.Sdk.XunitException(error.Message));

    public static ScheduleError Error(string expression) =>
        Backsnap.Domain.Schedules.Schedule.Parse(expression).Match(
            Right: schedule => throw new Xunit.Sdk.XunitException($"'{expression}' was read as {schedule.Print()}"),
            Left: error => error);

    public static DateTimeZone Zone(string name) => DateTimeZoneProviders.Tzdb[name];

    public static Timetable Timetable(string expression, string zone = "UTC", DayRule days = DayRule.EitherWhenBothRestricted) =>
        Schedule(expression, days).For(Orders, Zone(zone), Duration.Zero);

    /// <summary>An instant such as <c>2026-11-22T02:30Z</c>, or with seconds.</summary>
    public static Instant At(string text) => InstantPattern.ExtendedIso.Parse(text.Length == 17 ? text[..^1] + ":00Z" : text).Value;

    /// <summary>The first occurrences after the start of a local day, written as local times with their offsets.</summary>
    public static string[] LocalFrom(this Timetable timetable, LocalDate day, int count) =>
        [.. timetable.Within(timetable.Zone.AtStartOfDay(day).ToInstant(), Instant.MaxValue, count).Select(instant => Local(instant, timetable.Zone))];

    public static string Local(Instant instant, DateTimeZone zone) =>
        instant.InZone(zone).ToString("yyyy-MM-dd'T'HH:mm:sso<g>", System.Globalization.CultureInfo.InvariantCulture)
            .Replace(":00+", "+", StringComparison.Ordinal).Replace(":00-", "-", StringComparison.Ordinal).Replace(":00Z", "Z", StringComparison.Ordinal);
}
