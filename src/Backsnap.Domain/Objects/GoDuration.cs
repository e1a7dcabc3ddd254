using System.Globalization;
using System.Text;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Objects;

/// <summary>
/// Durations as Kubernetes objects and flags write them (<c>1h30m</c>, <c>90s</c>, <c>250ms</c>), that is, Go's
/// <c>time.Duration</c>; days (<c>7d</c>) and weeks are accepted beside them. A bare number is seconds. Never negative.
/// </summary>
public static class GoDuration
{
    private const string Allowed = "write numbers with units: 90s, 30m, 1h30m, 7d";

    /// <summary>Reads a duration, or says what is allowed.</summary>
    public static Either<string, Duration> Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < 10_000_000_000)
        {
            return Right<string, Duration>(Duration.FromSeconds(seconds));
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
            if (unit is null || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1e9)
            {
                return Left<string, Duration>($"'{text}' is not a duration: {Allowed}");
            }

            total += unit.Value * number;
            rest = rest[letters..];
        }

        return text.Length == 0 ? Left<string, Duration>($"an empty text is not a duration: {Allowed}") : Right<string, Duration>(total);
    }

    /// <summary>Writes a duration as Go does: <c>1h30m0s</c>, <c>13.5s</c>, <c>0s</c>.</summary>
    public static string Print(Duration duration)
    {
        var text = new StringBuilder();
        var hours = (long)duration.TotalHours;
        var minutes = (long)duration.TotalMinutes % 60;
        var seconds = Math.Round(duration.TotalSeconds - (Math.Floor(duration.TotalMinutes) * 60), 1);
        return text
            .Append(hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours}h") : "")
            .Append(hours > 0 || minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m") : "")
            .Append(CultureInfo.InvariantCulture, $"{seconds:0.#}s")
            .ToString();
    }

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
