using Backsnap.Domain.Schedules;
using BenchmarkDotNet.Attributes;
using LanguageExt;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Benchmarks.Schedules;

/// <summary>Reading an expression, as multiples of reading an instant in RFC 3339, which every object of the cluster asks for several times.</summary>
[MemoryDiagnoser]
public class ParsingBenchmarks
{
    [Benchmark(Baseline = true)]
    public ParseResult<Instant> AnInstant() => InstantPattern.ExtendedIso.Parse("2026-11-22T13:00:00Z");

    [Benchmark]
    public Either<ScheduleError, Schedule> Macro() => Schedule.Parse("@daily");

    [Benchmark]
    public Either<ScheduleError, Schedule> Weekdays() => Schedule.Parse("30 2 * * MON-FRI");

    [Benchmark]
    public Either<ScheduleError, Schedule> EveryField() => Schedule.Parse("TZ=Europe/Amsterdam 0,30 */5 8-17/2 1-15,L JAN-JUN MON#2,5L");

    [Benchmark]
    public Either<ScheduleError, Schedule> Spread() => Schedule.Parse("H H H H *");

    [Benchmark]
    public Either<ScheduleError, Schedule> LeapDay() => Schedule.Parse("0 0 29 2 *");

    [Benchmark]
    public Either<ScheduleError, Schedule> NeverFiring() => Schedule.Parse("0 0 30 2 *");

    [Benchmark]
    public Either<ScheduleError, Schedule> Mistake() => Schedule.Parse("61 2 * * MON-FRI");
}
