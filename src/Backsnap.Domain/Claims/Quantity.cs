using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Claims;

/// <summary>
/// An amount of storage in bytes, as Kubernetes writes quantities: <c>1Gi</c>, <c>500M</c>, <c>1.5Ti</c>, <c>1e9</c>. Fractions of
/// a byte are rounded up, as the API server does, which writes a request of <c>0.1Gi</c> as <c>107374182400m</c>. At least 0 and below 2^63.
/// </summary>
public sealed record Quantity : IComparable<Quantity>
{
    private const string Allowed = "write a number with an optional unit: Ki, Mi, Gi, Ti, Pi, Ei or k, M, G, T, P, E, as in 10Gi";

    private Quantity(long bytes) => Bytes = bytes;

    /// <summary>The amount in bytes.</summary>
    public long Bytes { get; }

    /// <summary>An amount of so many bytes; negative amounts count as none.</summary>
    public static Quantity OfBytes(long bytes) => new(Math.Max(0, bytes));

    /// <summary>Reads a quantity, or says what is allowed.</summary>
    public static Either<string, Quantity> Parse(string text)
    {
        var split = text.Length;
        while (split > 0 && char.IsLetter(text[split - 1]))
        {
            split--;
        }

        // In 1e9 the letter is an exponent within the number, in 1E a unit at its end.
        var number = text[..split];
        return Scale(text[split..]) is { } scale
            && decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= 0 && value <= long.MaxValue / scale
                ? Right<string, Quantity>(new Quantity((long)decimal.Ceiling(value * scale)))
                : Left<string, Quantity>($"'{text}' is not a size: {Allowed}");
    }

    /// <summary>The larger of two amounts.</summary>
    public static Quantity Max(Quantity a, Quantity b) => a.Bytes >= b.Bytes ? a : b;

    /// <inheritdoc/>
    public int CompareTo(Quantity? other) => Bytes.CompareTo(other?.Bytes ?? -1);

    /// <summary>The shortest exact form: the largest binary unit that divides it, else plain bytes.</summary>
    public override string ToString()
    {
        var units = new[] { ("Ei", 60), ("Pi", 50), ("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10) };
        var fit = units.FirstOrDefault(unit => Bytes > 0 && Bytes % (1L << unit.Item2) == 0);
        return fit.Item1 is null ? Bytes.ToString(CultureInfo.InvariantCulture) : (Bytes >> fit.Item2).ToString(CultureInfo.InvariantCulture) + fit.Item1;
    }

    private static decimal? Scale(string unit) => unit switch
    {
        "" => 1,
        "n" => 0.000_000_001m,
        "u" => 0.000_001m,
        "m" => 0.001m,
        "Ki" => 1L << 10,
        "Mi" => 1L << 20,
        "Gi" => 1L << 30,
        "Ti" => 1L << 40,
        "Pi" => 1L << 50,
        "Ei" => 1L << 60,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "P" => 1_000_000_000_000_000,
        "E" => 1_000_000_000_000_000_000,
        _ => null,
    };

    /// <summary>Whether the left amount is less.</summary>
    public static bool operator <(Quantity left, Quantity right) => left.Bytes < right.Bytes;

    /// <summary>Whether the left amount is more.</summary>
    public static bool operator >(Quantity left, Quantity right) => left.Bytes > right.Bytes;

    /// <summary>Whether the left amount is not more.</summary>
    public static bool operator <=(Quantity left, Quantity right) => left.Bytes <= right.Bytes;

    /// <summary>Whether the left amount is not less.</summary>
    public static bool operator >=(Quantity left, Quantity right) => left.Bytes >= right.Bytes;
}
