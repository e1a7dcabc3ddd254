using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Patches;

/// <summary>
/// A set of fields, in the terms of managedFields: <c>f:name</c> a field, <c>k:{…}</c> an item by its keys, <c>v:…</c> a value of a set,
/// <c>.</c> the thing itself. Immutable.
/// </summary>
internal sealed record FieldTree(bool Self, IReadOnlyDictionary<string, FieldTree> Children)
{
    public static readonly FieldTree Nothing = new(false, new Dictionary<string, FieldTree>());
    public static readonly FieldTree Leaf = new(true, new Dictionary<string, FieldTree>());

    /// <summary>What nobody owns: the identity of the object and what the server keeps.</summary>
    private static readonly string[] ServerMetadata =
    [
        "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
        "managedFields", "selfLink",
    ];

    public bool IsNothing => !Self && Children.Count == 0;

    /// <summary>The fields that a whole object has, as an apply of it owns them.</summary>
    public static FieldTree Of(JsonObject obj, Shape shape) => OfNode(Ownable(obj), shape);

    /// <summary>The fields that are new or different in <paramref name="now"/>.</summary>
    public static FieldTree Changed(JsonObject? before, JsonObject now, Shape shape)
    {
        var clean = Ownable(now);
        return ChangedNode(before is null ? SkeletonOf(clean) : Ownable(before), clean, shape);
    }

    /// <summary>The fields of this set that <paramref name="obj"/> still has.</summary>
    public FieldTree Within(JsonObject obj, Shape shape) => Restrict(this, Ownable(obj), shape);

    public FieldTree Union(FieldTree other) => new(
        Self || other.Self,
        Merge(Children, other.Children, (mine, theirs) => mine.Union(theirs), keepMine: true, keepTheirs: true));

    public FieldTree Except(FieldTree other) => new(
        Self && !other.Self,
        Merge(Children, other.Children, (mine, theirs) => mine.Except(theirs), keepMine: true, keepTheirs: false));

    public FieldTree Intersect(FieldTree other) => new(
        Self && other.Self,
        Merge(Children, other.Children, (mine, theirs) => mine.Intersect(theirs), keepMine: false, keepTheirs: false));

    /// <summary>The paths of the set as error messages write them.</summary>
    public IEnumerable<string> Paths(string prefix = "") =>
        (Self ? [prefix] : Enumerable.Empty<string>()).Concat(Children.SelectMany(child => child.Value.Paths(prefix + Written(child.Key))));

    public static FieldTree FromJson(JsonNode? node)
    {
        var obj = node as JsonObject ?? [];
        return new FieldTree(
            obj.Count == 0 || obj.ContainsKey("."),
            obj.Where(field => field.Key != ".").ToDictionary(field => field.Key, field => FromJson(field.Value), StringComparer.Ordinal));
    }

    public JsonObject ToJson()
    {
        var obj = new JsonObject();
        if (Self && Children.Count > 0)
        {
            obj["."] = new JsonObject();
        }

        foreach (var (name, child) in Children.OrderBy(child => child.Key, StringComparer.Ordinal))
        {
            obj[name] = child.ToJson();
        }

        return obj;
    }

    /// <summary>The key under which an item of a list stands; null when the list is one value.</summary>
    public static string? ItemKey(JsonNode? item, ListKind kind) => kind switch
    {
        ListKind.Set => "v:" + (item?.ToJsonString(Wire.Plain) ?? "null"),
        ListKind.Map map => "k:" + new JsonObject(map.Keys.Select(key => KeyValuePair.Create(key, item.At(key)?.DeepClone()))).ToJsonString(Wire.Plain),
        ListKind.Atomic => null,
    };

    private static FieldTree OfNode(JsonNode? node, Shape shape) => node switch
    {
        JsonObject { Count: > 0 } obj => new FieldTree(false, obj.ToDictionary(field => "f:" + field.Key, field => OfNode(field.Value, shape.Field(field.Key)), StringComparer.Ordinal)),
        JsonArray { Count: > 0 } items when shape.List is not ListKind.Atomic => new FieldTree(
            false,
            Keyed(items, shape).ToDictionary(item => item.Key, item => OfNode(item.Value, shape.Item) with { Self = true }, StringComparer.Ordinal)),
        _ => Leaf,
    };

    private static FieldTree ChangedNode(JsonNode? before, JsonNode? now, Shape shape)
    {
        if (now is JsonObject obj)
        {
            var old = before as JsonObject;
            var fields = obj
                .Where(field => !(old?.ContainsKey(field.Key) ?? false) || !JsonNode.DeepEquals(old[field.Key], field.Value))
                .ToDictionary(field => "f:" + field.Key, field => ChangedNode(old?[field.Key], field.Value, shape.Field(field.Key)), StringComparer.Ordinal);
            return new FieldTree(old is null && (shape.IsMap || fields.Count == 0), fields);
        }

        if (now is JsonArray items && shape.List is not ListKind.Atomic)
        {
            var old = before is JsonArray had ? Keyed(had, shape) : [];
            var changed = Keyed(items, shape)
                .Where(item => !old.TryGetValue(item.Key, out var was) || !JsonNode.DeepEquals(was, item.Value))
                .ToDictionary(
                    item => item.Key,
                    item => old.TryGetValue(item.Key, out var was)
                        ? ChangedNode(was, item.Value, shape.Item)
                        : ChangedNode(null, item.Value, shape.Item) with { Self = true },
                    StringComparer.Ordinal);
            return new FieldTree(before is null, changed);
        }

        return Leaf;
    }

    private static FieldTree Restrict(FieldTree tree, JsonNode? node, Shape shape)
    {
        IReadOnlyDictionary<string, JsonNode?> present = node switch
        {
            JsonObject obj => obj.ToDictionary(field => "f:" + field.Key, field => field.Value, StringComparer.Ordinal),
            JsonArray items when shape.List is not ListKind.Atomic => Keyed(items, shape),
            _ => new Dictionary<string, JsonNode?>(),
        };
        var kept = tree.Children
            .Where(child => present.ContainsKey(child.Key))
            .Select(child => KeyValuePair.Create(
                child.Key,
                Restrict(child.Value, present[child.Key], child.Key.StartsWith("f:", StringComparison.Ordinal) ? shape.Field(child.Key[2..]) : shape.Item)))
            .Where(child => !child.Value.IsNothing)
            .ToDictionary(StringComparer.Ordinal);
        return new FieldTree(tree.Self, kept);
    }

    private static Dictionary<string, JsonNode?> Keyed(JsonArray items, Shape shape)
    {
        var keyed = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            keyed[ItemKey(item, shape.List)!] = item;
        }

        return keyed;
    }

    private static Dictionary<string, FieldTree> Merge(
        IReadOnlyDictionary<string, FieldTree> mine, IReadOnlyDictionary<string, FieldTree> theirs, Func<FieldTree, FieldTree, FieldTree> both, bool keepMine, bool keepTheirs)
    {
        var result = new Dictionary<string, FieldTree>(StringComparer.Ordinal);
        foreach (var (key, child) in mine)
        {
            var merged = theirs.TryGetValue(key, out var other) ? both(child, other) : keepMine ? child : Nothing;
            if (!merged.IsNothing)
            {
                result[key] = merged;
            }
        }

        foreach (var (key, child) in theirs.Where(child => keepTheirs && !mine.ContainsKey(child.Key)))
        {
            result[key] = child;
        }

        return result;
    }

    private static JsonObject Ownable(JsonObject obj)
    {
        var clean = obj.DeepClone().AsObject();
        clean.Remove("apiVersion");
        clean.Remove("kind");
        foreach (var field in ServerMetadata)
        {
            clean.Unset("metadata", field);
        }

        if (clean.Child("metadata") is { Count: 0 })
        {
            clean.Remove("metadata");
        }

        return clean;
    }

    /// <summary>Metadata is there before anybody writes any of it.</summary>
    private static JsonObject SkeletonOf(JsonObject clean) => clean.ContainsKey("metadata") ? new JsonObject { ["metadata"] = new JsonObject() } : [];

    private static string Written(string key) => key[..2] switch
    {
        "f:" => "." + key[2..],
        "k:" => "[" + string.Join(",", JsonNode.Parse(key[2..])!.AsObject().Select(field => $"{field.Key}={field.Value?.ToJsonString(Wire.Plain)}")) + "]",
        _ => $"[={key[2..]}]",
    };
}
