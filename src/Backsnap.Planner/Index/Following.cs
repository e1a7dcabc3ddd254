using LanguageExt;

namespace Backsnap.Planner.Index;

/// <summary>
/// What is no longer there of a kind, and what is there instead or anew. An object that changed is in both, as it was and as it is; so may be one
/// that only stands elsewhere: what is gone is to be taken out first.
/// </summary>
internal readonly record struct Change<T>(IReadOnlyList<T> Gone, IReadOnlyList<T> Come)
{
    /// <summary>Nothing changed.</summary>
    public static Change<T> None { get; } = new([], []);

    /// <summary>Whether nothing changed.</summary>
    public bool IsNone => Gone.Count == 0 && Come.Count == 0;

    /// <summary>The old and the new.</summary>
    public IEnumerable<T> Both => Gone.Concat(Come);
}

/// <summary>
/// Follows the objects of one kind from one look to the next. Objects are values that never change, so what is the same object is not looked
/// into: 60,000 that stayed cost less than a millisecond, and nothing where the sequence is the very same. The order of the objects means nothing, but where it stays much the same,
/// as it does in a table that objects are put into and taken out of, finding the change is cheap.
/// </summary>
internal sealed class Following<T>
    where T : class
{
    // So far it is searched, on either side, for the place where the two go on alike; a greater change is compared as a whole.
    private const int Window = 64;

    private T[] seen = [];
    private IEnumerable<T>? last;

    /// <summary>Takes a look; what has changed since the last one.</summary>
    public Change<T> Look(Seq<T> now)
    {
        // A sequence has no identity, but what it holds its items in has: of most kinds nothing has changed, and the very same sequence comes again.
        var held = now.AsEnumerable();
        if (ReferenceEquals(held, last))
        {
            return Change<T>.None;
        }

        last = held;
        var alike = Alike(now);
        if (alike == seen.Length && alike == now.Count)
        {
            return Change<T>.None;
        }

        var next = Copy(now);
        var change = Compare(seen, next, alike);
        seen = next;
        return change;
    }

    private int Alike(Seq<T> now)
    {
        var alike = 0;
        foreach (var item in now)
        {
            if (alike == seen.Length || !ReferenceEquals(item, seen[alike]))
            {
                break;
            }

            alike++;
        }

        return alike;
    }

    private static T[] Copy(Seq<T> now)
    {
        var (copy, count) = (new T[now.Count], 0);
        foreach (var item in now)
        {
            copy[count++] = item;
        }

        return copy;
    }

    private static Change<T> Compare(T[] before, T[] after, int alike)
    {
        var (gone, come) = (new List<T>(), new List<T>());
        var (old, now) = (alike, alike);
        while (old < before.Length && now < after.Length)
        {
            if (ReferenceEquals(before[old], after[now]))
            {
                (old, now) = (old + 1, now + 1);
            }
            else
            {
                var (skipOld, skipNow) = Meeting(before.AsSpan(old), after.AsSpan(now));
                gone.AddRange(before.AsSpan(old, skipOld));
                come.AddRange(after.AsSpan(now, skipNow));
                (old, now) = (old + skipOld, now + skipNow);
            }
        }

        gone.AddRange(before.AsSpan(old));
        come.AddRange(after.AsSpan(now));
        return new Change<T>(gone, come);
    }

    // How many to pass over on each side until they go on alike, as few as may be; all that is searched where they do not.
    private static (int Old, int Now) Meeting(ReadOnlySpan<T> before, ReadOnlySpan<T> after)
    {
        for (var distance = 1; distance <= Window; distance++)
        {
            for (var old = 0; old <= distance; old++)
            {
                if (old < before.Length && distance - old < after.Length && ReferenceEquals(before[old], after[distance - old]))
                {
                    return (old, distance - old);
                }
            }
        }

        return (Math.Min(Window, before.Length), Math.Min(Window, after.Length));
    }
}
