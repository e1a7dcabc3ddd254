using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Index;

/// <summary>The objects of one of Backsnap's own kinds, by uid and by name, and those of them that are not over.</summary>
/// <param name="identity">Which object it is.</param>
/// <param name="isOver">Whether it is over.</param>
internal sealed class Register<T>(Func<T, Identity> identity, Func<T, bool> isOver)
{
    private readonly Dictionary<Uid, T> byUid = [];
    private readonly Dictionary<(NamespaceName, string), T> byName = [];
    private readonly Dictionary<Uid, T> open = [];

    /// <summary>Those that are not over, in no order.</summary>
    public IReadOnlyCollection<T> Open => open.Values;

    /// <summary>One by uid.</summary>
    public Option<T> Find(Uid uid) => byUid.TryGetValue(uid, out var found) ? Some(found) : None;

    /// <summary>One by name.</summary>
    public Option<T> Find(NamespaceName home, string name) => byName.TryGetValue((home, name), out var found) ? Some(found) : None;

    /// <summary>Takes a change.</summary>
    public void Take(Change<T> change)
    {
        foreach (var item in change.Gone)
        {
            var id = identity(item);
            byUid.Remove(id.Uid);
            open.Remove(id.Uid);
            byName.Remove((id.Namespace, id.Name));
        }

        foreach (var item in change.Come)
        {
            var id = identity(item);
            byUid[id.Uid] = item;
            byName[(id.Namespace, id.Name)] = item;
            if (!isOver(item))
            {
                open[id.Uid] = item;
            }
        }
    }
}
