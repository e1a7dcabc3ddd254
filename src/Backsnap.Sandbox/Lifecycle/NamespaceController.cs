using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Lifecycle;

/// <summary>Empties a namespace that is to be deleted, tells in its status what still remains, and lets it go when nothing does.</summary>
internal sealed class NamespaceController : IController
{
    public string Name => "namespace-controller";

    public async Task RunAsync(ControllerContext context, CancellationToken ct)
    {
        using var news = context.Store.SubscribeAll();
        var touched = new HashSet<string>(StringComparer.Ordinal);
        while (await news.Events.WaitToReadAsync(ct))
        {
            // All the news at once: a namespace with a thousand objects is looked through a few times, not a thousand.
            while (news.Events.TryRead(out var change))
            {
                if (change is StoreEvent.Change { Stored: var stored })
                {
                    touched.Add(stored.Type == ResourceTypes.Namespaces ? stored.Name : stored.Namespace);
                }
            }

            foreach (var ns in touched)
            {
                Consider(context, ns);
            }

            touched.Clear();
        }
    }

    private static void Consider(ControllerContext context, string ns)
    {
        var store = context.Store;
        if (store.Find(ResourceTypes.Namespaces, "", ns) is not { } stored || !stored.Copy().IsTerminating())
        {
            return;
        }

        var kinds = store.Types.All.Where(type => type.Namespaced).ToArray();
        foreach (var left in kinds.SelectMany(type => store.Snapshot(type, ns).Items).Where(left => !left.Copy().IsTerminating()))
        {
            store.Delete(left.Type, ns, left.Name, new DeleteOptions(Uid: left.Uid, Propagation: Propagation.Background));
        }

        var remaining = kinds.SelectMany(type => store.Snapshot(type, ns).Items).ToArray();
        store.Update(ResourceTypes.Namespaces, "", ns, current =>
        {
            Report(current, remaining, context.Clock.GetUtcNow());
            return current;
        });
        if (remaining.Length == 0)
        {
            store.Update(ResourceTypes.Namespaces, "", ns, current =>
            {
                current.Set(new JsonArray(), "spec", "finalizers");
                return current;
            });
        }
    }

    private static void Report(JsonObject space, StoredObject[] remaining, DateTimeOffset now)
    {
        var finalizers = remaining.SelectMany(left => left.Copy().Texts("metadata", "finalizers")).CountBy(text => text).OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        var counts = remaining.CountBy(left => left.Type.Key + (left.Type.Group.Length == 0 ? "." : "")).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        var conditions = new JsonArray(
            Condition("NamespaceDeletionDiscoveryFailure", false, "ResourcesDiscovered", "All resources successfully discovered"),
            Condition("NamespaceDeletionGroupVersionParsingFailure", false, "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            Condition("NamespaceDeletionContentFailure", false, "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
            remaining.Length == 0
                ? Condition("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
                : Condition(
                    "NamespaceContentRemaining",
                    true,
                    "SomeResourcesRemain",
                    $"Some resources are remaining: {string.Join(", ", counts.Select(pair => $"{pair.Key} has {pair.Value} resource instances"))}"),
            finalizers.Length == 0
                ? Condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", "All content-preserving finalizers finished")
                : Condition(
                    "NamespaceFinalizersRemaining",
                    true,
                    "SomeFinalizersRemain",
                    $"Some content in the namespace has finalizers remaining: {string.Join(", ", finalizers.Select(pair => $"{pair.Key} in {pair.Value} resource instances"))}"));
        foreach (var condition in conditions.OfType<JsonObject>())
        {
            var before = space.Items("status", "conditions").FirstOrDefault(old => old.Text("type") == condition.Text("type"));
            condition["lastTransitionTime"] =
                before.Text("status") == condition.Text("status") ? before.Text("lastTransitionTime") : ObjectFields.Timestamp(now);
        }

        space.Set(conditions, "status", "conditions");
    }

    private static JsonObject Condition(string type, bool status, string reason, string message) =>
        new() { ["type"] = type, ["status"] = status ? "True" : "False", ["lastTransitionTime"] = "", ["reason"] = reason, ["message"] = message };
}
