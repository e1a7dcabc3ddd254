using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Backsnap.Host.Mover;

/// <summary>Which snapshots restic's <c>forget</c> keeps; never empty, so that it can never mean "none".</summary>
internal sealed partial record Retention
{
    private Retention(ImmutableArray<string> arguments) => Arguments = arguments;

    /// <summary>The policy as restic's options.</summary>
    public ImmutableArray<string> Arguments { get; }

    /// <summary>Snapshots with this tag are never forgotten, whatever the policy.</summary>
    public const string KeepTag = "keep";

    /// <summary>
    /// Reads <c>last=1,hourly=12,daily=7</c> (also weekly, monthly, yearly, each a number from 1) and <c>within=30d</c>, with
    /// <c>within-hourly</c> and so on (restic's durations, as in 1y5m7d2h).
    /// </summary>
    /// <returns>The policy, or what is wrong with the text.</returns>
    public static (Retention? Policy, string? Error) Parse(string text)
    {
        var arguments = ImmutableArray.CreateBuilder<string>();
        foreach (var rule in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (rule.Split('=', 2, StringSplitOptions.TrimEntries) is not [var name, var value])
                return (null, $"'{rule}' in --keep is not NAME=VALUE, as in daily=7");
            if (Option(name, value) is not { } option)
                return (null, $"'{rule}' in --keep is not understood; write last|hourly|daily|weekly|monthly|yearly=NUMBER (from 1) or within=DURATION");
            arguments.Add(option);
        }

        return arguments.Count == 0 ? (null, "--keep names no rule: that would keep nothing") : (new Retention(arguments.ToImmutable()), null);
    }

    private static string? Option(string name, string value) => name switch
    {
        "last" or "hourly" or "daily" or "weekly" or "monthly" or "yearly" =>
            int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? $"--keep-{name}={count}" : null,
        "within" or "within-hourly" or "within-daily" or "within-weekly" or "within-monthly" or "within-yearly" =>
            DurationForm().IsMatch(value) ? $"--keep-{name}={value}" : null,
        _ => null,
    };

    [GeneratedRegex("^(?=[0-9])([0-9]{1,5}y)?([0-9]{1,5}m)?([0-9]{1,5}d)?([0-9]{1,5}h)?\\z")]
    private static partial Regex DurationForm();
}
