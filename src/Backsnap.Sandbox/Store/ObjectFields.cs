using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Store;

/// <summary>Reading and writing the fields of an object by their path. A path that leads through something that is not an object reads as absent.</summary>
internal static class ObjectFields
{
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (node is not JsonObject parent || !parent.TryGetPropertyValue(name, out node))
            {
                return null;
            }
        }

        return node;
    }

    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && long.TryParse(value.ToJsonString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.True;

    public static JsonObject? Child(this JsonNode? node, params ReadOnlySpan<string> path) => node.At(path) as JsonObject;

    /// <summary>The items of the array at <paramref name="path"/>; none when there is no array.</summary>
    public static IReadOnlyList<JsonNode?> Items(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray array ? [.. array] : [];

    /// <summary>The strings of the array at <paramref name="path"/>.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        [.. node.Items(path).Select(item => item.Text()).OfType<string>()];

    /// <summary>Sets the field at <paramref name="path"/>, making the objects on the way.</summary>
    public static void Set(this JsonObject root, JsonNode? value, params ReadOnlySpan<string> path)
    {
        var parent = root;
        foreach (var name in path[..^1])
        {
            if (parent[name] is not JsonObject child)
            {
                parent[name] = child = [];
            }

            parent = child;
        }

        parent[path[^1]] = value;
    }

    /// <summary>Sets the field at <paramref name="path"/> when it is absent or null.</summary>
    public static void SetDefault(this JsonObject root, JsonNode? value, params ReadOnlySpan<string> path)
    {
        if (root.At(path) is null)
        {
            root.Set(value, path);
        }
    }

    public static void Unset(this JsonObject root, params ReadOnlySpan<string> path) => root.Child(path[..^1])?.Remove(path[^1]);

    public static string NameOf(this JsonObject obj) => obj.Text("metadata", "name") ?? "";
    public static string NamespaceOf(this JsonObject obj) => obj.Text("metadata", "namespace") ?? "";
    public static string UidOf(this JsonObject obj) => obj.Text("metadata", "uid") ?? "";
    public static bool IsTerminating(this JsonObject obj) => obj.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>A time as the API writes it: UTC, whole seconds.</summary>
    public static string Timestamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A MicroTime as the API writes it: UTC, six digits after the point.</summary>
    public static string MicroTimestamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
