using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>Reads a string through the <see cref="StringPool"/>.</summary>
internal sealed class PooledString : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    /// <summary>The string, name or null that the reader stands on.</summary>
    internal static string? Read(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw new JsonException($"A string was expected, not {reader.TokenType}.");
        }

        if (reader.ValueIsEscaped) return reader.GetString();
        if (!reader.HasValueSequence) return StringPool.Shared.Get(reader.ValueSpan);
        if (reader.ValueSequence.Length > StringPool.LongestPooled) return reader.GetString();

        Span<byte> joined = stackalloc byte[StringPool.LongestPooled];
        reader.ValueSequence.CopyTo(joined);
        return StringPool.Shared.Get(joined[..(int)reader.ValueSequence.Length]);
    }
}

/// <summary>Reads an array of strings through the <see cref="StringPool"/>.</summary>
internal sealed class PooledStrings : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException($"An array was expected, not {reader.TokenType}.");
        var items = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (PooledString.Read(ref reader) is { } item) items.Add(item);
        }

        return items.ToArray();
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var item in value) writer.WriteStringValue(item);
        writer.WriteEndArray();
    }
}
