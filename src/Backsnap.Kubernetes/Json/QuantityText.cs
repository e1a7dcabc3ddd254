using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>
/// Reads a quantity as its text. Custom resources may hold it as a number (<c>x-kubernetes-int-or-string</c>): kept digit for digit.
/// </summary>
internal sealed class QuantityText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader);

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);

    internal static string? Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.HasValueSequence => Encoding.UTF8.GetString(reader.ValueSequence),
        JsonTokenType.Number => StringPool.Shared.Get(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => PooledString.Read(ref reader),
    };
}
