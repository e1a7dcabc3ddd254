using LanguageExt;

namespace Backsnap.Domain.Schedules;

/// <summary>Says in words on which days a schedule fires.</summary>
internal static class DayWords
{
    private static readonly string[] DayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    private static readonly string[] MonthNames =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Ordinals = ["first", "second", "third", "fourth", "fifth"];
    private static readonly NumberSet Week = new(0b1111111);
    private static readonly NumberSet WorkingDays = new(0b0111110);

    /// <summary>The words, and whether they say no more than <c>every day</c>.</summary>
    public static (string Text, bool IsEveryDay) Of(CronFields fields)
    {
        var months = CronFields.Values(CronField.Month, fields.Months);
        return (AllDays(CronField.DayOfMonth, fields.DaysOfMonth), AllDays(CronField.DayOfWeek, fields.DaysOfWeek)) switch
        {
            (true, true) => ("every day" + In(months), months.Count == 12),
            (true, false) => (ByWeek(fields.DaysOfWeek, months), false),
            (false, true) => (ByMonth(fields.DaysOfMonth, months), false),
            (false, false) when fields.JoinsDaysByOr => ($"{ByMonth(fields.DaysOfMonth, months)} and {ByWeek(fields.DaysOfWeek, months)}", false),
            (false, false) => ($"{ByMonth(fields.DaysOfMonth, months)} if it is {OnlyIf(fields.DaysOfWeek)}", false),
        };
    }

    private static bool AllDays(CronField field, Seq<FieldTerm> terms) => CronFields.Values(field, terms).Count == field.Span;

    private static string In(NumberSet months) => months.Count == 12 ? "" : $" in {Names(months)}";

    private static string OfMonths(NumberSet months) => months.Count == 12 ? "every month" : Names(months);

    private static string Names(NumberSet months) => Wording.Runs(months, month => MonthNames[month - 1]);

    private static string ByMonth(Seq<FieldTerm> terms, NumberSet months)
    {
        var days = CronFields.Values(CronField.DayOfMonth, terms);
        var plain = days.IsEmpty ? [] : new[] { $"day{Wording.Plural(days.Count)} {Wording.Numbers(days)}" };
        return $"on {Wording.List(plain.Concat(terms.SelectMany(Special)))} of {OfMonths(months)}";
    }

    private static string ByWeek(Seq<FieldTerm> terms, NumberSet months)
    {
        var days = CronFields.Values(CronField.DayOfWeek, terms);
        var special = terms.SelectMany(Special).ToArray();
        var plain = days.IsEmpty ? []
            : days == Week ? ["every day" + In(months)]
            : new[] { (days == WorkingDays ? "every weekday" : $"every {Wording.Runs(days, DayName)}") + In(months) };
        return Wording.List(special.Length == 0 ? plain : plain.Append($"on {Wording.List(special)} of {OfMonths(months)}"));
    }

    private static string OnlyIf(Seq<FieldTerm> terms)
    {
        var days = CronFields.Values(CronField.DayOfWeek, terms);
        var plain = days.IsEmpty ? [] : days == WorkingDays ? ["a weekday"] : new[] { $"a {Wording.Runs(days, DayName, "or")}" };
        return Wording.List(plain.Concat(terms.SelectMany(Special).Select(special => special + " of the month")), "or");
    }

    private static string DayName(int day) => DayNames[day];

    private static IEnumerable<string> Special(FieldTerm term) =>
        term switch
        {
            FieldTerm.Any or FieldTerm.Range or FieldTerm.Spread => [],
            FieldTerm.BeforeMonthEnd(0) => ["the last day"],
            FieldTerm.BeforeMonthEnd(1) => ["the day before the last"],
            FieldTerm.BeforeMonthEnd(var days) => [$"the day {days} days before the last"],
            FieldTerm.NearestWeekday(var day) => [$"the weekday nearest to day {day}"],
            FieldTerm.LastWeekday => ["the last weekday"],
            FieldTerm.LastOfMonth(var day) => [$"the last {DayName(day)}"],
            FieldTerm.NthOfMonth(var day, var nth) => [$"the {Ordinals[nth - 1]} {DayName(day)}"],
        };
}
