using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Kubernetes;

namespace Backsnap.Simulation.Tests.Cluster;

/// <summary>One state of one object, as an API server keeps it. It never changes: a write makes another.</summary>
internal sealed class Stored(KubeResource kind, JsonObject json)
{
    private object? typed;

    /// <summary>The kind.</summary>
    public KubeResource Kind { get; } = kind;

    /// <summary>The whole object; whoever changes it changes a clone.</summary>
    public JsonObject Json { get; } = json;

    /// <summary>The namespace; empty for kinds of the cluster.</summary>
    public string Namespace { get; } = json.Text("metadata", "namespace") ?? "";

    /// <summary>The name.</summary>
    public string Name { get; } = json.Text("metadata", "name") ?? "";

    /// <summary>The uid.</summary>
    public string Uid { get; } = json.Text("metadata", "uid") ?? "";

    /// <summary>The resourceVersion.</summary>
    public string Version { get; } = json.Text("metadata", "resourceVersion") ?? "";

    /// <summary>Whether a deletionTimestamp is set.</summary>
    public bool Deleting { get; } = json.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>Kind, namespace and name, as people write them.</summary>
    public string Title => $"{Kind.Kind} {(Namespace.Length == 0 ? "" : Namespace + "/")}{Name}";

    /// <summary>The owners.</summary>
    public IEnumerable<JsonObject> Owners => Json.List("metadata", "ownerReferences");

    /// <summary>The namespace that movers have for themselves, in the stories in which they do.</summary>
    public const string Movers = "movers";

    /// <summary>The uid of the owner that manages it; of what lives elsewhere than its owner, of the one that it states.</summary>
    public string? Controller => Owners.FirstOrDefault(owner => owner["controller"]?.GetValue<bool>() == true)?.Text("uid")
        ?? (Namespace is Movers or "" ? Annotation(Domain.Objects.Marks.Owner)?.Split('/')[^1] : null);

    /// <summary>A label.</summary>
    public string? Label(string name) => Json.Text("metadata", "labels", name);

    /// <summary>An annotation.</summary>
    public string? Annotation(string name) => Json.Text("metadata", "annotations", name);

    /// <summary>As the client reads it; read once, shared by all who look.</summary>
    public T As<T>(KubeResource<T> resource)
        where T : class, IKubernetesObject => (T)(typed ??= Json.Deserialize(resource.Json)!);
}

/// <summary>Looking into JSON.</summary>
internal static class Json
{
    /// <summary>A string at a path, if it is there.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>A whole number at a path, if it is there.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && long.TryParse(value.ToJsonString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whether a path leads to <c>true</c>.</summary>
    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    /// <summary>The objects of a list at a path; none where there is none.</summary>
    public static IEnumerable<JsonObject> List(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? items.OfType<JsonObject>() : [];

    /// <summary>The strings of a list at a path.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonArray items ? [.. items.OfType<JsonValue>().Select(item => item.TryGetValue<string>(out var text) ? text : item.ToJsonString())] : [];

    /// <summary>The node at a path, if it is there.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = node is JsonObject fields && fields.TryGetPropertyValue(step, out var next) ? next : null;
        }

        return node;
    }

    /// <summary>The object at a path, made where it is not there.</summary>
    public static JsonObject Make(this JsonObject node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            if (node[step] is not JsonObject next)
            {
                next = [];
                node[step] = next;
            }

            node = next;
        }

        return node;
    }

    /// <summary>RFC 7396: what is given replaces, null removes, lists are replaced whole.</summary>
    public static void Merge(this JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                into.Remove(name);
            }
            else if (value is JsonObject inner)
            {
                into.Make(name).Merge(inner);
            }
            else
            {
                into[name] = value.DeepClone();
            }
        }
    }
}
