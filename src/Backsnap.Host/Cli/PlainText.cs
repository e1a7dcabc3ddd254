using System.Globalization;

namespace Backsnap.Host.Cli;

/// <summary>Text for a terminal.</summary>
internal static class PlainText
{
    /// <summary>
    /// One line of what may have been written by tenants or servers (schedules, names, messages): nothing of it begins a line of its own, moves
    /// the cursor, or turns the direction of what follows.
    /// </summary>
    public static string OneLine(string text) => text.Any(IsUnruly) ? new([.. text.Select(c => IsUnruly(c) ? ' ' : c)]) : text;

    private static bool IsUnruly(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
