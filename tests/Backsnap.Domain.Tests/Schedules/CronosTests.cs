using System.Globalization;
using Backsnap.Domain.Schedules;
using Cronos;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Xunit.Abstractions;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

/// <summary>
/// Against Cronos, another .NET reading of the same language, through changes of the clocks in many zones. It takes a day that both day
/// fields restrict to match both, as our <see cref="DayRule.Both"/> does.
/// </summary>
public sealed class CronosTests(ITestOutputHelper output)
{
    private const int Count = 6000;

    // Between these the system's zone data and NodaTime's, which may be of different releases, tell the same of every zone used here.
    private static readonly Instant First = Instant.FromUtc(2000, 1, 1, 0, 0);
    private static readonly Instant Last = Instant.FromUtc(2022, 1, 1, 0, 0);

    private static Gen<(string Expression, DateTimeZone Zone, Instant At)> Cases =>
        from expression in Expressions.Fields
        from moment in Expressions.Moments
        select (expression, moment.Zone, moment.At);

    [SkippableFact]
    public void Thousands_of_random_expressions_fire_when_Cronos_says_so_through_changes_of_the_clocks()
    {
        Skip.IfNot(SystemHasZones || Environment.GetEnvironmentVariable("CI") == "true", "the system has no time zones for Cronos to read: install the package tzdata");

        var seed = Laws.Seed();
        output.WriteLine($"BACKSNAP_SEED={seed.ToString(CultureInfo.InvariantCulture)}");
        var compared = 0;
        var acrossChanges = 0;
        var different = new List<string>();
        foreach (var (expression, zone, at) in Gen.Sample(Cases, Count, new Rnd(seed), 30))
        {
            if (at < First || at > Last || Theirs(expression) is not { } theirs || SystemZone(zone) is not { } systemZone)
            {
                continue;
            }

            var expected = theirs.GetOccurrences(at.ToDateTimeUtc(), Last.ToDateTimeUtc(), systemZone, fromInclusive: false, toInclusive: false)
                .Take(5).Select(Instant.FromDateTimeUtc).ToList();
            var parsed = Backsnap.Domain.Schedules.Schedule.Parse(expression, new ScheduleOptions(DayRule.Both));
            var found = parsed.Match(
                Right: schedule => schedule.For(Orders, zone, Duration.Zero).Within(at + Duration.Epsilon, Last, 5).ToList(),
                Left: _ => []);
            // The first that ours finds may lie before the first of theirs, and the other way round.
            var until = Instant.Max(expected.LastOrDefault(at), found.LastOrDefault(at)) + Duration.Epsilon;
            if (!ReadAlike(expression, zone, at, until) || !SeeAlike(zone, systemZone, at, until))
            {
                continue;
            }

            compared++;
            acrossChanges += expected.Count > 0 && zone.GetZoneIntervals(at, expected[^1] + Duration.Epsilon).Skip(1).Any() ? 1 : 0;
            if (!Agree(expected, found, zone))
            {
                different.Add($"'{expression}' in {zone.Id} after {at}: {string.Join(' ', found)}, but Cronos: {string.Join(' ', expected)}");
            }
        }

        output.WriteLine($"{compared} compared, {acrossChanges} of them across a change of the clocks");
        Assert.True(different.Count == 0, $"{different.Count} of {compared} differ; BACKSNAP_SEED={seed} replays this.\n{string.Join('\n', different.Take(20))}");
        Assert.True(compared > Count / 20 && acrossChanges > compared / 20, $"only {compared} were compared, {acrossChanges} across a change");
    }

    private static bool SystemHasZones => SystemZone(DateTimeZoneProviders.Tzdb["Europe/Amsterdam"]) is not null;

    private static CronExpression? Theirs(string expression) =>
        CronExpression.TryParse(expression, expression.Count(char.IsWhiteSpace) == 5 ? CronFormat.IncludeSeconds : CronFormat.Standard, out var parsed) ? parsed : null;

    // Cronos leaves out the second showing of the very minute to which clocks are set back.
    private static bool Agree(List<Instant> theirs, List<Instant> ours, DateTimeZone zone)
    {
        var comparable = ours.Where(at => theirs.Contains(at) || zone.GetZoneInterval(at).Start != at).ToList();
        return comparable.SequenceEqual(theirs.Take(comparable.Count)) && (theirs.Count < 5 ? comparable.Count == theirs.Count : comparable.Count >= 3);
    }

    // Where the two mean different things on purpose. A day of the week with an open step, 3/2, ends for us on Saturday (as in Kubernetes),
    // and a step over the end of the week goes on where Cronos stops.
    // And what a gap swallows of a schedule of intervals, Cronos makes up for right after it, where cron(8) and we go on with the clock.
    private static bool ReadAlike(string expression, DateTimeZone zone, Instant from, Instant to)
    {
        var fields = expression.Split(' ');
        var days = fields[^1].Split(',');
        return !days.Any(day => day.Contains('/', StringComparison.Ordinal) && !day.StartsWith('*'))
            && (IntervalForUs(fields) ? !Leaps(zone, from, to) : !IntervalForThem(fields));
    }

    // For crontab(5) a star or step in minute or hour; for Cronos also a range, and also in the seconds.
    private static bool IntervalForUs(string[] fields) => fields[^5..^3].Any(field => field.AsSpan().ContainsAny('*', '/'));

    private static bool IntervalForThem(string[] fields) => fields[..^3].Any(field => field.AsSpan().ContainsAny('*', '/', '-'));

    private static bool Leaps(DateTimeZone zone, Instant from, Instant to)
    {
        var stretches = zone.GetZoneIntervals(from, to).ToList();
        return stretches.Zip(stretches.Skip(1), (before, after) => after.WallOffset > before.WallOffset).Any(leap => leap);
    }

    // TimeZoneInfo, which Cronos asks, takes some hours that come twice for hours that come once: where a zone's standard time changed,
    // too. And of Scoresbysund's clocks, which were set back to midnight, Cronos loses the hour that comes again.
    private static bool SeeAlike(DateTimeZone zone, TimeZoneInfo systemZone, Instant from, Instant to)
    {
        var stretches = zone.GetZoneIntervals(from, to).ToList();
        return zone.Id != "America/Scoresbysund" && stretches.Zip(stretches.Skip(1), (before, after) => before.WallOffset <= after.WallOffset
            || systemZone.IsAmbiguousTime(after.IsoLocalStart.PlusSeconds(1).ToDateTimeUnspecified())).All(alike => alike);
    }

    private static TimeZoneInfo? SystemZone(DateTimeZone zone) => TimeZoneInfo.TryFindSystemTimeZoneById(zone.Id, out var found) ? found : null;
}
