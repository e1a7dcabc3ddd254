using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Patches;

/// <summary>
/// The merge patch of built-in kinds: lists of named things are merged by their name. Directives: <c>$patch</c> (replace, delete, merge),
/// <c>$retainKeys</c>, <c>$deleteFromPrimitiveList/x</c>, <c>$setElementOrder/x</c>.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    public static JsonObject Apply(JsonObject target, JsonObject patch, Shape shape)
    {
        switch (patch.Text(Directive))
        {
            case "replace":
                return Without(patch);
            case "delete":
                return [];
            default:
                break;
        }

        var result = target.DeepClone().AsObject();
        foreach (var (name, change) in patch.Where(field => !field.Key.StartsWith('$')))
        {
            if (change is null || change.Text(Directive) == "delete")
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Merge(result[name], change, shape.Field(name));
            }
        }

        foreach (var (name, change) in patch)
        {
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal) && result[name[DeletePrefix.Length..]] is JsonArray values)
            {
                result[name[DeletePrefix.Length..]] =
                    Cloned(values.Where(value => !change.Items().Any(gone => JsonNode.DeepEquals(gone, value))));
            }
            else if (name.StartsWith(OrderPrefix, StringComparison.Ordinal) && result[name[OrderPrefix.Length..]] is JsonArray items)
            {
                result[name[OrderPrefix.Length..]] = Ordered(items, change.Items(), shape.Field(name[OrderPrefix.Length..]).List);
            }
            else if (name == RetainKeys)
            {
                foreach (var (field, _) in result.ToArray())
                {
                    if (!change.Texts().Contains(field))
                    {
                        result.Remove(field);
                    }
                }
            }
        }

        return result;
    }

    private static JsonNode Merge(JsonNode? current, JsonNode change, Shape shape) => (current, change, shape.List) switch
    {
        (JsonObject old, JsonObject patch, _) => Apply(old, patch, shape),
        (_, JsonObject patch, _) => Apply([], patch, shape),
        (JsonArray old, JsonArray patch, ListKind.Set) => Cloned(old.Concat(patch.Where(value => !old.Any(had => JsonNode.DeepEquals(had, value))))),
        (_, JsonArray patch, ListKind.Map map) => MergeItems(current as JsonArray ?? [], patch, map, shape.Item),
        _ => change.DeepClone(),
    };

    private static JsonArray MergeItems(JsonArray current, JsonArray patch, ListKind.Map map, Shape item)
    {
        if (patch.Any(change => change.Text(Directive) == "replace"))
        {
            return Cloned(patch.Where(change => change.Text(Directive) != "replace"));
        }

        var result = current.Select(old => old?.DeepClone()).ToList();
        foreach (var change in patch.OfType<JsonObject>())
        {
            var index = result.FindIndex(old => SameKey(old, change, map.Keys));
            if (change.Text(Directive) == "delete")
            {
                if (index >= 0)
                {
                    result.RemoveAt(index);
                }
            }
            else if (index >= 0)
            {
                result[index] = Apply(result[index]!.AsObject(), change, item);
            }
            else
            {
                result.Add(Apply([], change, item));
            }
        }

        return [.. result];
    }

    private static JsonArray Ordered(JsonArray items, IReadOnlyList<JsonNode?> order, ListKind kind)
    {
        int Place(JsonNode? item)
        {
            var index = order.ToList().FindIndex(wanted => kind is ListKind.Map map ? SameKey(item, wanted, map.Keys) : JsonNode.DeepEquals(item, wanted));
            return index < 0 ? int.MaxValue : index;
        }

        return Cloned(items.OrderBy(Place));
    }

    private static bool SameKey(JsonNode? one, JsonNode? other, IReadOnlyList<string> keys) =>
        keys.All(key => JsonNode.DeepEquals(one.At(key), other.At(key)));

    private static JsonObject Without(JsonObject patch)
    {
        var result = patch.DeepClone().AsObject();
        result.Remove(Directive);
        return result;
    }

    private static JsonArray Cloned(IEnumerable<JsonNode?> items) => [.. items.Select(item => item?.DeepClone())];
}
