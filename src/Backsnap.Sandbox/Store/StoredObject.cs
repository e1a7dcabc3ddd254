using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;

namespace Backsnap.Sandbox.Store;

/// <summary>
/// One version of one object, immutable and safe for any number of threads: a parsed document, from which everybody takes a
/// copy of their own. (A JsonObject would not do: even reading it writes, as it makes its children on demand.)
/// </summary>
internal sealed class StoredObject
{
    private readonly Lazy<IReadOnlyDictionary<string, string>> labels;

    public StoredObject(ResourceType type, JsonObject obj, long resourceVersion)
    {
        Type = type;
        Json = Frozen(obj);
        ResourceVersion = resourceVersion;
        Namespace = obj.NamespaceOf();
        Name = obj.NameOf();
        Uid = obj.UidOf();
        Owners = [.. obj.Items("metadata", "ownerReferences").Select(owner => owner.Text("uid")).OfType<string>()];
        labels = new(() => ReadLabels(Json));
    }

    public ResourceType Type { get; }
    public JsonElement Json { get; }
    public long ResourceVersion { get; }
    public string Namespace { get; }
    public string Name { get; }
    public string Uid { get; }

    /// <summary>The uids of the owner references.</summary>
    public IReadOnlyList<string> Owners { get; }

    public IReadOnlyDictionary<string, string> Labels => labels.Value;

    /// <summary>A copy that belongs to the caller.</summary>
    public JsonObject Copy() => JsonObject.Create(Json)!;

    private static JsonElement Frozen(JsonObject obj)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Wire.Writer))
        {
            obj.WriteTo(writer, Wire.Plain);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static Dictionary<string, string> ReadLabels(JsonElement json) =>
        json.TryGetProperty("metadata", out var metadata)
        && metadata.TryGetProperty("labels", out var found)
        && found.ValueKind == JsonValueKind.Object
            ? found.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString() ?? "", StringComparer.Ordinal)
            : [];
}
