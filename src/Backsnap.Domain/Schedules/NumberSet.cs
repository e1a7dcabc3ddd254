using System.Numerics;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>A set of numbers from 0 to 63 as the bits of one word: the values of a field, or the days of a month.</summary>
internal readonly record struct NumberSet(ulong Bits)
{
    public static NumberSet Of(IEnumerable<int> numbers) => new(numbers.Aggregate(0UL, (bits, number) => bits | (1UL << number)));

    public bool IsEmpty => Bits == 0;

    public int Count => BitOperations.PopCount(Bits);

    /// <summary>The smallest number. Only of a set that is not empty.</summary>
    public int First => BitOperations.TrailingZeroCount(Bits);

    /// <summary>The largest number. Only of a set that is not empty.</summary>
    public int Last => 63 - BitOperations.LeadingZeroCount(Bits);

    public bool Contains(int number) => ((Bits >> number) & 1) == 1;

    public NumberSet Union(NumberSet other) => new(Bits | other.Bits);

    public NumberSet Intersect(NumberSet other) => new(Bits & other.Bits);

    public NumberSet From(int lowest) => new(lowest > 63 ? 0 : Bits & (ulong.MaxValue << lowest));

    public NumberSet UpTo(int highest) => new(highest < 0 ? 0 : Bits & (ulong.MaxValue >> (63 - highest)));

    public Option<int> AtOrAfter(int number) => From(number) is { IsEmpty: false } rest ? Some(rest.First) : None;

    public Option<int> AtOrBefore(int number) => UpTo(number) is { IsEmpty: false } rest ? Some(rest.Last) : None;

    public IEnumerable<int> Numbers()
    {
        for (var rest = Bits; rest != 0; rest &= rest - 1)
        {
            yield return BitOperations.TrailingZeroCount(rest);
        }
    }
}
