using System.Text;

namespace Backsnap.Kubernetes;

/// <summary>
/// One instance for each of the strings that thousands of objects repeat (namespaces, label keys, phases, classes). Bounded: a
/// fixed table in which a newcomer replaces whoever sits in its place, so that hostile input cannot make it grow.
/// </summary>
/// <remarks>
/// Safe from any thread without a lock: a slot is read and written as one reference, and a lost race costs a copy, never a wrong
/// string. Not <see cref="string.Intern"/>, which never forgets.
/// </remarks>
internal sealed class StringPool
{
    public const int LongestPooled = 128;
    private const int Slots = 8192;

    public static readonly StringPool Shared = new();

    private readonly string?[] _slots = new string?[Slots];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        if (utf8.Length > LongestPooled) return Encoding.UTF8.GetString(utf8);

        Span<char> buffer = stackalloc char[LongestPooled];
        var chars = buffer[..Encoding.UTF8.GetChars(utf8, buffer)];
        ref var slot = ref _slots[(int)(Hash(chars) & (Slots - 1))];
        var seated = Volatile.Read(ref slot);
        if (seated is not null && chars.SequenceEqual(seated)) return seated;

        var made = new string(chars);
        Volatile.Write(ref slot, made);
        return made;
    }

    // FNV-1a: no seed is needed, since a collision costs one allocation and nothing else.
    private static uint Hash(ReadOnlySpan<char> chars)
    {
        var hash = 2166136261u;
        foreach (var c in chars) hash = (hash ^ c) * 16777619u;
        return hash ^ (hash >> 15);
    }
}
