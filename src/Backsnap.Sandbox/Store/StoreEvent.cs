using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Store;

/// <summary>What happened to one object, or (a bookmark) how far the news has come.</summary>
internal abstract record StoreEvent(long ResourceVersion)
{
    /// <summary>An object that is new, or new to the watcher.</summary>
    public sealed record Added(StoredObject Stored) : Change(Stored, Stored.ResourceVersion);

    /// <summary>A new version; <paramref name="Previous"/> is the one before it.</summary>
    public sealed record Modified(StoredObject Stored, StoredObject Previous) : Change(Stored, Stored.ResourceVersion);

    /// <summary>The last version of an object that is gone, with the resourceVersion of its going.</summary>
    public sealed record Deleted(StoredObject Stored, StoredObject Previous) : Change(Stored, Stored.ResourceVersion);

    /// <summary>Everything up to <paramref name="Version"/> has been told.</summary>
    public sealed record Bookmark(long Version) : StoreEvent(Version);

    /// <summary>Something that happened to an object.</summary>
    public abstract record Change(StoredObject Stored, long Version) : StoreEvent(Version)
    {
        /// <summary>A copy of the object that belongs to the caller.</summary>
        public JsonObject Object => Stored.Copy();
    }
}
