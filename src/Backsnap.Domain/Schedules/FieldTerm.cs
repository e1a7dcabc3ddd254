using LanguageExt;

namespace Backsnap.Domain.Schedules;

/// <summary>One item of a field's comma-separated list, as it was meant: names, omitted ends and the step 1 have become numbers.</summary>
internal abstract record FieldTerm
{
    private FieldTerm() { }

    /// <summary><c>*</c>, <c>?</c> or <c>*/n</c>.</summary>
    public sealed record Any(int Step) : FieldTerm;

    /// <summary><c>a</c>, <c>a-b</c>, <c>a-b/n</c>, <c>a/n</c>. The last may be before the first (<c>22-2</c>).</summary>
    public sealed record Range(int First, int Last, int Step) : FieldTerm;

    /// <summary><c>H</c>, <c>H(a-b)</c>: one value of the range, chosen by the claim; with a step, a series that begins at such a value.</summary>
    public sealed record Spread(int First, int Last, Option<int> Step) : FieldTerm;

    /// <summary><c>L</c>, <c>L-3</c>: so many days before the last of the month.</summary>
    public sealed record BeforeMonthEnd(int Days) : FieldTerm;

    /// <summary><c>15W</c>: the day from Monday to Friday that is nearest, within the same month.</summary>
    public sealed record NearestWeekday(int Day) : FieldTerm;

    /// <summary><c>LW</c>: the last day from Monday to Friday.</summary>
    public sealed record LastWeekday : FieldTerm;

    /// <summary><c>5L</c>: the last Friday of the month.</summary>
    public sealed record LastOfMonth(int DayOfWeek) : FieldTerm;

    /// <summary><c>MON#2</c>: the second Monday of the month.</summary>
    public sealed record NthOfMonth(int DayOfWeek, int Nth) : FieldTerm;
}
