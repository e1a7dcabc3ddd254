using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>The content of a Secret or ConfigMap, as bytes by key.</summary>
internal static class KeyedData
{
    public static Dictionary<string, byte[]> Of(JsonObject secretOrConfigMap)
    {
        var isSecret = secretOrConfigMap.Text("kind") == ResourceTypes.Secrets.Kind;
        var data = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var (key, value) in secretOrConfigMap.Child("data") ?? [])
            data[key] = isSecret ? Convert.FromBase64String(value.Text() ?? "") : Encoding.UTF8.GetBytes(value.Text() ?? "");
        foreach (var (key, value) in secretOrConfigMap.Child("binaryData") ?? [])
            data[key] = Convert.FromBase64String(value.Text() ?? "");
        return data;
    }
}
