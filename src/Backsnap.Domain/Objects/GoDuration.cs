using System.Globalization;
using System.Text;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Objects;

/// <summary>
/// Durations as Kubernetes objects and flags write them (<c>1h30m</c>, <c>90s</c>, <c>250ms</c>), that is, Go's
/// <c>time.Duration</c>; days (<c>7d</c>) and weeks are accepted beside them. A bare number is seconds. Never negative, and at most
/// a thousand years, so that no instant plus a duration leaves the calendar.
/// </summary>
public static class GoDuration
{
    private const string Allowed = "write numbers with units: 90s, 30m, 1h30m, 7d";
    private static readonly Duration Longest = Duration.FromDays(366_000);

    /// <summary>Reads a duration, or says what is allowed.</summary>
    public static Either<string, Duration> Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds <= Longest.TotalSeconds ? Right<string, Duration>(Duration.FromSeconds(seconds)) : TooLong(text);
        }

        var rest = text.AsSpan();
        var total = Duration.Zero;
        while (rest.Length > 0)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            {
                digits++;
            }

            var letters = digits;
            while (letters < rest.Length && char.IsLetter(rest[letters]))
            {
                letters++;
            }

            var unit = Unit(rest[digits..letters]);
            if (unit is null || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return Left<string, Duration>($"'{text}' is not a duration: {Allowed}");
            }

            // Measured before it is multiplied: the product itself may be more than a Duration can hold.
            if (number > Longest / unit.Value || total + (unit.Value * number) > Longest)
            {
                return TooLong(text);
            }

            total += unit.Value * number;
            rest = rest[letters..];
        }

        return text.Length == 0 ? Left<string, Duration>($"an empty text is not a duration: {Allowed}") : Right<string, Duration>(total);
    }

    /// <summary>Writes a duration as Go does: <c>1h30m0s</c>, <c>13.5s</c>, <c>0s</c>; rounded to the millisecond.</summary>
    public static string Print(Duration exact)
    {
        var text = new StringBuilder();
        var duration = Duration.FromMilliseconds(Math.Round(exact.TotalMilliseconds));
        var hours = (long)duration.TotalHours;
        var minutes = (long)duration.TotalMinutes % 60;
        var seconds = (long)duration.TotalMilliseconds % 60_000 / 1000m;
        return text
            .Append(hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours}h") : "")
            .Append(hours > 0 || minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m") : "")
            .Append(CultureInfo.InvariantCulture, $"{seconds:0.###}s")
            .ToString();
    }

    private static Either<string, Duration> TooLong(string text) => Left<string, Duration>($"'{text}' is too long: at most 366000 days");

    private static Duration? Unit(ReadOnlySpan<char> name) => name switch
    {
        "ns" => Duration.FromNanoseconds(1),
        "us" or "µs" => Duration.FromTicks(10),
        "ms" => Duration.FromMilliseconds(1),
        "s" => Duration.FromSeconds(1),
        "m" => Duration.FromMinutes(1),
        "h" => Duration.FromHours(1),
        "d" => Duration.FromDays(1),
        "w" => Duration.FromDays(7),
        _ => null,
    };
}
