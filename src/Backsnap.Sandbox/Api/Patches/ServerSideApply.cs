using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Patches;

/// <summary>
/// Server-side apply: the applied fields are set and owned; fields that the manager applied before and leaves out now go, unless
/// somebody else owns them; a field that somebody else owns with another value is a conflict, or taken over by force.
/// </summary>
internal static class ServerSideApply
{
    /// <summary>What is applied, without what an apply to this subresource does not touch.</summary>
    public static JsonObject Relevant(ResourceType type, JsonObject applied, string subresource)
    {
        var relevant = applied.DeepClone().AsObject();
        foreach (var (field, _) in applied)
        {
            if (subresource == "status" ? field is not ("apiVersion" or "kind" or "metadata" or "status") : type.HasStatus && field == "status")
            {
                relevant.Remove(field);
            }
        }

        return relevant;
    }

    /// <summary>The entry of a manager who applies <paramref name="applied"/> to an object that did not exist.</summary>
    public static Manager First(ResourceType type, JsonObject applied, string manager, DateTimeOffset time) =>
        new(manager, ManagedFields.Apply, "", FieldTree.Of(applied, Shape.Of(type)), type.ApiVersion, ObjectFields.Timestamp(time));

    /// <summary>The object after the apply, managedFields included; or the conflict.</summary>
    public static StoreResult Merge(
        ResourceType type, JsonObject current, JsonObject applied, string manager, string subresource, bool force, DateTimeOffset time)
    {
        var shape = Shape.Of(type);
        var managers = ManagedFields.Read(current);
        var fields = FieldTree.Of(applied, shape);
        var before = managers.FirstOrDefault(entry => entry.IsSame(manager, ManagedFields.Apply, subresource));
        var others = managers.Where(entry => !entry.IsSame(manager, ManagedFields.Apply, subresource)).ToArray();

        var merged = MergeNode(current, applied, shape)!.AsObject();
        var changed = FieldTree.Changed(current, merged, shape);
        var conflicts = others
            .SelectMany(other => changed.Intersect(other.Fields).Paths().Select(path => (Other: other, Path: path)))
            .ToArray();
        if (conflicts.Length > 0 && !force)
        {
            return new StoreResult.Refused(Conflict(conflicts));
        }

        others = [.. others.Select(other => other with { Fields = other.Fields.Except(changed) })];
        var abandoned = (before?.Fields ?? FieldTree.Nothing).Except(fields);
        var prunable = others.Aggregate(abandoned, (left, other) => left.Except(other.Fields));
        Prune(merged, prunable, fields, shape);

        var mine = before is { } entry && JsonNode.DeepEquals(entry.Fields.ToJson(), fields.ToJson())
            ? entry
            : new Manager(manager, ManagedFields.Apply, subresource, fields, type.ApiVersion, ObjectFields.Timestamp(time));
        Manager[] all = before is null ? [.. others, mine] : [.. managers.Select(old => ReferenceEquals(old, before) ? mine : others.First(other => other.IsSame(old.Name, old.Operation, old.Subresource)))];
        ManagedFields.Write(merged, all.Select(old => ReferenceEquals(old, mine) ? old : old with { Fields = old.Fields.Within(merged, shape) }));
        return new StoreResult.Ok(merged);
    }

    private static ApiError Conflict(IReadOnlyList<(Manager Other, string Path)> conflicts)
    {
        static string Named(Manager other) =>
            $"\"{other.Name}\"" + (other.Subresource.Length > 0 ? $" with subresource \"{other.Subresource}\"" : "")
            + (other.Operation == ManagedFields.Update ? $" using {other.ApiVersion}" : "");

        var causes = conflicts
            .Select(JsonNode (conflict) => new FieldError("FieldManagerConflict", $"conflict with {Named(conflict.Other)}", conflict.Path).ToCause())
            .ToArray();
        var groups = conflicts.GroupBy(conflict => Named(conflict.Other), conflict => conflict.Path).ToArray();
        var count = conflicts.Count == 1 ? "1 conflict" : $"{conflicts.Count} conflicts";
        var text = groups is [var only] && only.Count() == 1
            ? $"conflict with {only.Key}: {only.First()}"
            : string.Join("\n", groups.Select(group => $"conflicts with {group.Key}:\n{string.Join("\n", group.Select(path => $"- {path}"))}"));
        return new ApiError(
            409,
            "Conflict",
            $"Apply failed with {count}: {text}",
            new JsonObject { ["causes"] = new JsonArray(causes) });
    }

    private static JsonNode? MergeNode(JsonNode? current, JsonNode? applied, Shape shape) => (current, applied, shape.List) switch
    {
        (JsonObject old, JsonObject wanted, _) => MergeFields(old, wanted, shape),
        (JsonArray old, JsonArray wanted, ListKind.Set or ListKind.Map) => MergeItems(old, wanted, shape),
        _ => applied?.DeepClone(),
    };

    private static JsonObject MergeFields(JsonObject current, JsonObject applied, Shape shape)
    {
        var result = current.DeepClone().AsObject();
        foreach (var (name, wanted) in applied)
        {
            result[name] = MergeNode(current[name], wanted, shape.Field(name));
        }

        return result;
    }

    private static JsonArray MergeItems(JsonArray current, JsonArray applied, Shape shape)
    {
        var wanted = applied.ToLookup(item => FieldTree.ItemKey(item, shape.List));
        var present = current.Select(item => FieldTree.ItemKey(item, shape.List)).ToHashSet();
        return
        [
            .. current.Select(item => wanted[FieldTree.ItemKey(item, shape.List)].ToArray() is [var change, ..] ? MergeNode(item, change, shape.Item) : item?.DeepClone()),
            .. applied.Where(item => !present.Contains(FieldTree.ItemKey(item, shape.List))).Select(item => item?.DeepClone()),
        ];
    }

    /// <summary>Removes the fields of <paramref name="gone"/>, and objects and lists that are empty thereafter and not applied themselves.</summary>
    private static void Prune(JsonNode? node, FieldTree gone, FieldTree applied, Shape shape)
    {
        switch (node)
        {
            case JsonObject obj:
                foreach (var (name, _) in obj.ToArray())
                {
                    if (gone.Children.TryGetValue("f:" + name, out var child))
                    {
                        var kept = applied.Children.GetValueOrDefault("f:" + name, FieldTree.Nothing);
                        Prune(obj[name], child, kept, shape.Field(name));
                        if (kept.IsNothing && (child is { Self: true, Children.Count: 0 } || obj[name] is JsonObject { Count: 0 } or JsonArray { Count: 0 }))
                        {
                            obj.Remove(name);
                        }
                    }
                }

                break;
            case JsonArray items when shape.List is not ListKind.Atomic:
                foreach (var item in items.ToArray())
                {
                    if (FieldTree.ItemKey(item, shape.List) is { } key && gone.Children.TryGetValue(key, out var child))
                    {
                        if (child.Self && !applied.Children.ContainsKey(key))
                        {
                            items.Remove(item);
                        }
                        else
                        {
                            Prune(item, child, applied.Children.GetValueOrDefault(key, FieldTree.Nothing), shape.Item);
                        }
                    }
                }

                break;
            default:
                break;
        }
    }
}
