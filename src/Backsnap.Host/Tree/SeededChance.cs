namespace Backsnap.Host.Tree;

/// <summary>
/// Numbers that are the same for the same seed, on every machine and version: SplitMix64 (Steele, Lea and Flood, 2014).
/// .NET does not promise the sequence of <see cref="Random"/> from one version to the next.
/// </summary>
internal sealed class SeededChance(long seed)
{
    private ulong state = unchecked((ulong)seed);

    public ulong Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>From 0 to below <paramref name="limit"/>, which is above 0.</summary>
    public int Below(int limit) => (int)(Next() % (uint)limit);

    public T Among<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count; at += sizeof(ulong))
            BitConverter.GetBytes(Next()).AsSpan(0, Math.Min(sizeof(ulong), count - at)).CopyTo(bytes.AsSpan(at));
        return bytes;
    }
}
