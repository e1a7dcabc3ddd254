using System.Buffers;
using System.Text.Json;
using Backsnap.Domain.Objects;

namespace Backsnap.Host.Operator;

/// <summary>Writes manifests and patches as the JSON that the API server reads.</summary>
internal static class ManifestJson
{
    /// <summary>A node as UTF-8 JSON.</summary>
    public static ReadOnlyMemory<byte> Bytes(Node node, bool indented = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = indented }))
        {
            Write(writer, node);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Writes a node.</summary>
    public static void Write(Utf8JsonWriter writer, Node node)
    {
        switch (node)
        {
            case Node.Text text:
                writer.WriteStringValue(text.Value);
                break;
            case Node.Whole whole:
                writer.WriteNumberValue(whole.Value);
                break;
            case Node.Flag flag:
                writer.WriteBooleanValue(flag.Value);
                break;
            case Node.Nothing:
                writer.WriteNullValue();
                break;
            case Node.Items items:
                writer.WriteStartArray();
                foreach (var item in items.Values)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            case Node.Fields fields:
                writer.WriteStartObject();
                foreach (var field in fields.Values)
                {
                    writer.WritePropertyName(field.Name);
                    Write(writer, field.Value);
                }

                writer.WriteEndObject();
                break;
        }
    }
}
