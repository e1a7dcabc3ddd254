using Backsnap.Domain.Claims;
using Backsnap.Domain.Schedules;
using BenchmarkDotNet.Attributes;
using LanguageExt;
using NodaTime;

namespace Backsnap.Benchmarks.Schedules;

/// <summary>
/// What the planner asks of the schedules of 100,000 claims in one plan: the slot that is due, the slot before it, and the next. As
/// multiples of telling the local time of 100,000 instants.
/// </summary>
[MemoryDiagnoser]
public class ResolutionBenchmarks
{
    private const int Count = 100_000;
    private static readonly string[] Expressions = ["@daily", "H H * * *", "30 2 * * MON-FRI", "@every 6h", "TZ=Europe/Amsterdam 0 */4 * * *", "0 0 L * *"];
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["America/New_York"];
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 13, 0);

    private readonly ClaimRef[] claims = [.. Enumerable.Range(0, Count).Select(i => new ClaimRef(NamespaceName.Trusted($"team-{i / 100}"), $"data-{i % 100}"))];
    private readonly Schedule[] schedules = [.. Expressions.Select(Parse)];

    [Benchmark(Baseline = true)]
    public long LocalTimes() => Enumerable.Range(0, Count).Sum(i => (long)(Now + Duration.FromSeconds(i)).InZone(Zone).Hour);

    /// <summary>As the planner does it: each expression that occurs is parsed once.</summary>
    [Benchmark]
    public long Resolved() => Enumerable.Range(0, Count).Sum(i => Slots(schedules[i % schedules.Length].For(claims[i], Zone, Duration.FromMinutes(30))));

    /// <summary>With an expression of its own on every claim.</summary>
    [Benchmark]
    public long ParsedAndResolved() => Enumerable.Range(0, Count).Sum(i => Slots(Parse(Expressions[i % Expressions.Length]).For(claims[i], Zone, Duration.FromMinutes(30))));

    private static long Slots(Timetable timetable) =>
        (from due in timetable.LatestAt(Now)
         from before in timetable.Previous(due)
         from next in timetable.Next(Now)
         select (next - before).BclCompatibleTicks).IfNone(0);

    private static Schedule Parse(string expression) => Schedule.Parse(expression).IfLeft(error => throw new ArgumentException(error.Message));
}
