using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api;

/// <summary>
/// The OpenAPI documents, as far as kubectl reads them: which kinds can be validated by the server, how they are patched, and the
/// descriptions for kubectl explain. Custom kinds have their schemas; built-in kinds have none here.
/// </summary>
internal sealed class OpenApi(ResourceCatalogue types)
{
    public JsonObject Index() => new()
    {
        ["paths"] = new JsonObject(types.All.Select(Root).Distinct().Select(root =>
            KeyValuePair.Create(root, (JsonNode?)new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{root}" }))),
    };

    /// <summary>The document of one group and version, or null.</summary>
    public JsonObject? Document(string[] path)
    {
        var root = string.Join('/', path);
        var served = types.All.Where(type => Root(type) == root).ToArray();
        return served.Length == 0 ? null : new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "Kubernetes", ["version"] = "v1.36.2" },
            ["paths"] = new JsonObject(served.SelectMany(type => Paths(type, root))),
            ["components"] = new JsonObject { ["schemas"] = new JsonObject(served.Select(type => KeyValuePair.Create(SchemaName(type), (JsonNode?)Schema(type)))) },
        };
    }

    private static string Root(ResourceType type) => type.Group.Length == 0 ? $"api/{type.Version}" : $"apis/{type.Group}/{type.Version}";

    private static string SchemaName(ResourceType type) =>
        string.Join('.', (type.Group.Length == 0 ? "core.api.k8s.io" : type.Group).Split('.').Reverse().Append(type.Version).Append(type.Kind));

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Paths(ResourceType type, string root)
    {
        var collection = type.Namespaced ? $"/{root}/namespaces/{{namespace}}/{type.Plural}" : $"/{root}/{type.Plural}";
        yield return KeyValuePair.Create(collection, (JsonNode?)new JsonObject { ["get"] = Operation(type, "list"), ["post"] = Operation(type, "post") });
        yield return KeyValuePair.Create(
            collection + "/{name}",
            (JsonNode?)new JsonObject { ["get"] = Operation(type, "get"), ["patch"] = Patch(type) });
    }

    private static JsonObject Operation(ResourceType type, string action) => new()
    {
        ["responses"] = new JsonObject(),
        ["parameters"] = new JsonArray(Parameter("dryRun"), Parameter("fieldManager"), Parameter("fieldValidation")),
        ["x-kubernetes-action"] = action,
        ["x-kubernetes-group-version-kind"] = GroupVersionKind(type),
    };

    /// <summary>
    /// Strategic merge is left out though it is served: kubectl would compute such patches from the fields' schemas, which built-in kinds lack
    /// here; so it uses its own knowledge of them.
    /// </summary>
    private static JsonObject Patch(ResourceType type)
    {
        var operation = Operation(type, "patch");
        string[] forms = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];
        operation["requestBody"] = new JsonObject { ["content"] = new JsonObject(forms.Select(form => KeyValuePair.Create(form, (JsonNode?)new JsonObject()))) };
        return operation;
    }

    private static JsonObject Parameter(string name) =>
        new() { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string", ["uniqueItems"] = true } };

    private static JsonObject Schema(ResourceType type)
    {
        var schema = type.Schema?.Source ?? new JsonObject { ["type"] = "object", ["description"] = $"{type.Kind} of {type.ApiVersion}." };
        schema.SetDefault(new JsonObject { ["type"] = "string", ["description"] = "The version of this form of the object." }, "properties", "apiVersion");
        schema.SetDefault(new JsonObject { ["type"] = "string", ["description"] = "The kind of the object." }, "properties", "kind");
        if (schema.Child("properties", "metadata") is not { } metadata || metadata.Text("description") is null)
        {
            schema.Set(new JsonObject { ["type"] = "object", ["description"] = "Standard object metadata." }, "properties", "metadata");
        }

        schema["x-kubernetes-group-version-kind"] = new JsonArray(GroupVersionKind(type));
        return schema;
    }

    private static JsonObject GroupVersionKind(ResourceType type) => new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };
}
