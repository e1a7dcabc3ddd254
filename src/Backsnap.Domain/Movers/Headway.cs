using LanguageExt;

namespace Backsnap.Domain.Movers;

/// <summary>How far a mover was when its log was last looked at.</summary>
/// <param name="Percent">Of the bytes: 0 to 100.</param>
/// <param name="Done">The bytes that are behind it, for people, as in <c>1.2 GiB</c>.</param>
/// <param name="Total">All bytes, as far as they are known beforehand.</param>
/// <param name="Remaining">How long it may still take, as in <c>3 min 20 s</c>.</param>
public sealed record Headway(int Percent, string Done, string Total, Option<string> Remaining)
{
    /// <summary>In words, as in <c>42 %, 1.2 GiB of 2.9 GiB, 3 min 20 s left</c>.</summary>
    public string Text => $"{Percent.ToString(System.Globalization.CultureInfo.InvariantCulture)} %, {Done} of {Total}{Remaining.Map(time => $", {time} left").IfNone("")}";
}
