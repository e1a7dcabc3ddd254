using System.Globalization;

namespace Backsnap.Domain.Movers;

/// <summary>The list of warnings in a status: the first few, and a line that says how many there are beside.</summary>
public static class WarningText
{
    private const string Before = "… and ";
    private const string After = " more";

    /// <summary>The line that stands for so many more.</summary>
    public static string More(long count) => string.Create(CultureInfo.InvariantCulture, $"{Before}{count}{After}");

    /// <summary>How many warnings a list stands for.</summary>
    public static int Count(IEnumerable<string> lines) => (int)Math.Min(int.MaxValue, lines.Sum(line => Hidden(line) ?? 1));

    private static long? Hidden(string line) =>
        line.StartsWith(Before, StringComparison.Ordinal) && line.EndsWith(After, StringComparison.Ordinal)
        && uint.TryParse(line.AsSpan()[Before.Length..^After.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;
}
