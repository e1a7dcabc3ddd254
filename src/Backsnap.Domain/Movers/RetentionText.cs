using System.Globalization;

namespace Backsnap.Domain.Movers;

/// <summary>
/// The language of retention policies: <c>last=1,hourly=12,daily=7</c> (also weekly, monthly, yearly, each a number from 1) and
/// <c>within=30d</c>, with <c>within-hourly</c> and so on (restic's durations, as in <c>1y5m7d2h</c>).
/// </summary>
public static class RetentionText
{
    /// <summary>What is wrong with one rule; None when nothing is.</summary>
    public static LanguageExt.Option<string> Problem(string rule) =>
        rule.Split('=', 2, StringSplitOptions.TrimEntries) switch
        {
            [var name, var value] when IsRule(name, value) => LanguageExt.Option<string>.None,
            [_, _] => $"'{rule}' is not understood; write last|hourly|daily|weekly|monthly|yearly=NUMBER (from 1) or within=DURATION",
            _ => $"'{rule}' is not NAME=VALUE, as in daily=7",
        };

    /// <summary>The rules of a policy, each <c>NAME=VALUE</c> or a mistake.</summary>
    public static string[] Rules(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether the text is a policy: at least one rule, and each one understood.</summary>
    public static bool IsPolicy(string text) => Rules(text) is { Length: > 0 } rules && rules.All(rule => Problem(rule).IsNone);

    private static bool IsRule(string name, string value) => name switch
    {
        "last" or "hourly" or "daily" or "weekly" or "monthly" or "yearly" =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0,
        "within" or "within-hourly" or "within-daily" or "within-weekly" or "within-monthly" or "within-yearly" => IsDuration(value),
        _ => false,
    };

    // Numbers of at most five digits with the units y, m, d, h, each at most once and in this order. No regular expression: those read settings of the process.
    private static bool IsDuration(string text)
    {
        var (rest, units) = (text, "ymdh");
        while (rest.Length > 0)
        {
            var digits = rest.TakeWhile(char.IsAsciiDigit).Count();
            var unit = digits is >= 1 and <= 5 && digits < rest.Length ? units.IndexOf(rest[digits], StringComparison.Ordinal) : -1;
            if (unit < 0)
            {
                return false;
            }

            (rest, units) = (rest[(digits + 1)..], units[(unit + 1)..]);
        }

        return text.Length > 0;
    }
}
