using System.Globalization;

namespace Backsnap.Sandbox.Volumes;

/// <summary>Sizes in bytes as Kubernetes writes them (<c>64Mi</c>, <c>1.5G</c>, <c>1e9</c>).</summary>
internal static class StorageSize
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1L << 10), ("Mi", 1L << 20), ("Gi", 1L << 30), ("Ti", 1L << 40), ("Pi", 1L << 50), ("Ei", 1L << 60),
        ("k", 1_000), ("M", 1_000_000), ("G", 1_000_000_000), ("T", 1_000_000_000_000), ("P", 1_000_000_000_000_000),
        ("E", 1_000_000_000_000_000_000), ("m", 0.001m), ("", 1),
    ];

    /// <summary>The bytes, rounded up; null when the text is no quantity.</summary>
    public static long? Parse(string? text)
    {
        if (text is null) return null;
        var (suffix, factor) = Suffixes.First(candidate => text.EndsWith(candidate.Suffix, StringComparison.Ordinal));
        return decimal.TryParse(text[..^suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && number is >= 0 and < 1e18m && number * factor < long.MaxValue
            ? (long)decimal.Ceiling(number * factor)
            : null;
    }

    /// <summary>The shortest binary form, as the API prints a restoreSize: <c>67108864</c> is <c>64Mi</c>.</summary>
    public static string Format(long bytes)
    {
        var power = 0;
        while (bytes > 0 && bytes % 1024 == 0 && power < 6)
        {
            bytes /= 1024;
            power++;
        }
        return string.Create(CultureInfo.InvariantCulture, $"{bytes}{(power == 0 ? "" : Suffixes[power - 1].Suffix)}");
    }
}
