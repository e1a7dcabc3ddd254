using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Secrets take text in stringData and keep it as base64 in data.</summary>
internal static class SecretRules
{
    public static void SetDefaults(JsonObject obj)
    {
        if (obj.Child("stringData") is { } texts)
        {
            foreach (var (key, text) in texts)
            {
                obj.Set(Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Text() ?? "")), "data", key);
            }

            obj.Remove("stringData");
        }

        obj.SetDefault("Opaque", "type");
    }

    public static IEnumerable<FieldError> CheckChange(JsonObject obj, JsonObject old)
    {
        if (old.Flag("immutable") && !(obj.Flag("immutable") && JsonNode.DeepEquals(obj["data"], old["data"])))
        {
            yield return FieldError.Forbidden("data", "field is immutable when `immutable` is set");
        }

        if (old.Text("type") is { } type && obj.Text("type") != type)
        {
            yield return FieldError.Invalid("type", MetadataRules.Quote(obj.Text("type") ?? ""), "field is immutable");
        }
    }
}
