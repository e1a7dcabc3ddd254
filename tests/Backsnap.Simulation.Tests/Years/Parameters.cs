using System.Globalization;

namespace Backsnap.Simulation.Tests.Years;

/// <summary>
/// What a random world is made from: the seed, and how much of everything. The same parameters give the same world; those of a world that
/// went wrong are made smaller as long as it goes wrong.
/// </summary>
/// <param name="Seed">Decides all that chance decides.</param>
/// <param name="Claims">How many claims there are at the beginning.</param>
/// <param name="Days">How long it lasts.</param>
/// <param name="Calls">Of a thousand calls to the API, how many go wrong.</param>
/// <param name="Views">Of a thousand events, how many are late or unseen.</param>
/// <param name="Fates">Of a thousand snapshots and movers, how many fail.</param>
/// <param name="People">How many things people do in a month.</param>
/// <param name="Outages">How many times in a year the operator is down for a day or two.</param>
internal sealed record Parameters(int Seed, int Claims, int Days, int Calls, int Views, int Fates, int People, int Outages)
{
    /// <summary>A year, with a rate of faults between one and ten in a hundred that the seed decides.</summary>
    public static Parameters Year(int seed, int claims = 200) => new(seed, claims, 365, Calls: 10 + (seed % 91), Views: 10 + (seed * 7 % 91), Fates: 10 + (seed * 3 % 41), People: 12, Outages: 4);

    /// <summary>Reads what <see cref="ToString"/> writes; a lone number is the seed of a whole year.</summary>
    public static Parameters Parse(string text)
    {
        var numbers = text.Split(',').Select(number => int.Parse(number, CultureInfo.InvariantCulture)).ToArray();
        return numbers is [var seed, var claims, var days, var calls, var views, var fates, var people, var outages]
            ? new Parameters(seed, claims, days, calls, views, fates, people, outages)
            : Year(numbers[0]);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seed},{Claims},{Days},{Calls},{Views},{Fates},{People},{Outages}");

    /// <summary>Smaller worlds, the boldest cuts first.</summary>
    public IEnumerable<Parameters> Smaller()
    {
        var wishes = new[]
        {
            this with { Claims = Claims / 4 }, this with { Claims = Claims / 2 }, this with { Claims = Claims - 1 }, this with { Days = Days / 4 }, this with { Days = Days / 2 },
            this with { People = 0 }, this with { Outages = 0 }, this with { Calls = 0 }, this with { Views = 0 }, this with { Fates = 0 },
        };
        return wishes.Where(wish => wish != this && wish.Claims > 0 && wish.Days > 3);
    }
}
