using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Xunit.Abstractions;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

public sealed class OccurrenceLaws(ITestOutputHelper output)
{
    private static readonly double[] Shares = [0, 0.1, 0.35, 0.5, 0.77, 0.9];

    private static Gen<(string Expression, DateTimeZone Zone, Instant At)> Cases =>
        from expression in Expressions.Fields.Where(CanFire)
        from moment in Expressions.Moments
        select (expression, moment.Zone, moment.At);

    private static Gen<(string Expression, DateTimeZone Zone, Instant At)> AnyCases =>
        from expression in Expressions.Everything.Where(CanFire)
        from moment in Expressions.Moments
        from nanoseconds in Gen.Elements(0L, 1L, 999_999_999L)
        select (expression, moment.Zone, moment.At.PlusNanoseconds(nanoseconds));

    [Fact]
    public void The_occurrences_around_any_instant_are_those_of_looking_at_every_minute() =>
        Laws.Hold(output, Cases, test =>
        {
            var (from, to) = (test.At - Duration.FromHours(30), test.At + Duration.FromHours(40));
            var expected = new SteppingCron(test.Expression).Between(test.Zone, from, to);
            var found = Schedule(test.Expression).For(Orders, test.Zone, Duration.Zero).Within(from, to, int.MaxValue);
            Assert.Equal(expected, found.ToList());
        }, 250);

    [Fact]
    public void Next_is_after_its_argument_and_matches_and_nothing_matching_lies_between() =>
        Laws.Hold(output, Cases, test =>
        {
            var stepping = new SteppingCron(test.Expression);
            var timetable = Schedule(test.Expression).For(Orders, test.Zone, Duration.Zero);
            var next = timetable.Next(test.At).IfNone(() => throw new Xunit.Sdk.XunitException("there is no next"));
            Assert.True(next > test.At);
            Assert.Equal([next], stepping.Between(test.Zone, next, next + Duration.FromSeconds(1)));

            // Between them may lie many years: whole days are looked at near both ends, and here and there between.
            var gap = next - test.At;
            foreach (var share in Shares)
            {
                var from = test.At + (gap * share) + Duration.Epsilon;
                var to = Instant.Min(from + Duration.FromHours(3), next);
                Assert.DoesNotContain(stepping.Between(test.Zone, from, to), instant => instant > test.At);
            }
        }, 250);

    [Fact]
    public void Previous_inverts_next() =>
        Laws.Hold(output, AnyCases, test =>
        {
            var timetable = Schedule(test.Expression).For(Orders, test.Zone, Duration.FromMinutes(30));
            var next = timetable.Next(test.At).IfNone(Instant.MaxValue);
            var latest = timetable.LatestAt(test.At);
            Assert.Equal(latest, timetable.Previous(next));
            Assert.Equal(next, timetable.Next(latest.IfNone(Instant.MinValue)));
            Assert.True(latest.ForAll(instant => instant <= test.At));
            Assert.Equal(timetable.Previous(test.At), timetable.LatestAt(test.At - Duration.Epsilon));
        });

    [Fact]
    public void Within_is_what_next_finds_one_after_the_other() =>
        Laws.Hold(output, AnyCases, test =>
        {
            var timetable = Schedule(test.Expression).For(Orders, test.Zone, Duration.Zero);
            var slots = timetable.Within(test.At, test.At + Duration.FromDays(1000), 20);
            Assert.All(slots.Zip(slots.Skip(1)), pair => Assert.Equal(pair.Item2, timetable.Next(pair.Item1)));
            Assert.All(slots, slot => Assert.Equal(slot, timetable.LatestAt(slot)));
            Assert.True(slots.IsEmpty || slots.Head == timetable.Next(test.At - Duration.Epsilon));
            Assert.All(slots, slot => Assert.Equal(0, slot.ToUnixTimeTicks() % NodaConstants.TicksPerSecond));
        });

    [Fact]
    public void A_spread_moves_every_occurrence_by_one_and_the_same_offset_below_it() =>
        Laws.Hold(output, from test in AnyCases from minutes in Gen.Choose(0, 600) select (test, minutes), given =>
        {
            var (test, minutes) = given;
            var plain = Schedule(test.Expression).For(Orders, test.Zone, Duration.Zero);
            var moved = Schedule(test.Expression).For(Orders, test.Zone, Duration.FromMinutes(minutes));
            Assert.True(moved.Offset >= Duration.Zero && (moved.Offset < Duration.FromMinutes(minutes) || minutes == 0));
            Assert.Equal(plain.Next(test.At).Map(next => next + moved.Offset), moved.Next(test.At + moved.Offset));
            Assert.Equal(plain.Previous(test.At).Map(previous => previous + moved.Offset), moved.Previous(test.At + moved.Offset));
        });

    [Fact]
    public void A_year_in_any_zone_has_each_day_once_and_each_quarter_of_an_hour_once() =>
        Laws.Hold(output, from id in Expressions.Zones from year in Gen.Choose(1971, 2040) from minute in Gen.Choose(0, 1439) select (id, year, minute), test =>
        {
            var zone = Zone(test.id);
            var (from, to) = (zone.AtStartOfDay(new LocalDate(test.year, 1, 1)).ToInstant(), zone.AtStartOfDay(new LocalDate(test.year + 1, 1, 1)).ToInstant());
            var days = Period.DaysBetween(new LocalDate(test.year, 1, 1), new LocalDate(test.year + 1, 1, 1));

            // At a given time every day: each date once. A date that the clocks left out has its time with the start of the next date;
            // those fall together when the time is midnight or lies in the same gap.
            var daily = Timetable($"{test.minute % 60} {test.minute / 60} * * *", test.id).Within(from, to, int.MaxValue);
            Assert.All(daily.Zip(daily.Skip(1)), pair => Assert.True(pair.Item1 < pair.Item2));
            Assert.InRange(daily.Count, days - 1, days + 1);
            var doubled = daily.Select(instant => instant.InZone(zone)).GroupBy(time => time.Date).Where(date => date.Count() > 1);
            Assert.All(doubled, date => Assert.Contains(date, time => time.TimeOfDay != new LocalTime(test.minute / 60, test.minute % 60)));

            // A quarter of an hour is elapsed time, but where an offset is no multiple of it a change may shorten or stretch one.
            var changes = zone.GetZoneIntervals(from, to).Count() - 1;
            var quarters = Timetable("*/15 * * * *", test.id).Within(from, to, int.MaxValue);
            Assert.All(quarters.Zip(quarters.Skip(1)), pair => Assert.InRange(pair.Item2 - pair.Item1, Duration.FromSeconds(1), Duration.FromMinutes(30) - Duration.FromSeconds(1)));
            Assert.InRange(quarters.Count, ((to - from).TotalMinutes / 15) - changes - 1, ((to - from).TotalMinutes / 15) + changes + 1);
        }, 60);

    [Fact]
    public void Beyond_the_calendar_there_is_no_occurrence_and_no_failure() =>
        Laws.Hold(output, from expression in Expressions.Everything.Where(CanFire) from id in Expressions.Zones select (expression, id), test =>
        {
            var timetable = Schedule(test.expression).For(Orders, Zone(test.id), Duration.FromHours(5));
            Assert.True(timetable.Next(Instant.MaxValue).IsNone);
            Assert.True(timetable.Previous(Instant.MinValue).IsNone);
            Assert.True(timetable.Next(Instant.MinValue).IsSome);
            Assert.True(timetable.Previous(Instant.MaxValue).IsSome);
            Assert.True(timetable.LatestAt(Instant.MaxValue).IsSome);
            Assert.Empty(timetable.Within(Instant.FromUtc(9999, 12, 31, 12, 0), Instant.MaxValue, 10));
        }, 200);

    private static bool CanFire(string expression) => Backsnap.Domain.Schedules.Schedule.Parse(expression).IsRight;
}
