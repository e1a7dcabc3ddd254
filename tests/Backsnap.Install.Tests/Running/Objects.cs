using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;

namespace Backsnap.Install.Tests.Running;

/// <summary>Kubernetes objects as they stand in YAML.</summary>
internal static class Objects
{
    /// <summary>All documents of a text that hold something.</summary>
    public static JsonObject[] Read(string yaml) => YamlReader.Read(yaml) switch
    {
        YamlReader.Result.Documents found => [.. found.Nodes.OfType<JsonObject>()],
        YamlReader.Result.Broken broken => throw new FormatException($"{broken.Message}\nin\n{yaml}"),
    };

    /// <summary>What tells an object from the others of one cluster: kind, namespace and name.</summary>
    public static string Key(this JsonObject obj) => $"{obj["kind"]} {obj["metadata"]?["namespace"] ?? "-"}/{obj["metadata"]?["name"]}";

    /// <summary>An object's kind.</summary>
    public static string Kind(this JsonObject obj) => (string)obj["kind"]!;

    /// <summary>The only object of a kind.</summary>
    public static JsonObject The(this IEnumerable<JsonObject> objects, string kind, string name) =>
        objects.Single(obj => obj.Kind() == kind && (string?)obj["metadata"]?["name"] == name);
}
