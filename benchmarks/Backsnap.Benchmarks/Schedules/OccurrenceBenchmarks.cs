using Backsnap.Domain.Claims;
using Backsnap.Domain.Schedules;
using BenchmarkDotNet.Attributes;
using LanguageExt;
using NodaTime;

namespace Backsnap.Benchmarks.Schedules;

/// <summary>
/// Occurrences of one claim, as multiples of the least that any answer needs: telling the local time of an instant. None may grow with
/// the distance to the occurrence: 29 February is to cost little more than tomorrow.
/// </summary>
[MemoryDiagnoser]
public class OccurrenceBenchmarks
{
    private static readonly ClaimRef Claim = new(NamespaceName.Trusted("shop"), "orders");
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["Europe/Amsterdam"];
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 13, 0);
    private static readonly Instant BeforeTheGap = Instant.FromUtc(2027, 3, 28, 0, 59);
    private readonly Timetable weekdays = Timetable("30 2 * * MON-FRI");
    private readonly Timetable quarters = Timetable("*/15 * * * *");
    private readonly Timetable leapDays = Timetable("0 0 29 2 *");
    private readonly Timetable leapSundays = Timetable("0 0 29 2 */8");
    private readonly Timetable every = Timetable("@every 6h");

    [Benchmark(Baseline = true)]
    public LocalDateTime LocalTimeOfAnInstant() => Now.InZone(Zone).LocalDateTime;

    [Benchmark]
    public Option<Instant> NextOfEverySixHours() => every.Next(Now);

    [Benchmark]
    public Option<Instant> NextQuarterOfAnHour() => quarters.Next(Now);

    [Benchmark]
    public Option<Instant> NextWeekday() => weekdays.Next(Now);

    [Benchmark]
    public Option<Instant> PreviousWeekday() => weekdays.Previous(Now);

    [Benchmark]
    public Option<Instant> NextThroughAChangeOfTheClocks() => weekdays.Next(BeforeTheGap);

    [Benchmark]
    public Option<Instant> NextLeapDay() => leapDays.Next(Now);

    [Benchmark]
    public Option<Instant> NextLeapDayOnASunday() => leapSundays.Next(Now);

    [Benchmark]
    public string Description() => weekdays.Describe();

    private static Timetable Timetable(string expression) =>
        Schedule.Parse(expression).IfLeft(error => throw new ArgumentException(error.Message)).For(Claim, Zone, Duration.Zero);
}
