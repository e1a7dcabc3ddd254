using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>One node of a structural schema, read once.</summary>
internal sealed record SchemaNode
{
    private SchemaNode() { }

    public string Type { get; private init; } = "";
    public string Format { get; private init; } = "";
    public bool Nullable { get; private init; }
    public bool IntOrString { get; private init; }

    /// <summary>Whether fields that are not named stay.</summary>
    public bool KeepsUnknown { get; private init; }
    public IReadOnlyDictionary<string, SchemaNode> Properties { get; private init; } = new Dictionary<string, SchemaNode>();
    public SchemaNode? Additional { get; private init; }
    public SchemaNode? Items { get; private init; }

    /// <summary>How lists merge: atomic (the default), set, or map by <see cref="ListKeys"/>.</summary>
    public string ListType { get; private init; } = "atomic";
    public IReadOnlyList<string> ListKeys { get; private init; } = [];
    public IReadOnlyList<string> Required { get; private init; } = [];
    public JsonNode? Default { get; private init; }
    public IReadOnlyList<JsonNode?> Enum { get; private init; } = [];
    public Regex? Pattern { get; private init; }
    public string PatternText { get; private init; } = "";
    public long? MinLength { get; private init; }
    public long? MaxLength { get; private init; }
    public long? MinItems { get; private init; }
    public long? MaxItems { get; private init; }
    public double? Minimum { get; private init; }
    public double? Maximum { get; private init; }
    public bool ExclusiveMinimum { get; private init; }
    public bool ExclusiveMaximum { get; private init; }

    /// <summary>The schema of a field, or null when the schema does not know it.</summary>
    public SchemaNode? Field(string name) => Properties.GetValueOrDefault(name) ?? Additional;

    public static SchemaNode Read(JsonObject schema) => new()
    {
        Type = schema.Text("type") ?? "",
        Format = schema.Text("format") ?? "",
        Nullable = schema.Flag("nullable"),
        IntOrString = schema.Flag("x-kubernetes-int-or-string"),
        KeepsUnknown = schema.Flag("x-kubernetes-preserve-unknown-fields") || schema.Flag("additionalProperties")
            || schema.Flag("x-kubernetes-embedded-resource"),
        Properties = schema.Child("properties") is { } properties
            ? properties.ToDictionary(field => field.Key, field => Read(field.Value as JsonObject ?? []), StringComparer.Ordinal)
            : new Dictionary<string, SchemaNode>(),
        Additional = schema.Child("additionalProperties") is { } additional ? Read(additional) : null,
        Items = schema.Child("items") is { } items ? Read(items) : null,
        ListType = schema.Text("x-kubernetes-list-type") ?? "atomic",
        ListKeys = schema.Texts("x-kubernetes-list-map-keys"),
        Required = schema.Texts("required"),
        Default = schema["default"]?.DeepClone(),
        Enum = [.. schema.Items("enum").Select(value => value?.DeepClone())],
        Pattern = schema.Text("pattern") is { } pattern ? new Regex(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)) : null,
        PatternText = schema.Text("pattern") ?? "",
        MinLength = schema.Number("minLength"),
        MaxLength = schema.Number("maxLength"),
        MinItems = schema.Number("minItems"),
        MaxItems = schema.Number("maxItems"),
        Minimum = ValueRules.Real(schema["minimum"]),
        Maximum = ValueRules.Real(schema["maximum"]),
        ExclusiveMinimum = schema.Flag("exclusiveMinimum"),
        ExclusiveMaximum = schema.Flag("exclusiveMaximum"),
    };
}
