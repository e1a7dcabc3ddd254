using Backsnap.Domain.Claims;
using Backsnap.Domain.Schedules;
using NodaTime;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>That claims are spread by their names: the same for ever, and evenly.</summary>
public sealed class SpreadTests
{
    private static readonly Instant Start = At("2026-01-01T00:00Z");

    // Names as clusters have them: numbered replicas, and names that differ by a word.
    private static readonly ClaimRef[] Claims =
    [
        .. from team in Enumerable.Range(0, 100)
           from replica in Enumerable.Range(0, 100)
           select new ClaimRef(NamespaceName.Trusted($"team-{team}"), replica % 2 == 0 ? $"data-postgres-{replica}" : $"web-{replica}-uploads"),
    ];

    [Theory]
    [InlineData("H * * * *", "minute", 0, 60)]
    [InlineData("0 H * * *", "hour", 0, 24)]
    [InlineData("0 0 H * *", "day", 1, 28)]
    [InlineData("0 0 1 H *", "month", 1, 12)]
    [InlineData("0 0 * * H", "weekday", 1, 7)]
    [InlineData("H 0 0 * * *", "second", 0, 60)]
    [InlineData("0 0 H(1-31) 1 *", "day", 1, 31)]
    [InlineData("H(10-19) * * * *", "minute", 10, 10)]
    [InlineData("0 H(2-3) * * *", "hour", 2, 2)]
    [InlineData("H/15 * * * *", "minute", 0, 15)]
    [InlineData("H(0-29)/7 * * * *", "minute", 0, 7)]
    [InlineData("@hourly-random", "minute", 0, 60)]
    [InlineData("@daily-random", "minute", 0, 60)]
    [InlineData("@daily-random", "hour", 0, 24)]
    [InlineData("@weekly-random", "weekday", 1, 7)]
    [InlineData("@monthly-random", "day", 1, 28)]
    [InlineData("@yearly-random", "month", 1, 12)]
    public void Ten_thousand_claims_fall_evenly_over_the_values_of_a_field(string expression, string unit, int lowest, int count)
    {
        var schedule = Schedule(expression);
        var values = Claims.Select(claim => Value(unit, First(schedule, claim).InUtc())).CountBy(value => value).ToDictionary();
        Assert.All(values.Keys, value => Assert.InRange(value, lowest, lowest + count - 1));
        AssertEven([.. Enumerable.Range(lowest, count).Select(value => values.GetValueOrDefault(value))]);
    }

    [Theory]
    [InlineData("@every 6h", 21_600)]
    [InlineData("@every 97m", 5_820)]
    [InlineData("@every 1h0m7s", 3_607)]
    [InlineData("@every 90s", 90)]
    [InlineData("@every 720h", 2_592_000)]
    public void Ten_thousand_claims_fall_evenly_over_the_period_of_every(string expression, int period)
    {
        const int Classes = 90;
        var schedule = Schedule(expression);
        var classes = Claims.Select(claim => (First(schedule, claim).ToUnixTimeSeconds() - Start.ToUnixTimeSeconds()) * Classes / period).CountBy(part => part).ToDictionary();
        Assert.All(classes.Keys, part => Assert.InRange(part, 0, Classes - 1));

        // Where the period is no multiple of the number of classes, some of them have one second more than others: too little to matter.
        AssertEven([.. Enumerable.Range(0, Classes).Select(part => classes.GetValueOrDefault(part))]);
    }

    [Fact]
    public void A_spread_moves_ten_thousand_claims_evenly_over_its_span()
    {
        var schedule = Schedule("@daily");
        var offsets = Claims.Select(claim => (int)schedule.For(claim, DateTimeZone.Utc, Duration.FromMinutes(30)).Offset.TotalSeconds).ToList();
        Assert.All(offsets, offset => Assert.InRange(offset, 0, 1799));
        var counts = offsets.CountBy(offset => offset / 18).ToDictionary();
        AssertEven([.. Enumerable.Range(0, 100).Select(number => counts.GetValueOrDefault(number))]);
    }

    [Fact]
    public void Minute_and_hour_are_chosen_independently()
    {
        var cells = new int[24 * 4];
        var schedule = Schedule("H H * * *");
        foreach (var time in Claims.Select(claim => First(schedule, claim).InUtc()))
        {
            cells[(time.Hour * 4) + (time.Minute / 15)]++;
        }

        AssertEven(cells);
    }

    [Theory]
    [InlineData("shop", "orders", "H H H H *", "56 9 20 7 *")]
    [InlineData("shop", "orders", "H * * * H", "56 * * * 0")]
    [InlineData("shop", "orders-0", "H H H H *", "4 13 18 10 *")]
    [InlineData("db", "orders", "H/15 H(0-5) * * *", "14-59/15 4 * * *")]
    public void The_choice_is_the_same_for_ever(string ns, string name, string expression, string chosen)
    {
        // Found with another implementation of the documented hash. These pairs are a promise to installed clusters: a change here moves everybody's backups.
        var claim = new ClaimRef(NamespaceName.Trusted(ns), name);
        Assert.Equal(
            Schedule(chosen).For(claim, DateTimeZone.Utc, Duration.Zero).Within(Start, Instant.MaxValue, 10).ToList(),
            Schedule(expression).For(claim, DateTimeZone.Utc, Duration.Zero).Within(Start, Instant.MaxValue, 10).ToList());
    }

    [Fact]
    public void The_phase_of_every_and_the_offset_of_a_spread_are_the_same_for_ever()
    {
        Assert.Equal(At("2026-11-22T00:44:25Z"), Timetable("@every 6h").Next(At("2026-11-22T00:00Z")));
        Assert.Equal(Duration.FromSeconds(778), Schedule("@daily").For(Orders, DateTimeZone.Utc, Duration.FromHours(1)).Offset);
    }

    [Fact]
    public void Every_counts_elapsed_time_through_a_change_of_the_clocks()
    {
        var slots = Timetable("@every 1h", "Europe/Amsterdam").Within(At("2026-10-24T00:00Z"), At("2026-10-26T00:00Z"), 100);
        Assert.Equal(48, slots.Count);
        Assert.All(slots.Zip(slots.Tail), pair => Assert.Equal(Duration.FromHours(1), pair.Item2 - pair.Item1));
    }

    private static Instant First(Schedule schedule, ClaimRef claim) =>
        schedule.For(claim, DateTimeZone.Utc, Duration.Zero).Next(Start - Duration.Epsilon).IfNone(Instant.MaxValue);

    private static int Value(string unit, ZonedDateTime time) =>
        unit switch
        {
            "second" => time.Second,
            "minute" => time.Minute,
            "hour" => time.Hour,
            "day" => time.Day,
            "month" => time.Month,
            _ => (int)time.DayOfWeek,
        };

    // Chi-square with Wilson and Hilferty's approximation: four standard deviations either way, for too even would be as wrong as too
    // uneven. The claims and their places are fixed, so this does not change from run to run.
    private static void AssertEven(int[] counts)
    {
        var expected = counts.Sum() / (double)counts.Length;
        var freedom = counts.Length - 1;
        var chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        var deviation = (Math.Cbrt(chiSquare / freedom) - (1 - (2.0 / (9 * freedom)))) / Math.Sqrt(2.0 / (9 * freedom));
        Assert.True(Math.Abs(deviation) < 4, $"chi-square {chiSquare} at {freedom} degrees of freedom: {string.Join(' ', counts)}");
    }
}
