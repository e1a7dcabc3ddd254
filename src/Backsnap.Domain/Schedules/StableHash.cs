using System.Text;
using Backsnap.Domain.Claims;

namespace Backsnap.Domain.Schedules;

/// <summary>
/// Chooses a claim's place in a range, the same on every machine and in every release for ever: changing it would move the backups of
/// all claims. It is FNV-1a (64 bits) over the UTF-8 bytes of <c>namespace/claim purpose</c>, followed by the finaliser of MurmurHash3,
/// because the upper bits of FNV alone are poorly mixed for names that differ in their last letters.
/// </summary>
/// <remarks><c>string.GetHashCode</c> is no choice: it differs from one process to the next.</remarks>
internal static class StableHash
{
    /// <summary>A number from 0 to <paramref name="count"/> − 1, uniformly distributed over claims and independent between purposes.</summary>
    public static long Choose(ClaimRef claim, string purpose, long count) =>
        count <= 1 ? 0 : (long)(Mix(Fnv1A(Encoding.UTF8.GetBytes($"{claim} {purpose}"))) % (ulong)count);

    private static ulong Fnv1A(byte[] bytes) => bytes.Aggregate(0xcbf29ce484222325UL, (hash, next) => unchecked((hash ^ next) * 0x100000001b3UL));

    private static ulong Mix(ulong hash)
    {
        unchecked
        {
            var once = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
            var twice = (once ^ (once >> 33)) * 0xc4ceb9fe1a85ec53UL;
            return twice ^ (twice >> 33);
        }
    }
}
