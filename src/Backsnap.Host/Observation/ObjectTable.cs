using System.Globalization;
using Backsnap.Kubernetes;
using LanguageExt;

namespace Backsnap.Host.Observation;

/// <summary>
/// The objects of one kind as they were last seen, whether a watch brought them or the answer to a write of ours. Of two states
/// of an object the one with the higher resourceVersion is kept, so that a late watch event never undoes what was just written.
/// Not thread-safe: it belongs to the operator's loop.
/// </summary>
internal sealed class ObjectTable<TSource, TRead>(Func<TSource, TRead> read, int parts = 1, Func<string, bool>? departed = null)
    where TSource : class, IKubernetesObject
    where TRead : notnull
{
    private readonly Dictionary<(string Namespace, string Name), Entry> entries = [];

    // Uids that the server has told us are gone: events of their past may still arrive.
    private readonly System.Collections.Generic.HashSet<string> gone = new(StringComparer.Ordinal);

    // One list for the whole cluster, or one for each namespace that the operator is limited to.
    private readonly System.Collections.Generic.HashSet<string> listed = new(StringComparer.Ordinal);

    private Seq<TRead>? all;

    /// <summary>Whether every list was seen whole since the start.</summary>
    public bool IsSynced => listed.Count >= parts;

    /// <summary>What is there.</summary>
    public IEnumerable<TRead> Values => entries.Values.Select(entry => entry.Value);

    /// <summary>What is there, as a value: the same one as long as nothing changes.</summary>
    public Seq<TRead> All
    {
        get
        {
            if (all is null)
            {
                var (copy, count) = (new TRead[entries.Count], 0);
                foreach (var entry in entries.Values)
                {
                    copy[count++] = entry.Value;
                }

                all = copy.ToSeq().Strict();
            }

            return all.Value;
        }
    }

    /// <summary>Counts the changes: what was worked out from the objects holds as long as it stays the same.</summary>
    public int Changes { get; private set; }

    /// <summary>How many are there.</summary>
    public int Count => entries.Count;

    /// <summary>Whether an object of this name is there.</summary>
    public bool Has(string? ns, string? name) => entries.ContainsKey(Key(ns, name));

    /// <summary>The object of this name, if it is there.</summary>
    public Option<TRead> Find(string ns, string name) => entries.TryGetValue(Key(ns, name), out var known) ? known.Value : Option<TRead>.None;

    /// <summary>
    /// Takes a whole list: of one namespace, or of all (null). It is believed whatever was known, also where that was newer: a cluster that was
    /// put back from a backup counts its versions from there. Where the list was merely late, the watch that follows it tells the rest.
    /// </summary>
    public bool Replace(IReadOnlyList<TSource> items, string? ns)
    {
        foreach (var key in entries.Keys.Where(key => ns is null || key.Namespace == ns).ToList())
        {
            entries.Remove(key);
        }

        foreach (var item in items)
        {
            gone.Remove(item.Metadata.Uid ?? "");
            entries[Key(item.Metadata)] = Entry.Of(item, read);
        }

        listed.Add(ns ?? "");
        return Changed();
    }

    /// <summary>Takes one object's state; false where it is not news.</summary>
    public bool Put(TSource item)
    {
        var key = Key(item.Metadata);
        if (gone.Contains(item.Metadata.Uid ?? "")
            || (entries.TryGetValue(key, out var known) && known.Version >= VersionOf(item.Metadata)))
        {
            return false;
        }

        entries[key] = Entry.Of(item, read);
        return Changed();
    }

    /// <summary>
    /// Takes the news that an object is gone. It is news also of an object that was forgotten already, where others wait for its end: then only now is it sure.
    /// </summary>
    public bool Remove(ObjectMeta meta)
    {
        var key = Key(meta);
        gone.Remove(meta.Uid ?? "");
        var awaited = departed?.Invoke(meta.Uid ?? "") ?? false;
        return (entries.TryGetValue(key, out var known) && (meta.Uid is null || known.Uid == meta.Uid) && entries.Remove(key) && Changed()) || awaited;
    }

    /// <summary>Takes the answer to a deletion of ours, ahead of the watch.</summary>
    public bool Forget(string ns, string name, string uid)
    {
        var key = Key(ns, name);
        gone.Add(uid);
        return entries.TryGetValue(key, out var known) && known.Uid == uid && entries.Remove(key) && Changed();
    }

    /// <summary>Takes the answer to a deletion of ours by name.</summary>
    public bool Forget(string ns, string name) => entries.TryGetValue(Key(ns, name), out var known) && Forget(ns, name, known.Uid ?? "");

    /// <summary>Drops what does not matter any more.</summary>
    public void Keep(Func<TRead, bool> matters)
    {
        foreach (var key in entries.Where(entry => !matters(entry.Value.Value)).Select(entry => entry.Key).ToList())
        {
            entries.Remove(key);
            Changed();
        }
    }

    /// <summary>Forgets everything, also that there ever was a list.</summary>
    public void Clear()
    {
        entries.Clear();
        gone.Clear();
        listed.Clear();
        Changed();
    }

    private bool Changed()
    {
        Changes++;
        all = null;
        return true;
    }

    private static (string Namespace, string Name) Key(ObjectMeta meta) => Key(meta.Namespace, meta.Name);

    private static (string Namespace, string Name) Key(string? ns, string? name) => (ns ?? "", name ?? "");

    // Versions are opaque by the letter of the API, and by its practice (and its word since 1.35) numbers that can be compared between all
    // objects of a kind. Where they are none, what comes last is taken.
    private static ulong? VersionOf(ObjectMeta meta) =>
        ulong.TryParse(meta.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private readonly record struct Entry(string? Uid, ulong? Version, TRead Value)
    {
        public static Entry Of(TSource item, Func<TSource, TRead> read) => new(item.Metadata.Uid, VersionOf(item.Metadata), read(item));
    }
}
