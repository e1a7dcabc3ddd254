using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>A column of a table: its name, its type (string, integer, date …), the path to its value, and 0 when it is always shown.</summary>
internal sealed record CustomColumn(string Name, string Type, string Format, string Description, long Priority, string JsonPath);

/// <summary>Reading CustomResourceDefinitions. Of several versions the one that is stored is served.</summary>
internal static class CustomDefinition
{
    /// <summary>The kind that <paramref name="definition"/> defines.</summary>
    public static ResourceType ToType(JsonObject definition)
    {
        var names = definition.Child("spec", "names");
        var version = definition.Items("spec", "versions").FirstOrDefault(item => item.Flag("storage"));
        var kind = names.Text("kind") ?? "";
        return new ResourceType
        {
            Group = definition.Text("spec", "group") ?? "",
            Version = version.Text("name") ?? "",
            Plural = names.Text("plural") ?? "",
            Singular = names.Text("singular") ?? kind.ToLowerInvariant(),
            Kind = kind,
            ListKindName = names.Text("listKind"),
            Namespaced = definition.Text("spec", "scope") == "Namespaced",
            ShortNames = names.Texts("shortNames"),
            Categories = names.Texts("categories"),
            HasStatus = version.Child("subresources", "status") is not null,
            HasGeneration = true,
            IsCustom = true,
            Schema = version.Child("schema", "openAPIV3Schema") is { } schema ? new StructuralSchema(schema) : null,
            Columns = Columns(version),
        };
    }

    /// <summary>Names that follow from others, and the conditions: a definition is established as soon as it is stored.</summary>
    public static void SetDefaults(JsonObject obj)
    {
        var kind = obj.Text("spec", "names", "kind") ?? "";
        obj.SetDefault(kind.ToLowerInvariant(), "spec", "names", "singular");
        obj.SetDefault(kind + "List", "spec", "names", "listKind");
        obj.SetDefault("None", "spec", "conversion", "strategy");
        obj.Set(obj.Child("spec", "names")?.DeepClone(), "status", "acceptedNames");
        obj.Set(
            new JsonArray([.. obj.Items("spec", "versions").Where(version => version.Flag("storage")).Select(version => version?["name"]?.DeepClone())]),
            "status",
            "storedVersions");
        obj.SetDefault(
            new JsonArray(
                Condition("NamesAccepted", "NoConflicts", "no conflicts found", obj),
                Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", obj)),
            "status",
            "conditions");
    }

    private static JsonObject Condition(string type, string reason, string message, JsonObject obj) => new()
    {
        ["lastTransitionTime"] = obj.Text("metadata", "creationTimestamp"),
        ["message"] = message,
        ["reason"] = reason,
        ["status"] = "True",
        ["type"] = type,
    };

    private static CustomColumn[] Columns(JsonNode? version) =>
    [
        .. version.Items("additionalPrinterColumns").Select(column => new CustomColumn(
            column.Text("name") ?? "",
            column.Text("type") ?? "string",
            column.Text("format") ?? "",
            column.Text("description") ?? $"Custom resource definition column (in JSONPath format): {column.Text("jsonPath")}",
            column.Number("priority") ?? 0,
            column.Text("jsonPath") ?? "")),
    ];
}
