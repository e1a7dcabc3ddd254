using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Lifecycle;

/// <summary>
/// Deletes objects whose owners are all gone (by uid: a namesake is not the owner), and carries out what a delete with
/// propagation Foreground or Orphan leaves to be done.
/// </summary>
internal sealed class GarbageCollector : IController
{
    private const string OrphanFinalizer = "orphan";
    private const string ForegroundFinalizer = "foregroundDeletion";

    public string Name => "garbage-collector";

    public async Task RunAsync(ControllerContext context, CancellationToken ct)
    {
        using var news = context.Store.SubscribeAll();
        await foreach (var change in news.Events.ReadAllAsync(ct))
        {
            switch (change)
            {
                case StoreEvent.Deleted deleted:
                    OwnerGone(context.Store, deleted.Stored);
                    break;
                case StoreEvent.Change changed:
                    Consider(context.Store, changed.Stored);
                    break;
                default:
                    break;
            }
        }
    }

    private static void OwnerGone(ObjectStore store, StoredObject owner)
    {
        foreach (var dependent in store.Dependents(owner.Uid))
        {
            Consider(store, dependent);
        }

        foreach (var uid in owner.Owners)
        {
            if (store.FindByUid(uid) is { } waiting)
            {
                Consider(store, waiting);
            }
        }
    }

    private static void Consider(ObjectStore store, StoredObject seen)
    {
        if (store.FindByUid(seen.Uid) is not { } stored)
        {
            return;
        }

        var obj = stored.Copy();
        if (obj.IsTerminating() && obj.Texts("metadata", "finalizers").Contains(OrphanFinalizer))
        {
            Orphan(store, stored);
        }
        else if (obj.IsTerminating() && obj.Texts("metadata", "finalizers").Contains(ForegroundFinalizer))
        {
            DeleteDependentsFirst(store, stored);
        }

        if (stored.Owners.Count > 0)
        {
            CheckOwners(store, stored, obj);
        }
    }

    private static void CheckOwners(ObjectStore store, StoredObject stored, JsonObject obj)
    {
        var gone = stored.Owners.Where(uid => OwnerOf(store, stored, uid) is null).ToHashSet();
        var waiting = stored.Owners
            .Where(uid => OwnerOf(store, stored, uid) is { } owner && IsWaiting(owner))
            .Where(uid => obj.Items("metadata", "ownerReferences").Any(reference => reference.Text("uid") == uid && reference.Flag("blockOwnerDeletion")))
            .ToHashSet();
        if (gone.Count + waiting.Count == stored.Owners.Count)
        {
            if (!obj.IsTerminating())
            {
                var propagation = waiting.Count > 0 && store.Dependents(stored.Uid).Count > 0 ? Propagation.Foreground : Propagation.Background;
                store.Delete(stored.Type, stored.Namespace, stored.Name, new DeleteOptions(Uid: stored.Uid, Propagation: propagation));
            }
        }
        else if (gone.Count > 0)
        {
            RemoveReferences(store, stored, gone);
        }
    }

    private static void DeleteDependentsFirst(ObjectStore store, StoredObject owner)
    {
        var blocked = false;
        foreach (var dependent in store.Dependents(owner.Uid))
        {
            var obj = dependent.Copy();
            blocked |= obj.Items("metadata", "ownerReferences").Any(reference => reference.Text("uid") == owner.Uid && reference.Flag("blockOwnerDeletion"));
            CheckOwners(store, dependent, obj);
        }

        if (!blocked || store.Dependents(owner.Uid).Count == 0)
        {
            RemoveFinalizer(store, owner, ForegroundFinalizer);
        }
    }

    private static void Orphan(ObjectStore store, StoredObject owner)
    {
        foreach (var dependent in store.Dependents(owner.Uid))
        {
            RemoveReferences(store, dependent, [owner.Uid]);
        }

        RemoveFinalizer(store, owner, OrphanFinalizer);
    }

    private static void RemoveReferences(ObjectStore store, StoredObject stored, HashSet<string> owners) =>
        store.Update(stored.Type, stored.Namespace, stored.Name, current =>
        {
            current.Set(
                new JsonArray([.. current.Items("metadata", "ownerReferences").Where(reference => !owners.Contains(reference.Text("uid") ?? "")).Select(reference => reference?.DeepClone())]),
                "metadata",
                "ownerReferences");
            return current;
        });

    private static void RemoveFinalizer(ObjectStore store, StoredObject stored, string finalizer) =>
        store.Update(stored.Type, stored.Namespace, stored.Name, current =>
        {
            current.Set(
                new JsonArray([.. current.Texts("metadata", "finalizers").Where(text => text != finalizer).Select(JsonNode (text) => text)]),
                "metadata",
                "finalizers");
            return current;
        });

    private static bool IsWaiting(StoredObject owner) =>
        owner.Copy() is var obj && obj.IsTerminating() && obj.Texts("metadata", "finalizers").Contains(ForegroundFinalizer);

    /// <summary>An owner in another namespace is none.</summary>
    private static StoredObject? OwnerOf(ObjectStore store, StoredObject stored, string uid) =>
        store.FindByUid(uid) is { } owner && (owner.Namespace.Length == 0 || owner.Namespace == stored.Namespace) ? owner : null;
}
