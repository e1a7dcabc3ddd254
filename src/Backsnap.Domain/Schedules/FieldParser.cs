using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>Reads one field of a cron expression: a comma-separated list of terms.</summary>
internal static class FieldParser
{
    /// <summary>Reads the whole field; the first wrong item is the error.</summary>
    public static Either<ScheduleError, Seq<FieldTerm>> Parse(CronField field, string text) =>
        text.Split(',').Aggregate(
            Right<ScheduleError, Seq<FieldTerm>>(Seq<FieldTerm>()),
            (terms, item) => terms.Bind(earlier => Term(field, item).Map(earlier.Add)));

    private static Either<ScheduleError, FieldTerm> Term(CronField field, string item) =>
        item.Split('/') switch
        {
            [""] => Wrong(field, item, "is empty"),
            [var values] => Whole(field, item, values),
            [var values, var step] => Stepped(field, item, values, step),
            _ => Wrong(field, item, "has more than one '/'"),
        };

    private static Either<ScheduleError, FieldTerm> Whole(CronField field, string item, string values) =>
        values is "*" or "?" ? new FieldTerm.Any(1)
        : IsSpread(values) ? SpreadRange(field, item, values).Map<FieldTerm>(range => new FieldTerm.Spread(range.First, range.Last, None))
        : values.Contains('#', StringComparison.Ordinal) ? Nth(field, item, values)
        : Special(field, item, values.ToUpperInvariant())
            .IfNone(() => RangeOf(field, item, values).Map<FieldTerm>(range => new FieldTerm.Range(range.First, range.Last, 1)));

    private static Either<ScheduleError, FieldTerm> Stepped(CronField field, string item, string values, string stepText) =>
        from step in Step(field, item, stepText)
        from term in values is "*" or "?" ? Right<ScheduleError, FieldTerm>(new FieldTerm.Any(step))
            : IsSpread(values)
                ? SpreadRange(field, item, values).Map<FieldTerm>(range => new FieldTerm.Spread(range.First, range.Last, Some(step)))
            : values.Contains('-', StringComparison.Ordinal)
                ? RangeOf(field, item, values).Map<FieldTerm>(range => new FieldTerm.Range(range.First, range.Last, step))
            : Value(field, item, values).Map<FieldTerm>(first => new FieldTerm.Range(first, field.Highest, step))
        select term;

    private static Either<ScheduleError, int> Step(CronField field, string item, string text) =>
        Digits(text).Filter(step => step > 0).ToEither(() =>
            new ScheduleError(field.Name, item, "has no valid step", "after '/' write a whole number from 1, as in */15"));

    private static Either<ScheduleError, (int First, int Last)> RangeOf(CronField field, string item, string values) =>
        values.Split('-') switch
        {
            [var only] => Value(field, item, only).Map(value => (value, value)),
            [var first, var last] =>
                from low in Value(field, item, first)
                from high in first == last ? Value(field, item, last) : WrittenValue(field, item, last)
                select (low, high),
            _ => Left<ScheduleError, (int, int)>(Error(field, item, "has more than one '-'")),
        };

    // 7 means Sunday wherever it stands, but as the end of a range it also means "after Saturday": 5-7 and 0-7 go up to it.
    // 7-7 is a Sunday and no week.
    private static Either<ScheduleError, int> Value(CronField field, string item, string text) =>
        WrittenValue(field, item, text).Map(value => value > field.Highest ? field.Lowest : value);

    private static Either<ScheduleError, int> WrittenValue(CronField field, string item, string text) =>
        (Digits(text) | Name(field, text))
            .ToEither(() => Error(field, item, "is not understood"))
            .Bind(value => value >= field.Lowest && value <= field.LargestWritten
                ? Right<ScheduleError, int>(value)
                : Left<ScheduleError, int>(Error(field, item, "is out of range")));

    private static Option<int> Name(CronField field, string text) =>
        field.Names.Select((name, index) => (Value: field.Lowest + index, Name: name))
            .Find(named => string.Equals(named.Name, text, StringComparison.OrdinalIgnoreCase))
            .Map(named => named.Value);

    private static Option<int> Digits(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Some(number) : None;

    private static bool IsSpread(string values) =>
        values is "H" or "h" || values.StartsWith("H(", StringComparison.OrdinalIgnoreCase);

    private static Either<ScheduleError, (int First, int Last)> SpreadRange(CronField field, string item, string values) =>
        values.Length == 1 ? (field.Lowest, field.LargestSpread)
        : values.EndsWith(')') && values.Contains('-', StringComparison.Ordinal) ? RangeOf(field, item, values[2..^1])
        : Left<ScheduleError, (int, int)>(new ScheduleError(field.Name, item, "is not understood", "write H, H(0-5), H/15 or H(0-29)/10"));

    private static Either<ScheduleError, FieldTerm> Nth(CronField field, string item, string values) =>
        field != CronField.DayOfWeek ? Wrong(field, item, "is not understood")
        : values.Split('#') is [var day, var nth] && Digits(nth).Filter(n => n is >= 1 and <= 5).Case is SomeCase<int>(var number)
            ? Value(field, item, day).Map<FieldTerm>(value => new FieldTerm.NthOfMonth(value, number))
            : Left<ScheduleError, FieldTerm>(new ScheduleError(
                field.Name, item, "is not understood", "write a day, '#' and 1 to 5, as in MON#2 for the second Monday of the month"));

    private static Option<Either<ScheduleError, FieldTerm>> Special(CronField field, string item, string upper) =>
        field == CronField.DayOfMonth ? SpecialDayOfMonth(field, item, upper)
        : field == CronField.DayOfWeek ? SpecialDayOfWeek(field, item, upper)
        : None;

    private static Option<Either<ScheduleError, FieldTerm>> SpecialDayOfMonth(CronField field, string item, string upper) =>
        upper switch
        {
            "L" => Right<ScheduleError, FieldTerm>(new FieldTerm.BeforeMonthEnd(0)),
            "LW" or "WL" => Right<ScheduleError, FieldTerm>(new FieldTerm.LastWeekday()),
            ['L', '-', .. var days] => Digits(days).Filter(n => n is >= 1 and <= 30).Map<FieldTerm>(n => new FieldTerm.BeforeMonthEnd(n))
                .ToEither(() => new ScheduleError(field.Name, item, "is out of range", "write L-1 to L-30, the days before the last of the month")),
            [.. var day, 'W'] => Value(field, item, day).Map<FieldTerm>(value => new FieldTerm.NearestWeekday(value)),
            _ => None,
        };

    private static Option<Either<ScheduleError, FieldTerm>> SpecialDayOfWeek(CronField field, string item, string upper) =>
        upper switch
        {
            "L" => Left<ScheduleError, FieldTerm>(new ScheduleError(
                field.Name, item, "names no day", "write 5L or FRIL for the last Friday of the month, SAT for every Saturday, or L as the day of month")),
            [.. var day, 'L'] => Value(field, item, day).Map<FieldTerm>(value => new FieldTerm.LastOfMonth(value)),
            _ => None,
        };

    private static Either<ScheduleError, FieldTerm> Wrong(CronField field, string item, string problem) =>
        Left<ScheduleError, FieldTerm>(Error(field, item, problem));

    private static ScheduleError Error(CronField field, string item, string problem) => new(field.Name, item, problem, field.Allowed);
}
