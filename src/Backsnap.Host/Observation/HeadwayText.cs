using System.Globalization;
using System.Text.RegularExpressions;
using Backsnap.Domain.Movers;
using LanguageExt;

namespace Backsnap.Host.Observation;

/// <summary>
/// Reads the lines by which a mover shows in its log how far it is (<see cref="Mover.ProgressLog"/>). The log is a mover's, and so as little to be
/// trusted as anything that comes out of a namespace: what is not such a line to the letter is none.
/// </summary>
internal static partial class HeadwayText
{
    /// <summary>The last line that tells it; None where none does.</summary>
    public static Option<Headway> Last(IEnumerable<string> lines) => lines.Reverse().Select(Read).ToSeq().Strict().Somes().HeadOrNone();

    private static Option<Headway> Read(string line) =>
        Form().Match(line) is { Success: true } match
            ? new Headway(
                Math.Min(100, int.Parse(match.Groups["percent"].ValueSpan, CultureInfo.InvariantCulture)),
                match.Groups["done"].Value,
                match.Groups["total"].Value,
                match.Groups["left"] is { Success: true, Value: var left } ? left : Option<string>.None)
            : Option<Headway>.None;

    [GeneratedRegex("""
        ^(?:backup|restore) (?<percent>[0-9]{1,3})\.[0-9] %  (?<done>[0-9.]{1,9} [KMGTPE]?i?B) of (?<total>[0-9.]{1,9} [KMGTPE]?i?B)  [0-9]{1,12} files  [0-9.]{1,9} [KMGTPE]?i?B/s(?:  ETA (?<left>[0-9mins. ]{1,24}))?\z
        """, RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
