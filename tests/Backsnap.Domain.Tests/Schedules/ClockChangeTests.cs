using NodaTime;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>Changes of the clocks that really happened, and what cron(8) makes of them.</summary>
public sealed class ClockChangeTests
{
    public static TheoryData<string, string, LocalDate, string> Cases => new()
    {
        // Amsterdam, 2026: 02:00 → 03:00 on 29 March, 03:00 → 02:00 on 25 October.
        { "Europe/Amsterdam", "30 2 * * *", new LocalDate(2026, 3, 28), "2026-03-28T02:30+01 2026-03-29T03:00+02 2026-03-30T02:30+02" },
        { "Europe/Amsterdam", "30 2 * * *", new LocalDate(2026, 10, 24), "2026-10-24T02:30+02 2026-10-25T02:30+02 2026-10-26T02:30+01" },
        { "Europe/Amsterdam", "0,20,40 2 29 3 *", new LocalDate(2026, 3, 29), "2026-03-29T03:00+02 2027-03-29T02:00+02 2027-03-29T02:20+02" },
        { "Europe/Amsterdam", "0 2,3 * * *", new LocalDate(2026, 3, 29), "2026-03-29T03:00+02 2026-03-30T02:00+02 2026-03-30T03:00+02" },
        { "Europe/Amsterdam", "0 3 * * *", new LocalDate(2026, 10, 25), "2026-10-25T03:00+01 2026-10-26T03:00+01" },
        { "Europe/Amsterdam", "*/30 * * * *", new LocalDate(2026, 3, 29), "2026-03-29T00:00+01 2026-03-29T00:30+01 2026-03-29T01:00+01 2026-03-29T01:30+01 2026-03-29T03:00+02" },
        { "Europe/Amsterdam", "*/30 2 * * *", new LocalDate(2026, 3, 29), "2026-03-30T02:00+02 2026-03-30T02:30+02" },
        { "Europe/Amsterdam", "*/30 2 * * *", new LocalDate(2026, 10, 25), "2026-10-25T02:00+02 2026-10-25T02:30+02 2026-10-25T02:00+01 2026-10-25T02:30+01 2026-10-26T02:00+01" },
        { "Europe/Amsterdam", "0 * 25 10 *", new LocalDate(2026, 10, 25), "2026-10-25T00:00+02 2026-10-25T01:00+02 2026-10-25T02:00+02 2026-10-25T02:00+01 2026-10-25T03:00+01" },

        // New York, 2026: 02:00 → 03:00 on 8 March, 02:00 → 01:00 on 1 November.
        { "America/New_York", "15 2 * * *", new LocalDate(2026, 3, 7), "2026-03-07T02:15-05 2026-03-08T03:00-04 2026-03-09T02:15-04" },
        { "America/New_York", "15 1 * * *", new LocalDate(2026, 11, 1), "2026-11-01T01:15-04 2026-11-02T01:15-05" },
        { "America/New_York", "0 2 * * *", new LocalDate(2026, 11, 1), "2026-11-01T02:00-05 2026-11-02T02:00-05" },

        // Lord Howe, 2026: half an hour back on 5 April (02:00 → 01:30) and forth on 4 October (02:00 → 02:30).
        { "Australia/Lord_Howe", "45 1 * * *", new LocalDate(2026, 4, 5), "2026-04-05T01:45+11 2026-04-06T01:45+10:30" },
        { "Australia/Lord_Howe", "15 2 * * *", new LocalDate(2026, 10, 3), "2026-10-03T02:15+10:30 2026-10-04T02:30+11 2026-10-05T02:15+11" },
        { "Australia/Lord_Howe", "*/20 * * * *", new LocalDate(2026, 10, 4), "2026-10-04T00:00+10:30 2026-10-04T00:20+10:30 2026-10-04T00:40+10:30 2026-10-04T01:00+10:30 2026-10-04T01:20+10:30 2026-10-04T01:40+10:30 2026-10-04T02:40+11" },

        // Apia left out 30 December 2011 altogether.
        { "Pacific/Apia", "0 12 * * *", new LocalDate(2011, 12, 29), "2011-12-29T12:00-10 2011-12-31T00:00+14 2011-12-31T12:00+14" },
        { "Pacific/Apia", "0 0 * * *", new LocalDate(2011, 12, 29), "2011-12-29T00:00-10 2011-12-31T00:00+14 2012-01-01T00:00+14" },
        { "Pacific/Apia", "0 6 30 12 *", new LocalDate(2011, 1, 1), "2011-12-31T00:00+14 2012-12-30T06:00+14" },
        { "Pacific/Apia", "0 */8 * * *", new LocalDate(2011, 12, 29), "2011-12-29T00:00-10 2011-12-29T08:00-10 2011-12-29T16:00-10 2011-12-31T00:00+14" },

        // Midnight itself does not exist: Beirut (2022-03-27 00:00 → 01:00), Asunción (2023-10-01), Havana (2024-03-10), Cairo (2024-04-26).
        { "Asia/Beirut", "@daily", new LocalDate(2022, 3, 26), "2022-03-26T00:00+02 2022-03-27T01:00+03 2022-03-28T00:00+03" },
        { "America/Asuncion", "@daily", new LocalDate(2023, 9, 30), "2023-09-30T00:00-04 2023-10-01T01:00-03 2023-10-02T00:00-03" },
        { "America/Havana", "@daily", new LocalDate(2024, 3, 9), "2024-03-09T00:00-05 2024-03-10T01:00-04 2024-03-11T00:00-04" },
        { "Africa/Cairo", "@daily", new LocalDate(2024, 4, 25), "2024-04-25T00:00+02 2024-04-26T01:00+03 2024-04-27T00:00+03" },

        // Midnight comes twice: Asunción (2024-03-24 00:00 → 23:00 of the 23rd), Beirut (2022-10-30 00:00 → 23:00 of the 29th).
        { "America/Asuncion", "30 23 * * *", new LocalDate(2024, 3, 22), "2024-03-22T23:30-03 2024-03-23T23:30-03 2024-03-24T23:30-04" },
        { "America/Asuncion", "@daily", new LocalDate(2024, 3, 23), "2024-03-23T00:00-03 2024-03-24T00:00-04 2024-03-25T00:00-04" },
        { "Asia/Beirut", "0 * 29 10 *", new LocalDate(2022, 10, 29), "2022-10-29T00:00+03 2022-10-29T01:00+03" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Occurrences_pass_through_a_change_of_the_clocks_as_in_cron(string zone, string expression, LocalDate from, string expected)
    {
        var wanted = expected.Split(' ');
        Assert.Equal(wanted, Timetable(expression, zone).LocalFrom(from, wanted.Length));
    }

    [Theory]
    [InlineData("Europe/Amsterdam", 2026, 3, 29, 92)]
    [InlineData("Europe/Amsterdam", 2026, 10, 25, 100)]
    [InlineData("Australia/Lord_Howe", 2026, 4, 5, 98)]
    [InlineData("Australia/Lord_Howe", 2026, 10, 4, 94)]
    [InlineData("Pacific/Apia", 2011, 12, 28, 96)]
    public void Every_quarter_of_an_hour_stays_a_quarter_of_an_hour_all_day(string zone, int year, int month, int day, int expected)
    {
        var timetable = Timetable("*/15 * * * *", zone);
        var date = new LocalDate(year, month, day);
        var slots = timetable.Within(timetable.Zone.AtStartOfDay(date).ToInstant(), timetable.Zone.AtStartOfDay(date.PlusDays(1)).ToInstant(), 200);
        Assert.Equal(expected, slots.Count);
        Assert.All(slots.Zip(slots.Tail), pair => Assert.Equal(Duration.FromMinutes(15), pair.Item2 - pair.Item1));
    }
}
