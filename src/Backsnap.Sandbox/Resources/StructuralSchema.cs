using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>
/// The openAPIV3Schema of a custom kind: which fields there are, their defaults, and what their values may be. Rules in CEL
/// and the combinators (allOf, anyOf, oneOf, not) are not evaluated.
/// </summary>
internal sealed class StructuralSchema(JsonObject root)
{
    private static readonly string[] Always = ["apiVersion", "kind", "metadata"];
    private readonly SchemaNode top = SchemaNode.Read(root.DeepClone().AsObject());

    public SchemaNode Top => top;

    /// <summary>The schema as it was written.</summary>
    public JsonObject Source => root.DeepClone().AsObject();

    /// <summary>Removes what the schema does not know, and gives the paths of it.</summary>
    public IReadOnlyList<string> Prune(JsonObject obj)
    {
        var unknown = new List<string>();
        foreach (var (name, value) in obj.ToArray())
        {
            if (!Always.Contains(name))
            {
                PruneField(top, obj, name, value, "", unknown);
            }
        }

        return unknown;
    }

    /// <summary>Fills in the defaults of absent fields within the objects that are there.</summary>
    public void SetDefaults(JsonObject obj) => SetDefaults(top, obj);

    /// <summary>Everything that is wrong, in the API's words.</summary>
    public IEnumerable<FieldError> Check(JsonObject obj) =>
        top.Required.Where(name => !obj.ContainsKey(name)).Select(name => FieldError.Required(name))
            .Concat(obj.Where(field => !Always.Contains(field.Key)).SelectMany(field => CheckField(top, field.Key, field.Value, "")));

    private static void PruneField(SchemaNode schema, JsonObject parent, string name, JsonNode? value, string path, List<string> unknown)
    {
        var here = path.Length == 0 ? name : $"{path}.{name}";
        if (schema.Field(name) is not { } child)
        {
            if (!schema.KeepsUnknown)
            {
                parent.Remove(name);
                unknown.Add(here);
            }
        }
        else if (value is null)
        {
            if (!child.Nullable)
            {
                parent.Remove(name);
            }
        }
        else
        {
            Prune(child, value, here, unknown);
        }
    }

    private static void Prune(SchemaNode schema, JsonNode? value, string path, List<string> unknown)
    {
        if (value is JsonObject obj)
        {
            foreach (var (name, child) in obj.ToArray())
            {
                PruneField(schema, obj, name, child, path, unknown);
            }
        }
        else if (value is JsonArray items && schema.Items is { } each)
        {
            for (var index = 0; index < items.Count; index++)
            {
                Prune(each, items[index], $"{path}[{index}]", unknown);
            }
        }
    }

    private static void SetDefaults(SchemaNode schema, JsonNode? value)
    {
        if (value is JsonObject obj)
        {
            foreach (var (name, child) in schema.Properties)
            {
                if (!obj.ContainsKey(name) && child.Default is not null)
                {
                    obj[name] = child.Default.DeepClone();
                }
            }

            foreach (var (name, child) in obj)
            {
                if (schema.Field(name) is { } known)
                {
                    SetDefaults(known, child);
                }
            }
        }
        else if (value is JsonArray items && schema.Items is { } each)
        {
            foreach (var item in items)
            {
                SetDefaults(each, item);
            }
        }
    }

    private static IEnumerable<FieldError> CheckField(SchemaNode schema, string name, JsonNode? value, string path) =>
        schema.Field(name) is { } child ? CheckValue(child, value, path.Length == 0 ? name : $"{path}.{name}") : [];

    private static IEnumerable<FieldError> CheckValue(SchemaNode schema, JsonNode? value, string path)
    {
        var wrong = ValueRules.Check(schema, value, path).ToArray();
        if (wrong.Length > 0)
        {
            return wrong;
        }

        return value switch
        {
            JsonObject obj => schema.Required.Where(name => !obj.ContainsKey(name)).Select(name => FieldError.Required($"{path}.{name}"))
                .Concat(obj.SelectMany(field => CheckField(schema, field.Key, field.Value, path))),
            JsonArray items when schema.Items is { } each => items.SelectMany((item, index) => CheckValue(each, item, $"{path}[{index}]")),
            _ => [],
        };
    }
}
