using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Store;

/// <summary>
/// The cluster's objects, in memory. Writes happen one after the other, each under the next of one sequence of
/// resourceVersions, so that the news of them, in that order, leads from any state to any later one.
/// Everything that comes in or goes out is a copy. Safe for any number of threads.
/// </summary>
internal sealed class ObjectStore
{
    private readonly Lock gate = new();
    private readonly ObjectTables tables = new();
    private readonly EventLog log;
    private readonly Admission admission;

    public ObjectStore(ResourceCatalogue types, TimeProvider clock, int historyLength = 20_000, Action<StoreEvent.Change>? written = null)
    {
        Types = types;
        Clock = clock;
        log = new EventLog(historyLength, written);
        admission = new Admission(tables, clock);
    }

    public ResourceCatalogue Types { get; }
    public TimeProvider Clock { get; }

    /// <summary>The resourceVersion of the last write.</summary>
    public long ResourceVersion
    {
        get
        {
            lock (gate)
            {
                return log.Latest;
            }
        }
    }

    /// <summary>The object, or null. <paramref name="ns"/> is empty for kinds outside namespaces.</summary>
    public JsonObject? Get(ResourceType type, string ns, string name) => Find(type, ns, name)?.Copy();

    public StoredObject? Find(ResourceType type, string ns, string name)
    {
        lock (gate)
        {
            return tables.Find(type, ns, name);
        }
    }

    /// <summary>The object with this uid, whatever its kind, or null.</summary>
    public StoredObject? FindByUid(string uid)
    {
        lock (gate)
        {
            return tables.FindByUid(uid);
        }
    }

    /// <summary>The objects that name <paramref name="ownerUid"/> among their owners.</summary>
    public IReadOnlyList<StoredObject> Dependents(string ownerUid)
    {
        lock (gate)
        {
            return tables.Dependents(ownerUid);
        }
    }

    /// <summary>Copies of all objects of the kind, of one namespace or (null) of all, by namespace and name.</summary>
    public IReadOnlyList<JsonObject> List(ResourceType type, string? ns = null) => [.. Snapshot(type, ns).Items.Select(item => item.Copy())];

    /// <summary>The same without copying, with the resourceVersion at which this was the whole.</summary>
    public (IReadOnlyList<StoredObject> Items, long ResourceVersion) Snapshot(ResourceType type, string? ns)
    {
        lock (gate)
        {
            return (tables.List(type, ns), log.Latest);
        }
    }

    /// <summary>
    /// Creates the object; its metadata and defaults are filled in as the API does. <paramref name="finish"/> may still add
    /// to the finished object what depends on all the rest.
    /// </summary>
    public StoreResult Create(ResourceType type, JsonObject obj, bool dryRun = false, Action<JsonObject>? finish = null)
    {
        lock (gate)
        {
            var draft = obj.DeepClone().AsObject();
            if (admission.PrepareCreate(type, draft) is { } refusal)
            {
                return new StoreResult.Refused(refusal);
            }

            if (tables.Find(type, draft.NamespaceOf(), draft.NameOf()) is not null)
            {
                return new StoreResult.Refused(ApiError.AlreadyExists(type, draft.NameOf()));
            }

            finish?.Invoke(draft);
            return new StoreResult.Ok(dryRun ? draft : Commit(type, draft, previous: null));
        }
    }

    /// <summary>
    /// Changes an object in one step: <paramref name="change"/> gets a copy and gives the new form, or null to leave it alone.
    /// It runs while all other writes wait, so it must not block. A resourceVersion in what it gives is a precondition.
    /// An object that stays the same keeps its resourceVersion and makes no news.
    /// </summary>
    public StoreResult Update(
        ResourceType type, string ns, string name, Func<JsonObject, JsonObject?> change, UpdateScope scope = UpdateScope.Whole, bool dryRun = false) =>
        TryUpdate(type, ns, name, current => change(current) is { } changed ? new StoreResult.Ok(changed) : null, scope, dryRun);

    /// <summary>
    /// As <see cref="Update"/>, for a change that can itself be refused; <paramref name="finish"/> gets the finished new form and the old one.
    /// </summary>
    public StoreResult TryUpdate(
        ResourceType type,
        string ns,
        string name,
        Func<JsonObject, StoreResult?> change,
        UpdateScope scope,
        bool dryRun = false,
        Action<JsonObject, JsonObject>? finish = null)
    {
        lock (gate)
        {
            if (tables.Find(type, ns, name) is not { } stored)
            {
                return new StoreResult.Refused(ApiError.NotFound(type, name));
            }

            return change(stored.Copy()) switch
            {
                StoreResult.Refused refused => refused,
                StoreResult.Ok ok => Replace(type, stored, ok.Object.DeepClone().AsObject(), scope, dryRun, finish),
                null => new StoreResult.Ok(stored.Copy()),
            };
        }
    }

    /// <summary>
    /// Deletes an object, or marks it as to be deleted when it has finalizers, dependents to wait for, or a pod's grace.
    /// </summary>
    public StoreResult Delete(ResourceType type, string ns, string name, DeleteOptions? options = null)
    {
        lock (gate)
        {
            if (tables.Find(type, ns, name) is not { } stored)
            {
                return new StoreResult.Refused(ApiError.NotFound(type, name));
            }

            var dryRun = options?.DryRun ?? false;
            return Deletion.Decide(type, stored, options ?? new DeleteOptions(), Clock.GetUtcNow()) switch
            {
                Deletion.Refuse refuse => new StoreResult.Refused(refuse.Error),
                Deletion.Keep => new StoreResult.Ok(stored.Copy()),
                Deletion.Mark mark => new StoreResult.Ok(dryRun ? mark.Object : Commit(type, mark.Object, stored)),
                Deletion.Remove => dryRun ? new StoreResult.Ok(stored.Copy(), Removed: true) : RemoveNow(stored, stored.Copy()),
            };
        }
    }

    /// <summary>
    /// The news of a kind, from just after <paramref name="since"/>; with null, what there is first (as added), then the news.
    /// The answer is Expired when <paramref name="since"/> is older than what is remembered.
    /// </summary>
    public Subscribed Subscribe(ResourceType type, string? ns, long? since = null)
    {
        lock (gate)
        {
            return log.Subscribe(type, ns, since, since is null ? tables.List(type, ns) : [], gate);
        }
    }

    /// <summary>All objects of the kind (as added), then their news, until cancelled. For the controllers of the cluster.</summary>
    public async IAsyncEnumerable<StoreEvent.Change> Watch(
        ResourceType type, string? ns = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default)
    {
        if (Subscribe(type, ns) is not Subscribed.To to)
        {
            yield break;
        }

        using var subscription = to.Subscription;
        await foreach (var change in subscription.Events.ReadAllAsync(ct))
        {
            if (change is StoreEvent.Change news)
            {
                yield return news;
            }
        }
    }

    /// <summary>The news of every kind from now on, with what there is first; for controllers that mind the whole cluster.</summary>
    public Subscription SubscribeAll()
    {
        lock (gate)
        {
            return log.SubscribeAll(tables.All(), gate);
        }
    }

    private StoreResult Replace(ResourceType type, StoredObject stored, JsonObject draft, UpdateScope scope, bool dryRun, Action<JsonObject, JsonObject>? finish)
    {
        if (admission.PrepareUpdate(type, draft, stored, scope) is { } refusal)
        {
            return new StoreResult.Refused(refusal);
        }

        finish?.Invoke(draft, stored.Copy());
        if (JsonNode.DeepEquals(draft, JsonObject.Create(stored.Json)))
        {
            return new StoreResult.Ok(draft);
        }

        if (dryRun)
        {
            return new StoreResult.Ok(draft);
        }

        return Deletion.IsFinished(type, draft) ? RemoveNow(stored, draft) : new StoreResult.Ok(Commit(type, draft, stored));
    }

    private JsonObject Commit(ResourceType type, JsonObject draft, StoredObject? previous)
    {
        var version = log.Next();
        draft.Set(Version(version), "metadata", "resourceVersion");
        var stored = new StoredObject(type, draft, version);
        tables.Put(stored);
        Registered(type, draft, removed: false);
        log.Append(previous is null ? new StoreEvent.Added(stored) : new StoreEvent.Modified(stored, previous));
        return draft;
    }

    /// <summary>
    /// The answer keeps the resourceVersion that the object had; the news carries the object as it was stored last, under the version of its removal.
    /// </summary>
    private StoreResult.Ok RemoveNow(StoredObject stored, JsonObject last)
    {
        var version = log.Next();
        var final = stored.Copy();
        final.Set(Version(version), "metadata", "resourceVersion");
        tables.Remove(stored);
        Registered(stored.Type, final, removed: true);
        log.Append(new StoreEvent.Deleted(new StoredObject(stored.Type, final, version), stored));
        return new StoreResult.Ok(last, Removed: true);
    }

    private void Registered(ResourceType type, JsonObject obj, bool removed)
    {
        if (type != ResourceTypes.CustomResourceDefinitions)
        {
            return;
        }

        if (removed)
        {
            Types.Unregister(obj);
        }
        else
        {
            Types.Register(obj);
        }
    }

    private static string Version(long version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
