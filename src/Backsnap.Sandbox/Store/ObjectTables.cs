namespace Backsnap.Sandbox.Store;

/// <summary>The objects by kind, namespace and name, by uid, and by the uid of their owners. Guarded by the store's lock.</summary>
internal sealed class ObjectTables
{
    private readonly Dictionary<ResourceType, SortedDictionary<string, SortedDictionary<string, StoredObject>>> byName = [];
    private readonly Dictionary<string, StoredObject> byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> byOwner = new(StringComparer.Ordinal);

    public StoredObject? Find(ResourceType type, string ns, string name) =>
        byName.TryGetValue(type, out var spaces) && spaces.TryGetValue(ns, out var objects) ? objects.GetValueOrDefault(name) : null;

    public StoredObject? FindByUid(string uid) => byUid.GetValueOrDefault(uid);

    public IReadOnlyList<StoredObject> Dependents(string ownerUid) =>
        byOwner.TryGetValue(ownerUid, out var uids) ? [.. uids.Select(uid => byUid[uid]).OrderBy(dependent => dependent.ResourceVersion)] : [];

    public IReadOnlyList<StoredObject> List(ResourceType type, string? ns) =>
        !byName.TryGetValue(type, out var spaces) ? []
        : ns is null ? [.. spaces.Values.SelectMany(objects => objects.Values)]
        : spaces.TryGetValue(ns, out var found) ? [.. found.Values]
        : [];

    public IReadOnlyList<StoredObject> All() => [.. byUid.Values.OrderBy(stored => stored.ResourceVersion)];

    public void Put(StoredObject stored)
    {
        if (!byName.TryGetValue(stored.Type, out var spaces))
        {
            byName[stored.Type] = spaces = new SortedDictionary<string, SortedDictionary<string, StoredObject>>(StringComparer.Ordinal);
        }

        if (!spaces.TryGetValue(stored.Namespace, out var objects))
        {
            spaces[stored.Namespace] = objects = new SortedDictionary<string, StoredObject>(StringComparer.Ordinal);
        }

        if (objects.TryGetValue(stored.Name, out var previous))
        {
            Forget(previous);
        }

        objects[stored.Name] = stored;
        byUid[stored.Uid] = stored;
        foreach (var owner in stored.Owners)
        {
            if (!byOwner.TryGetValue(owner, out var dependents))
            {
                byOwner[owner] = dependents = new HashSet<string>(StringComparer.Ordinal);
            }

            dependents.Add(stored.Uid);
        }
    }

    public void Remove(StoredObject stored)
    {
        var spaces = byName[stored.Type];
        spaces[stored.Namespace].Remove(stored.Name);
        if (spaces[stored.Namespace].Count == 0)
        {
            spaces.Remove(stored.Namespace);
        }

        Forget(stored);
    }

    private void Forget(StoredObject stored)
    {
        byUid.Remove(stored.Uid);
        foreach (var owner in stored.Owners)
        {
            if (byOwner.TryGetValue(owner, out var dependents) && dependents.Remove(stored.Uid) && dependents.Count == 0)
            {
                byOwner.Remove(owner);
            }
        }
    }
}
