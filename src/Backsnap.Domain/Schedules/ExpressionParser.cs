using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>Reads a whole expression: the prefix with a zone, then a macro or the fields.</summary>
internal static class ExpressionParser
{
    private const string Forms =
        "write five fields (minute, hour, day of month, month, day of week), six with the second first, or a macro such as @daily or @every 6h";

    // An annotation may have 256 KiB; no schedule that a person means comes near this, and everything below may be simple about length.
    private const int LongestExpression = 1000;

    private static readonly HashMap<string, string> Macros = HashMap(
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
        ("@yearly-random", "H H H H *"),
        ("@annually-random", "H H H H *"),
        ("@monthly-random", "H H H * *"),
        ("@weekly-random", "H H * * H"),
        ("@daily-random", "H H * * *"),
        ("@midnight-random", "H H * * *"),
        ("@hourly-random", "H * * * *"));

    private static readonly Seq<string> ZonePrefixes = Seq("CRON_TZ=", "TZ=");

    /// <summary>The zone that the prefix gives, and what recurs.</summary>
    public static Either<ScheduleError, (Option<DateTimeZone> Zone, Recurrence What)> Parse(string expression, ScheduleOptions options)
    {
        var text = expression.Trim();
        return text.Length > LongestExpression
            ? Left<ScheduleError, (Option<DateTimeZone>, Recurrence)>(Wrong(text, "is too long", $"write at most {LongestExpression} characters"))
            : Prefixed(text, options);
    }

    private static Either<ScheduleError, (Option<DateTimeZone> Zone, Recurrence What)> Prefixed(string text, ScheduleOptions options) =>
        ZonePrefixes.Find(prefix => text.StartsWith(prefix, StringComparison.Ordinal)).Match(
            Some: prefix => Zoned(text[prefix.Length..], options),
            None: () => Body(text, options).Map(what => (Option<DateTimeZone>.None, what)));

    private static Either<ScheduleError, (Option<DateTimeZone> Zone, Recurrence What)> Zoned(string text, ScheduleOptions options)
    {
        var name = new string([.. text.TakeWhile(c => !char.IsWhiteSpace(c))]);
        return from zone in TimezoneName.Parse(name)
               from what in Body(text[name.Length..].Trim(), options)
               select (Some(zone), what);
    }

    private static Either<ScheduleError, Recurrence> Body(string text, ScheduleOptions options) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) switch
        {
            [] => Wrong(text, "is empty", Forms),
            ["@every", var period] => PeriodText.Parse(period).Map<Recurrence>(every => new Recurrence.Every(every)),
            ["@every", ..] => Wrong(text, "has not one period", "write @every and a duration without blanks, as in @every 1h30m"),
            [{ } macro, ..] when macro.StartsWith('@') => Macro(text, macro, options),
            [_, _, _, _, _] fields => Fields(text, fields, CronFields.AtSecondZero, options),
            [var seconds, .. { Length: 5 } fields] =>
                FieldParser.Parse(CronField.Second, seconds).Bind(second => Fields(text, fields, second, options)),
            var fields => Wrong(text, $"has {fields.Length} field{Wording.Plural(fields.Length)}", Forms),
        };

    private static Either<ScheduleError, Recurrence> Macro(string text, string macro, ScheduleOptions options) =>
        text.Length == macro.Length
            ? Macros.Find(macro.ToLowerInvariant()).Match(
                Some: meaning => Body(meaning, options),
                None: () => new ScheduleError("macro", macro, "is not known", $"write one of {KnownMacros} or @every 6h"))
            : Wrong(text, $"has more than the macro {macro}", "a macro stands alone, after a prefix TZ=… at most");

    private static string KnownMacros => string.Join(", ", Macros.Keys.Order(StringComparer.Ordinal));

    private static Either<ScheduleError, Recurrence> Fields(string text, string[] fields, Seq<FieldTerm> seconds, ScheduleOptions options) =>
        from minutes in FieldParser.Parse(CronField.Minute, fields[0])
        from hours in FieldParser.Parse(CronField.Hour, fields[1])
        from daysOfMonth in FieldParser.Parse(CronField.DayOfMonth, fields[2])
        from months in FieldParser.Parse(CronField.Month, fields[3])
        from daysOfWeek in FieldParser.Parse(CronField.DayOfWeek, fields[4])
        from parsed in Firing(text, new CronFields(seconds, minutes, hours, daysOfMonth, months, daysOfWeek, options.Days))
        select parsed;

    // An H must not lead any claim to a day that never comes: H(29-31) in February would leave some claims without a backup for ever.
    private static Either<ScheduleError, Recurrence> Firing(string text, CronFields fields) =>
        FiresWhateverIsChosen(fields) || Choices(fields).All(chosen => chosen.ToCalendar().Days.EverMatches)
            ? Right<ScheduleError, Recurrence>(new Recurrence.Calendar(fields))
            : Wrong(
                text,
                fields.DependsOnClaim ? "never fires for some claims" : "never fires",
                "the calendar must have a day that matches day of month, month and day of week");

    private static ScheduleError Wrong(string text, string problem, string allowed) => new("expression", text, problem, allowed);

    // Most expressions need no search through the calendar: every month has days 1 to 28 and, in time, every kind of day of the week.
    private static bool FiresWhateverIsChosen(CronFields fields) =>
        fields.JoinsDaysByOr
        || fields.DaysOfMonth.Exists(IsEveryValue)
        || (fields.DaysOfWeek.Exists(IsEveryValue)
            && CronFields.Values(CronField.DayOfMonth, fields.DaysOfMonth) is { IsEmpty: false } days
            && days.Last <= CronField.DayOfMonth.LargestSpread);

    private static bool IsEveryValue(FieldTerm term) => term is FieldTerm.Any { Step: 1 };

    private static IEnumerable<CronFields> Choices(CronFields fields) =>
        from day in Ways(fields.DaysOfMonth, CronField.DayOfMonth)
        from month in Ways(fields.Months, CronField.Month)
        from weekday in Ways(fields.DaysOfWeek, CronField.DayOfWeek)
        select fields.Choose((field, count) =>
            (field == CronField.DayOfMonth ? day : field == CronField.Month ? month : field == CronField.DayOfWeek ? weekday : 0) % count);

    private static IEnumerable<int> Ways(Seq<FieldTerm> terms, CronField field) =>
        Enumerable.Range(0, terms.Exists(term => term is FieldTerm.Spread) ? field.Span : 1);
}
