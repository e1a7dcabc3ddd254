using System.Globalization;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Maintenances;

/// <summary>
/// One of equal parts of a repository's data, as <c>restic check --read-data-subset</c> takes it: <c>3/10</c> is the third tenth. To read
/// part after part is to have read everything after the last.
/// </summary>
/// <remarks>restic forms the parts by the first byte of a pack's id, so there are at most 256 of them.</remarks>
public sealed record ReadPart
{
    /// <summary>The most parts that restic can tell apart.</summary>
    public const int MostParts = 256;

    private ReadPart(int number, int of) => (Number, Of) = (number, of);

    /// <summary>Which part, from 1.</summary>
    public int Number { get; }

    /// <summary>Of how many, 1 to <see cref="MostParts"/>; of one, it is everything.</summary>
    public int Of { get; }

    /// <summary>The first of so many parts; the number is held between 1 and <see cref="MostParts"/>.</summary>
    public static ReadPart First(int of) => new(1, Math.Clamp(of, 1, MostParts));

    /// <summary>The part that comes after this one where there are <paramref name="of"/> of them; another division begins anew.</summary>
    public ReadPart Next(int of) => Of == Math.Clamp(of, 1, MostParts) && Number < Of ? new(Number + 1, Of) : First(of);

    /// <summary>Reads <c>3/10</c>.</summary>
    public static Either<string, ReadPart> Parse(string text) =>
        text.Split('/') is [var number, var of]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var part)
        && int.TryParse(of, NumberStyles.None, CultureInfo.InvariantCulture, out var parts)
        && part >= 1 && part <= parts && parts <= MostParts
            ? Right<string, ReadPart>(new ReadPart(part, parts))
            : Left<string, ReadPart>($"'{text}' is not a part of the data: write PART/PARTS with at most {MostParts} parts, as in 3/10, or 1/1 for everything");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}/{Of}");
}
