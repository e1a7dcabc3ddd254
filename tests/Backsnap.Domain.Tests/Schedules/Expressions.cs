using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>Random expressions over the whole grammar, and random instants, most of them near a change of the clocks.</summary>
internal static class Expressions
{
    private static readonly string[] MonthNames = ["JAN", "feb", "Mar", "APR", "may", "Jun", "JUL", "aug", "Sep", "OCT", "nov", "Dec"];
    private static readonly string[] DayNames = ["SUN", "mon", "Tue", "WED", "thu", "Fri", "SAT"];

    private static readonly string[] Lively =
    [
        "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut", "America/Asuncion", "America/Havana",
        "Africa/Cairo", "Africa/Casablanca", "Asia/Tehran", "America/Caracas", "Asia/Kathmandu", "Antarctica/Troll", "America/Scoresbysund", "UTC",
    ];

    /// <summary>Five or six fields without <c>H</c>.</summary>
    public static Gen<string> Fields { get; } = Expression(spread: false);

    /// <summary>Five or six fields, some of them with <c>H</c>, and macros, with and without a zone.</summary>
    public static Gen<string> Everything { get; } =
        from zone in Gen.Frequency((4, Gen.Constant("")), (1, Zones.Select(id => $"TZ={id} ")), (1, Zones.Select(id => $"CRON_TZ={id}\t")))
        from body in Gen.Frequency(
            (8, Expression(spread: true)),
            (1, Gen.Elements("@yearly", "@annually", "@monthly", "@weekly", "@DAILY", "@midnight", "@hourly", "@daily-random", "@monthly-random", "@hourly-random")),
            (1, Gen.Choose(1, 100_000).Select(seconds => $"@every {seconds}s")),
            (1, from hours in Gen.Choose(0, 50) from minutes in Gen.Choose(1, 59) select $"@every {hours}h{minutes}m"))
        select zone + body;

    /// <summary>Identifiers of the tz database.</summary>
    public static Gen<string> Zones =>
        Gen.Frequency((1, Gen.Elements(Lively)), (1, Gen.Elements<string>([.. DateTimeZoneProviders.Tzdb.Ids])));

    /// <summary>A zone and an instant from 1970 to 2045, mostly within two days of a change of that zone's clocks.</summary>
    public static Gen<(DateTimeZone Zone, Instant At)> Moments =>
        from id in Zones
        from days in Gen.Choose(0, 27_000)
        from seconds in Gen.Choose(-2 * 86_400, 2 * 86_400)
        from near in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        let zone = DateTimeZoneProviders.Tzdb[id]
        let day = Instant.FromUtc(1970, 1, 3, 0, 0) + Duration.FromDays(days)
        let interval = zone.GetZoneInterval(day)
        select (zone, (near && interval.HasEnd && interval.End < Instant.FromUtc(2045, 1, 1, 0, 0) ? interval.End : day) + Duration.FromSeconds(seconds));

    private static Gen<string> Expression(bool spread) =>
        from seconds in Gen.Frequency((5, Gen.Constant("")), (1, Field(0, 59, [], Gen.Constant("0"), spread).Select(text => text + " ")))
        from minutes in Field(0, 59, [], Gen.Constant("30"), spread)
        from hours in Field(0, 23, [], Gen.Constant("2"), spread)
        from daysOfMonth in Field(1, 31, [], DayOfMonth, spread)
        from months in Gen.Frequency((2, Gen.Constant("*")), (1, Field(1, 12, MonthNames, Gen.Constant("MAR-OCT"), spread)))
        from daysOfWeek in Gen.Frequency((1, Gen.Constant("*")), (1, Field(0, 7, DayNames, DayOfWeek, spread)))
        select $"{seconds}{minutes} {hours} {daysOfMonth} {months} {daysOfWeek}";

    private static Gen<string> DayOfMonth =>
        Gen.OneOf(Gen.Constant("L"), Gen.Choose(1, 6).Select(n => $"L-{n}"), Gen.Choose(1, 31).Select(n => $"{n}W"), Gen.Constant("LW"), Gen.Constant("?"));

    private static Gen<string> DayOfWeek =>
        Gen.OneOf(Gen.Choose(0, 7).Select(n => $"{n}L"), from day in Gen.Elements(DayNames) from nth in Gen.Choose(1, 5) select $"{day}#{nth}", Gen.Constant("?"));

    private static Gen<string> Field(int low, int high, string[] names, Gen<string> special, bool spread) =>
        from first in Gen.Frequency((3, Gen.Constant("*")), (6, Term(low, high, names)), (2, special), (spread ? 3 : 0, Spread(low, high)))
        from rest in Gen.Frequency((3, Gen.Constant("")), (1, Term(low, high, names).Select(term => "," + term)), (1, from a in Term(low, high, names) from b in special select $",{a},{b}"))
        select first + rest;

    private static Gen<string> Term(int low, int high, string[] names)
    {
        var value = Gen.Choose(low, high).SelectMany(number => Gen.Elements(names.Length == 0 || number == 7 && names.Length == 7
            ? [Text(number)]
            : new[] { Text(number), names[number - low] }));
        var step = Gen.Choose(1, 20).Select(number => "/" + Text(number));
        return Gen.Frequency(
            (3, value),
            (2, from a in value from b in value select $"{a}-{b}"),
            (1, from a in value from b in value from s in step select $"{a}-{b}{s}"),
            (1, from a in value from s in step select a + s),
            (2, step.Select(s => "*" + s)));
    }

    private static Gen<string> Spread(int low, int high) =>
        from range in Gen.Frequency((1, Gen.Constant("H")), (1, from a in Gen.Choose(low, high) from b in Gen.Choose(low, high) select $"H({a}-{b})"))
        from step in Gen.Frequency((2, Gen.Constant("")), (1, Gen.Choose(1, 40).Select(n => $"/{n}")))
        select range + step;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
