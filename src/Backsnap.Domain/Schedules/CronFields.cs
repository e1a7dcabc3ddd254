using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>The six fields of a cron expression. Five-field expressions have second 0.</summary>
internal sealed record CronFields(
    Seq<FieldTerm> Seconds,
    Seq<FieldTerm> Minutes,
    Seq<FieldTerm> Hours,
    Seq<FieldTerm> DaysOfMonth,
    Seq<FieldTerm> Months,
    Seq<FieldTerm> DaysOfWeek,
    DayRule Rule)
{
    /// <summary>The seconds of a five-field expression.</summary>
    public static Seq<FieldTerm> AtSecondZero { get; } = Seq1<FieldTerm>(new FieldTerm.Range(0, 0, 1));

    /// <summary>Whether some value is for the claim to choose (<c>H</c>).</summary>
    public bool DependsOnClaim => All().Exists(each => each.Terms.Exists(term => term is FieldTerm.Spread));

    /// <summary>A <c>*</c> or a step in minute or hour: a schedule of intervals, not of times of day.</summary>
    public bool FollowsElapsedTime =>
        Minutes.Then(Hours).Exists(term => term is FieldTerm.Any or FieldTerm.Range { Step: > 1 } or FieldTerm.Spread { Step.IsSome: true });

    /// <summary>Whether a day that matches only one of the two day fields will do.</summary>
    public bool JoinsDaysByOr => Rule == DayRule.EitherWhenBothRestricted && IsRestricted(DaysOfMonth) && IsRestricted(DaysOfWeek);

    /// <summary>The local times that match, which is complete only when every <c>H</c> has been replaced (<see cref="Choose"/>).</summary>
    public LocalCalendar ToCalendar() =>
        new(new DayPattern(Values(CronField.Month, Months), DaysOfMonth, DaysOfWeek, JoinsDaysByOr),
            new TimesOfDay(Values(CronField.Hour, Hours), Values(CronField.Minute, Minutes), Values(CronField.Second, Seconds)));

    /// <summary>Replaces each <c>H</c> by what <paramref name="choose"/> picks from 0 to count − 1.</summary>
    public CronFields Choose(Func<CronField, int, int> choose) =>
        DependsOnClaim
            ? this with
            {
                Seconds = Chosen(CronField.Second, Seconds, choose),
                Minutes = Chosen(CronField.Minute, Minutes, choose),
                Hours = Chosen(CronField.Hour, Hours, choose),
                DaysOfMonth = Chosen(CronField.DayOfMonth, DaysOfMonth, choose),
                Months = Chosen(CronField.Month, Months, choose),
                DaysOfWeek = Chosen(CronField.DayOfWeek, DaysOfWeek, choose),
            }
            : this;

    /// <summary>The fields from second to day of week, each with its terms.</summary>
    public Seq<(CronField Field, Seq<FieldTerm> Terms)> All() =>
        Seq(
            (CronField.Second, Seconds),
            (CronField.Minute, Minutes),
            (CronField.Hour, Hours),
            (CronField.DayOfMonth, DaysOfMonth),
            (CronField.Month, Months),
            (CronField.DayOfWeek, DaysOfWeek));

    /// <summary>The values of a field whose terms are numbers: every field but those of days.</summary>
    public static NumberSet Values(CronField field, Seq<FieldTerm> terms) =>
        NumberSet.Of(terms.SelectMany(term => Values(field, term)));

    private static bool IsRestricted(Seq<FieldTerm> terms) => terms.Head is not FieldTerm.Any;

    private static IEnumerable<int> Values(CronField field, FieldTerm term) =>
        term switch
        {
            FieldTerm.Any(var step) => field.Values(field.Lowest, field.Highest, step),
            FieldTerm.Range(var first, var last, var step) => field.Values(first, last, step),
            FieldTerm.Spread(var first, var last, _) => field.Values(first, last, 1),
            FieldTerm.BeforeMonthEnd or FieldTerm.NearestWeekday or FieldTerm.LastWeekday or FieldTerm.LastOfMonth or FieldTerm.NthOfMonth => [],
        };

    private static Seq<FieldTerm> Chosen(CronField field, Seq<FieldTerm> terms, Func<CronField, int, int> choose) =>
        terms.Map(term => term is FieldTerm.Spread spread ? Chosen(field, spread, choose) : term).Strict();

    private static FieldTerm Chosen(CronField field, FieldTerm.Spread spread, Func<CronField, int, int> choose)
    {
        var length = field.Length(spread.First, spread.Last);
        return spread.Step.Match<FieldTerm>(
            Some: step => new FieldTerm.Range(field.Nth(spread.First, choose(field, Math.Min(step, length))), spread.Last, step),
            None: () => field.Nth(spread.First, choose(field, length)) is var value ? new FieldTerm.Range(value, value, 1) : spread);
    }
}
