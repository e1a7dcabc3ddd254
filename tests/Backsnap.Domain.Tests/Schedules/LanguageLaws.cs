using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using Xunit.Abstractions;
using static Backsnap.Domain.Tests.Schedules.Reading;

namespace Backsnap.Domain.Tests.Schedules;

public sealed class LanguageLaws(ITestOutputHelper output)
{
    [Fact]
    public void Parse_after_print_is_the_identity() =>
        Laws.Hold(output, Expressions.Everything, expression =>
            Backsnap.Domain.Schedules.Schedule.Parse(expression).IfRight(schedule =>
            {
                var printed = schedule.Print();
                var again = Schedule(printed);
                Assert.Equal(schedule, again);
                Assert.Equal(schedule.GetHashCode(), again.GetHashCode());
                Assert.Equal(printed, again.Print());
            }), 1000);

    [Fact]
    public void Equal_schedules_have_equal_timetables() =>
        Laws.Hold(output, Expressions.Everything, expression =>
            Backsnap.Domain.Schedules.Schedule.Parse(expression).IfRight(schedule =>
                Assert.Equal(schedule.For(Orders, Zone("Asia/Tokyo"), Duration.Zero), Schedule(schedule.Print()).For(Orders, Zone("Asia/Tokyo"), Duration.Zero))));

    [Fact]
    public void Most_random_expressions_are_read_and_the_others_never_fire() =>
        Laws.Hold(output, Expressions.Everything, expression =>
            Backsnap.Domain.Schedules.Schedule.Parse(expression).IfLeft(error => Assert.StartsWith("never fires", error.Problem, StringComparison.Ordinal)), 1000);

    [Fact]
    public void Every_schedule_has_a_description() =>
        Laws.Hold(output, Expressions.Everything, expression =>
            Backsnap.Domain.Schedules.Schedule.Parse(expression).IfRight(schedule =>
            {
                var words = schedule.For(Orders, Zone("Asia/Tokyo"), Duration.Zero).Describe();
                Assert.Matches(@"^(every|on|at) .*\w$", words);
                Assert.DoesNotContain("  ", words, StringComparison.Ordinal);
                Assert.DoesNotContain(" ,", words, StringComparison.Ordinal);
            }), 1000);

    [Fact]
    public void Any_text_is_either_read_or_named_in_an_error() =>
        Laws.Hold(output, Texts, text =>
            Backsnap.Domain.Schedules.Schedule.Parse(text).Match(
                Right: schedule => Assert.NotEmpty(schedule.Print()),
                Left: error => Assert.NotEmpty(error.Allowed)), 2000);

    private static Gen<string> Texts =>
        Gen.OneOf(
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get),
            Gen.Elements("*", "/", "-", ",", "?", "L", "W", "#", "H", "H(", ")", "1", "7", "31", "59", "MON", "jan", "@every ", "@daily", "TZ=", "UTC", " ", "  ", "\t", "1h", ".", "\u00b2", "\0")
                .ListOf().Select(parts => string.Concat(parts)),
            from expression in Expressions.Everything
            from position in Gen.Choose(0, expression.Length - 1)
            from letter in Gen.Elements('*', '/', '-', ',', ' ', '#', 'L', 'W', 'H', '(', ')', '9', '0', 'x')
            select expression[..position] + letter + expression[(position + 1)..]);
}
