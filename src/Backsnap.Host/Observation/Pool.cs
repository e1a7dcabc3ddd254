namespace Backsnap.Host.Observation;

/// <summary>
/// One value for each of the texts that thousands of objects repeat. Bounded: a fixed table in which a newcomer replaces whoever sits in its place, so
/// that hostile input cannot make it grow. Safe from any thread without a lock: a lost race costs a copy.
/// </summary>
internal sealed class Pool<T>
    where T : notnull
{
    private const int Places = 1024;

    private readonly Seat?[] seats = new Seat?[Places];

    /// <summary>The value for a text: the one that sits there, or a new one.</summary>
    public T Get(string text, Func<string, T> make)
    {
        ref var seat = ref seats[(uint)string.GetHashCode(text, StringComparison.Ordinal) % Places];
        if (Volatile.Read(ref seat) is { } seated && seated.Text == text)
        {
            return seated.Value;
        }

        var made = make(text);
        Volatile.Write(ref seat, new Seat(text, made));
        return made;
    }

    private sealed record Seat(string Text, T Value);
}
