using System.Globalization;
using System.Text.RegularExpressions;

namespace Backsnap.Host.Mover;

/// <summary>Durations as Go writes them, for people and for restic alike: <c>90s</c>, <c>1m30s</c>, <c>2h</c>, <c>1.5m</c>.</summary>
internal static partial class GoDuration
{
    /// <summary>Reads a duration above zero and of at most a year; null for anything else.</summary>
    public static TimeSpan? Read(string text)
    {
        if (Form().Match(text) is not { Success: true } match)
            return null;
        var seconds = Part(match, "h") * 3600 + Part(match, "m") * 60 + Part(match, "s") + Part(match, "ms") / 1000;
        return seconds is > 0 and <= 366 * 86400.0 ? TimeSpan.FromSeconds(seconds) : null;
    }

    private static double Part(Match match, string unit) =>
        match.Groups[unit] is { Success: true } group ? double.Parse(group.Value, CultureInfo.InvariantCulture) : 0;

    private const string Count = @"[0-9]{1,9}(\.[0-9]{1,9})?";

    [GeneratedRegex($@"^(?=[0-9])((?<h>{Count})h)?((?<m>{Count})m)?((?<s>{Count})s)?((?<ms>{Count})ms)?\z")]
    private static partial Regex Form();
}
