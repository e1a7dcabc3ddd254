using System.Globalization;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>Periods as Go writes durations, in whole seconds: <c>1h30m</c>, <c>90s</c>, <c>1.5h</c>.</summary>
internal static class PeriodText
{
    private const string Allowed = "write a period from 1s to 100 years in hours, minutes and seconds, as in 6h, 1h30m or 90s";
    private static readonly Duration Longest = Duration.FromDays(36_525);

    public static Either<ScheduleError, Duration> Parse(string text) =>
        from seconds in Seconds(text, 0m).ToEither(() => Error(text, "is not a duration"))
        from period in seconds != decimal.Truncate(seconds) ? Error(text, "is no whole number of seconds")
            : seconds < 1 || seconds > (decimal)Longest.TotalSeconds ? Error(text, "is out of range")
            : Right<ScheduleError, Duration>(Duration.FromSeconds((long)seconds))
        select period;

    public static string Print(Duration period) =>
        string.Concat(Parts(period).Map(part => $"{part.Amount.ToString(CultureInfo.InvariantCulture)}{part.Unit[0]}"));

    /// <summary>In words: <c>1 hour 30 minutes</c>.</summary>
    public static string Describe(Duration period) =>
        string.Join(' ', Parts(period).Map(part => string.Create(CultureInfo.InvariantCulture, $"{part.Amount} {part.Unit}{(part.Amount == 1 ? "" : "s")}")));

    private static ScheduleError Error(string text, string problem) => new("@every", text, problem, Allowed);

    private static Seq<(long Amount, string Unit)> Parts(Duration period)
    {
        var seconds = (long)period.TotalSeconds;
        return Seq((seconds / 3600, "hour"), (seconds / 60 % 60, "minute"), (seconds % 60, "second"))
            .Filter(part => part.Item1 != 0)
            .Strict();
    }

    private static Option<decimal> Seconds(string text, decimal sum)
    {
        var number = text.TakeWhile(c => char.IsAsciiDigit(c) || c == '.').Count();
        var unit = text.Skip(number).TakeWhile(char.IsAsciiLetter).Count();
        var rest = text[(number + unit)..];
        return from amount in Amount(text[..number])
               from factor in Factor(text.Substring(number, unit))
               from total in rest.Length == 0 ? Some(sum + (amount * factor)) : Seconds(rest, sum + (amount * factor))
               select total;
    }

    // Twelve characters are more than the longest period needs, and keep every product within the range of a decimal.
    private static Option<decimal> Amount(string text) =>
        text.Length is > 0 and <= 12 && char.IsAsciiDigit(text[0]) && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            ? Some(amount)
            : None;

    private static Option<decimal> Factor(string unit) =>
        unit switch
        {
            "h" => Some(3600m),
            "m" => Some(60m),
            "s" => Some(1m),
            "ms" => Some(0.001m),
            _ => None,
        };
}
