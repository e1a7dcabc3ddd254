using Backsnap.Domain.Schedules;
using NodaTime;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>Each form of the language, by what it makes happen. All in UTC, after the start of Thursday, 1 January 2026.</summary>
public sealed class GrammarTests
{
    [Theory]

    // The examples of crontab(5).
    [InlineData("5 0 * * *", "2026-01-01T00:05Z 2026-01-02T00:05Z")]
    [InlineData("15 14 1 * *", "2026-01-01T14:15Z 2026-02-01T14:15Z")]
    [InlineData("0 22 * * 1-5", "2026-01-01T22:00Z 2026-01-02T22:00Z 2026-01-05T22:00Z")]
    [InlineData("23 0-23/2 * * *", "2026-01-01T00:23Z 2026-01-01T02:23Z 2026-01-01T04:23Z")]
    [InlineData("5 4 * * sun", "2026-01-04T04:05Z 2026-01-11T04:05Z")]
    [InlineData("0 */4 1 * mon", "2026-01-01T04:00Z 2026-01-01T08:00Z 2026-01-01T12:00Z 2026-01-01T16:00Z 2026-01-01T20:00Z 2026-01-05T00:00Z")]
    [InlineData("0 0 */2 * sun", "2026-01-11T00:00Z 2026-01-25T00:00Z 2026-02-01T00:00Z")]
    [InlineData("0 4 8-14 * *", "2026-01-08T04:00Z 2026-01-09T04:00Z")]
    [InlineData("30 4 1,15 * 5", "2026-01-01T04:30Z 2026-01-02T04:30Z 2026-01-09T04:30Z 2026-01-15T04:30Z 2026-01-16T04:30Z")]
    [InlineData("0-59/2 * * * *", "2026-01-01T00:02Z 2026-01-01T00:04Z")]
    [InlineData("*/2 1 * * *", "2026-01-01T01:00Z 2026-01-01T01:02Z")]
    [InlineData("0 1,2,5,9 * * *", "2026-01-01T01:00Z 2026-01-01T02:00Z 2026-01-01T05:00Z 2026-01-01T09:00Z 2026-01-02T01:00Z")]
    [InlineData("0 0-4,8-12 * * *", "2026-01-01T01:00Z 2026-01-01T02:00Z 2026-01-01T03:00Z 2026-01-01T04:00Z 2026-01-01T08:00Z")]

    // Those of the Kubernetes documentation.
    [InlineData("0 3 * * 1", "2026-01-05T03:00Z 2026-01-12T03:00Z")]
    [InlineData("0 0 13 * 5", "2026-01-02T00:00Z 2026-01-09T00:00Z 2026-01-13T00:00Z 2026-01-16T00:00Z")]
    [InlineData("0 0 ? * ?", "2026-01-02T00:00Z 2026-01-03T00:00Z")]

    // Values, names, ranges, steps, lists.
    [InlineData("0 0 1 jan,JUL *", "2026-07-01T00:00Z 2027-01-01T00:00Z")]
    [InlineData("0 0 * 2-DEC/5 *", "2026-02-01T00:00Z 2026-02-02T00:00Z")]
    [InlineData("0 0 * * 0", "2026-01-04T00:00Z 2026-01-11T00:00Z")]
    [InlineData("0 0 * * 7", "2026-01-04T00:00Z 2026-01-11T00:00Z")]
    [InlineData("0 0 * * 5-7", "2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z 2026-01-09T00:00Z")]
    [InlineData("0 0 * * 7-7", "2026-01-04T00:00Z 2026-01-11T00:00Z")]
    [InlineData("0 0 * * 0-7", "2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z 2026-01-05T00:00Z")]
    [InlineData("0 0 * * 7-2", "2026-01-04T00:00Z 2026-01-05T00:00Z 2026-01-06T00:00Z 2026-01-11T00:00Z")]
    [InlineData("0 0 * * FRI-MON", "2026-01-02T00:00Z 2026-01-03T00:00Z 2026-01-04T00:00Z 2026-01-05T00:00Z 2026-01-09T00:00Z")]
    [InlineData("0 0 * * SAT-SUN", "2026-01-03T00:00Z 2026-01-04T00:00Z 2026-01-10T00:00Z")]
    [InlineData("0 22-2 * * *", "2026-01-01T01:00Z 2026-01-01T02:00Z 2026-01-01T22:00Z 2026-01-01T23:00Z 2026-01-02T00:00Z")]
    [InlineData("0 22-3/2 * * *", "2026-01-01T02:00Z 2026-01-01T22:00Z 2026-01-02T00:00Z")]
    [InlineData("50-10/10 0 * * *", "2026-01-01T00:10Z 2026-01-01T00:50Z 2026-01-02T00:00Z")]
    [InlineData("0 0 1 NOV-FEB *", "2026-02-01T00:00Z 2026-11-01T00:00Z 2026-12-01T00:00Z 2027-01-01T00:00Z")]
    [InlineData("0 0 30-2 * *", "2026-01-02T00:00Z 2026-01-30T00:00Z 2026-01-31T00:00Z 2026-02-01T00:00Z")]
    [InlineData("20/15 0 * * *", "2026-01-01T00:20Z 2026-01-01T00:35Z 2026-01-01T00:50Z 2026-01-02T00:20Z")]
    [InlineData("*/40 * * * *", "2026-01-01T00:40Z 2026-01-01T01:00Z 2026-01-01T01:40Z")]
    [InlineData("*/90 * * * *", "2026-01-01T01:00Z 2026-01-01T02:00Z")]
    [InlineData("  0\t6   * * *  ", "2026-01-01T06:00Z 2026-01-02T06:00Z")]
    [InlineData("00 06 01 01 *", "2026-01-01T06:00Z 2027-01-01T06:00Z")]

    // Six fields.
    [InlineData("*/20 * * * * *", "2026-01-01T00:00:20Z 2026-01-01T00:00:40Z 2026-01-01T00:01:00Z")]
    [InlineData("30 15 10 * * MON", "2026-01-05T10:15:30Z 2026-01-12T10:15:30Z")]
    [InlineData("59 59 23 31 12 ?", "2026-12-31T23:59:59Z 2027-12-31T23:59:59Z")]

    // The last day, the nearest weekday.
    [InlineData("0 0 L * *", "2026-01-31T00:00Z 2026-02-28T00:00Z 2026-03-31T00:00Z 2026-04-30T00:00Z")]
    [InlineData("0 0 L 2 *", "2026-02-28T00:00Z 2027-02-28T00:00Z 2028-02-29T00:00Z")]
    [InlineData("0 0 L-3 * *", "2026-01-28T00:00Z 2026-02-25T00:00Z")]
    [InlineData("0 0 L-30 * *", "2026-03-01T00:00Z 2026-05-01T00:00Z")]
    [InlineData("0 0 15W * *", "2026-01-15T00:00Z 2026-02-16T00:00Z 2026-03-16T00:00Z 2026-04-15T00:00Z 2026-05-15T00:00Z 2026-06-15T00:00Z 2026-07-15T00:00Z 2026-08-14T00:00Z")]
    [InlineData("0 0 1W * *", "2026-02-02T00:00Z 2026-03-02T00:00Z 2026-04-01T00:00Z 2026-05-01T00:00Z 2026-06-01T00:00Z 2026-07-01T00:00Z 2026-08-03T00:00Z")]
    [InlineData("0 0 31W * *", "2026-01-30T00:00Z 2026-03-31T00:00Z 2026-05-29T00:00Z")]
    [InlineData("0 0 LW * *", "2026-01-30T00:00Z 2026-02-27T00:00Z 2026-03-31T00:00Z 2026-04-30T00:00Z 2026-05-29T00:00Z")]
    [InlineData("0 0 1,L * *", "2026-01-31T00:00Z 2026-02-01T00:00Z 2026-02-28T00:00Z")]

    // The last and the nth of a day of the week.
    [InlineData("0 0 * * 5L", "2026-01-30T00:00Z 2026-02-27T00:00Z")]
    [InlineData("0 0 * * sunL", "2026-01-25T00:00Z 2026-02-22T00:00Z")]
    [InlineData("0 0 * * 7L", "2026-01-25T00:00Z 2026-02-22T00:00Z")]
    [InlineData("0 0 * * MON#2", "2026-01-12T00:00Z 2026-02-09T00:00Z")]
    [InlineData("0 0 * * THU#1,THU#3", "2026-01-15T00:00Z 2026-02-05T00:00Z 2026-02-19T00:00Z")]
    [InlineData("0 0 * * FRI#5", "2026-01-30T00:00Z 2026-05-29T00:00Z")]
    [InlineData("0 0 L * MON#1", "2026-01-05T00:00Z 2026-01-31T00:00Z 2026-02-02T00:00Z")]

    // Rare ones.
    [InlineData("0 0 29 2 *", "2028-02-29T00:00Z 2032-02-29T00:00Z")]
    [InlineData("0 0 29 2 */8", "2032-02-29T00:00Z 2060-02-29T00:00Z")]
    public void An_expression_fires_at(string expression, string expected)
    {
        var wanted = expected.Split(' ').Select(At).Where(instant => instant > At("2026-01-01T00:00Z")).ToList();
        Assert.Equal(wanted, Timetable(expression).Within(At("2026-01-01T00:00:01Z"), Instant.MaxValue, wanted.Count).ToList());
    }

    [Theory]
    [InlineData("@yearly", "0 0 1 1 *")]
    [InlineData("@annually", "0 0 1 1 *")]
    [InlineData("@monthly", "0 0 1 * *")]
    [InlineData("@weekly", "0 0 * * SUN")]
    [InlineData("@daily", "0 0 * * *")]
    [InlineData("@Midnight", "0 0 * * *")]
    [InlineData("@HOURLY", "0 * * * *")]
    [InlineData("@hourly-random", "H * * * *")]
    [InlineData("@daily-random", "H H * * *")]
    [InlineData("@midnight-random", "H H * * *")]
    [InlineData("@weekly-random", "H H * * H")]
    [InlineData("@monthly-random", "H H H * *")]
    [InlineData("@yearly-random", "H H H H *")]
    [InlineData("@annually-random", "H H H H *")]
    [InlineData("0 30 2 * * *", "30 2 * * *")]
    [InlineData("30 2 ? * mon-FRI", "30 2 * * 1-5")]
    [InlineData("*/1 5/1 * * 7", "* 5-23 * * 0")]
    [InlineData("H(0-59) h(0-23) * * *", "H H * * *")]
    [InlineData("CRON_TZ=Europe/Paris @daily", "TZ=Europe/Paris 0 0 * * *")]
    [InlineData("@every 90m", "@every 1h30m")]
    [InlineData("@every 1.5h", "@every 1h30m")]
    [InlineData("@every 0h30m0s", "@every 1800s")]
    [InlineData("0 0 wl * *", "0 0 LW * *")]
    [InlineData("0 0 * * fril", "0 0 * * 5L")]
    public void Two_ways_to_write_a_schedule_are_equal(string one, string other) => Assert.Equal(Schedule(other), Schedule(one));

    [Theory]
    [InlineData("@daily", "@weekly")]
    [InlineData("* * * * *", "0-59 * * * *")]
    [InlineData("0 0 H * *", "0 0 H(1-31) * *")]
    [InlineData("TZ=UTC @daily", "@daily")]
    [InlineData("@hourly", "@every 1h")]
    public void Schedules_of_other_meaning_are_not_equal(string one, string other) => Assert.NotEqual(Schedule(other), Schedule(one));

    [Theory]
    [InlineData("@daily", "0 0 * * *")]
    [InlineData("CRON_TZ=Europe/Paris  0 1 ? JAN-MAR fri#2,7L", "TZ=Europe/Paris 0 1 * 1-3 5#2,0L")]
    [InlineData("5/10 H(3-5) L-2,15w,lw * *", "5-59/10 H(3-5) L-2,15W,LW * *")]
    [InlineData("1 2 3 4 5 6", "1 2 3 4 5 6")]
    [InlineData("0 2 3 4 5 6", "2 3 4 5 6")]
    [InlineData("@every 25h", "@every 25h")]
    [InlineData("@every 3661s", "@every 1h1m1s")]
    public void The_canonical_text_is(string expression, string canonical) =>
        Assert.Equal(canonical, Schedule(expression).Print());

    [Fact]
    public void The_text_is_kept_as_it_was_written() => Assert.Equal(" @Daily ", Schedule(" @Daily ").Expression);

    [Theory]
    [InlineData("0 0 13 * FRI", "2026-02-13T00:00Z 2026-03-13T00:00Z 2026-11-13T00:00Z")]
    [InlineData("0 0 1-7 * MON", "2026-01-05T00:00Z 2026-02-02T00:00Z")]
    public void With_the_option_both_day_fields_must_match(string expression, string expected)
    {
        var wanted = expected.Split(' ');
        Assert.Equal(wanted.Select(At), Timetable(expression, "UTC", DayRule.Both).Within(At("2026-01-01T00:00Z"), Instant.MaxValue, wanted.Length).ToList());
        Assert.NotEqual(Schedule(expression), Schedule(expression, DayRule.Both));
    }

    [Fact]
    public void The_zone_of_the_prefix_goes_before_the_default()
    {
        Assert.Equal("Asia/Tokyo", Timetable("TZ=Asia/Tokyo @daily", "Europe/Paris").Zone.Id);
        Assert.Equal("Europe/Paris", Timetable("@daily", "Europe/Paris").Zone.Id);
        Assert.Equal(At("2026-01-01T15:00Z"), Timetable("TZ=Asia/Tokyo @daily", "Europe/Paris").Next(At("2026-01-01T00:00Z")));
    }
}
