using System.Globalization;
using LanguageExt;

namespace Backsnap.Domain.Schedules;

/// <summary>Writes a recurrence as canonical text: numbers for names, no macros but <c>@every</c>, five fields where the second is 0.</summary>
internal static class Printing
{
    public static string Print(Recurrence recurrence) =>
        recurrence switch
        {
            Recurrence.Every(var period) => $"@every {PeriodText.Print(period)}",
            Recurrence.Calendar(var fields) => string.Join(
                ' ', fields.All().Skip(fields.Seconds == CronFields.AtSecondZero ? 1 : 0).Select(field => Print(field.Field, field.Terms))),
        };

    private static string Print(CronField field, Seq<FieldTerm> terms) => string.Join(',', terms.Map(term => Print(field, term)));

    private static string Print(CronField field, FieldTerm term) =>
        term switch
        {
            FieldTerm.Any(var step) => "*" + Step(step),
            FieldTerm.Range(var first, var last, 1) when first == last => Number(first),
            FieldTerm.Range(var first, var last, var step) => $"{Number(first)}-{Number(last)}{Step(step)}",
            FieldTerm.Spread(var first, var last, var step) =>
                (first == field.Lowest && last == field.LargestSpread ? "H" : $"H({Number(first)}-{Number(last)})") + step.Map(n => "/" + Number(n)).IfNone(""),
            FieldTerm.BeforeMonthEnd(0) => "L",
            FieldTerm.BeforeMonthEnd(var days) => $"L-{Number(days)}",
            FieldTerm.NearestWeekday(var day) => $"{Number(day)}W",
            FieldTerm.LastWeekday => "LW",
            FieldTerm.LastOfMonth(var day) => $"{Number(day)}L",
            FieldTerm.NthOfMonth(var day, var nth) => $"{Number(day)}#{Number(nth)}",
        };

    private static string Step(int step) => step == 1 ? "" : "/" + Number(step);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
