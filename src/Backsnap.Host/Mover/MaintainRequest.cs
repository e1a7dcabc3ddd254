using System.Text.RegularExpressions;

namespace Backsnap.Host.Mover;

/// <summary>Look after a whole repository: prune it, or check it.</summary>
/// <param name="Repository">Any address that restic takes.</param>
/// <param name="Subset">Which part of the data a check reads, as restic writes it; null for the structure alone.</param>
/// <param name="Patience">How long to wait, and for whom not.</param>
internal sealed partial record MaintainRequest(string Repository, string? Subset, Patience Patience)
{
    /// <summary>
    /// Whether the text names a part of the data: <c>3/28</c>, the third of 28 parts (1 to 256 of them), so that 28 runs with 1/28 to 28/28
    /// read everything once; or <c>5%</c>, chosen by chance.
    /// </summary>
    public static bool IsSubset(string text) =>
        Part().Match(text) is { Success: true } part
            ? int.Parse(part.Groups[1].Value, null) is >= 1 and var nth && int.Parse(part.Groups[2].Value, null) is <= 256 and var of && nth <= of
            : Percentage().Match(text) is { Success: true } percentage && int.Parse(percentage.Groups[1].Value, null) is >= 1 and <= 100;

    [GeneratedRegex(@"^([0-9]{1,3})/([0-9]{1,3})\z")]
    private static partial Regex Part();

    [GeneratedRegex(@"^([0-9]{1,3})%\z")]
    private static partial Regex Percentage();
}
