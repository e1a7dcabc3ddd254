using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Whether one value is what its schema asks for, leaving its children aside.</summary>
internal static class ValueRules
{
    public static IEnumerable<FieldError> Check(SchemaNode schema, JsonNode? value, string path)
    {
        if (value is null)
        {
            return schema.Nullable ? [] : [WrongType(schema, "null", path)];
        }

        var kind = TypeName(value);
        if (schema.IntOrString)
        {
            return kind is "integer" or "string" ? [] : [FieldError.WrongType(path, $"\"{kind}\"", $"{path} in body must be of type integer,string: \"{kind}\"")];
        }

        return schema.Type.Length > 0 && kind != schema.Type && !(schema.Type == "number" && kind == "integer")
            ? [WrongType(schema, kind, path)]
            : value switch
            {
                JsonArray items => CheckItems(schema, items, path),
                JsonValue when kind == "string" => CheckText(schema, value.GetValue<string>(), path),
                JsonValue when kind is "integer" or "number" => CheckNumber(schema, value, path),
                _ => CheckEnum(schema, value, path),
            };
    }

    /// <summary>The number as a double, or null when it is not a number.</summary>
    public static double? Real(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture)
            : null;

    private static FieldError WrongType(SchemaNode schema, string kind, string path) =>
        FieldError.WrongType(path, $"\"{kind}\"", $"{path} in body must be of type {schema.Type}: \"{kind}\"");

    private static string TypeName(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => Real(value) is { } number && Math.Floor(number).Equals(number) ? "integer" : "number",
        JsonValueKind.Null or JsonValueKind.Undefined => "null",
        var other => throw new InvalidOperationException($"unknown kind of JSON {other}"),
    };

    private static IEnumerable<FieldError> CheckEnum(SchemaNode schema, JsonNode value, string path)
    {
        if (schema.Enum.Count > 0 && !schema.Enum.Any(allowed => JsonNode.DeepEquals(allowed, value)))
        {
            yield return FieldError.NotSupported(
                path, value.ToJsonString(Wire.Plain), schema.Enum.Select(allowed => allowed?.ToJsonString(Wire.Plain) ?? "null"));
        }
    }

    private static IEnumerable<FieldError> CheckText(SchemaNode schema, string text, string path)
    {
        var quoted = MetadataRules.Quote(text);
        var length = text.EnumerateRunes().Count();
        if (schema.MinLength > length)
        {
            yield return FieldError.Invalid(path, quoted, $"{path} in body should be at least {schema.MinLength} chars long");
        }

        if (schema.MaxLength < length)
        {
            yield return new FieldError("FieldValueTooLong", $"Too long: may not be more than {schema.MaxLength} bytes", path);
        }

        if (schema.Pattern is { } pattern && !pattern.IsMatch(text))
        {
            yield return FieldError.Invalid(path, quoted, $"{path} in body should match '{schema.PatternText}'");
        }

        if (schema.Format == "date-time" && !IsDateTime(text))
        {
            yield return FieldError.Invalid(path, quoted, $"{path} in body must be of type date-time: {quoted}");
        }

        foreach (var error in CheckEnum(schema, JsonValue.Create(text), path))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> CheckNumber(SchemaNode schema, JsonNode value, string path)
    {
        var (number, written) = (Real(value)!.Value, value.ToJsonString());
        if (schema.Minimum is { } least && (number < least || (schema.ExclusiveMinimum && number.Equals(least))))
        {
            yield return FieldError.Invalid(path, written, $"{path} in body should be greater than {(schema.ExclusiveMinimum ? "" : "or equal to ")}{Written(least)}");
        }

        if (schema.Maximum is { } most && (number > most || (schema.ExclusiveMaximum && number.Equals(most))))
        {
            yield return FieldError.Invalid(path, written, $"{path} in body should be less than {(schema.ExclusiveMaximum ? "" : "or equal to ")}{Written(most)}");
        }

        if (schema.Format == "int32" && number is < int.MinValue or > int.MaxValue)
        {
            yield return FieldError.Invalid(path, written, $"{path} in body must be of type int32: {written}");
        }

        foreach (var error in CheckEnum(schema, value, path))
        {
            yield return error;
        }
    }

    private static IEnumerable<FieldError> CheckItems(SchemaNode schema, JsonArray items, string path)
    {
        if (schema.MinItems > items.Count)
        {
            yield return FieldError.Invalid(path, items.Count.ToString(CultureInfo.InvariantCulture), $"{path} in body should have at least {schema.MinItems} items");
        }

        if (schema.MaxItems < items.Count)
        {
            yield return new FieldError("FieldValueTooMany", $"Too many: {items.Count}: must have at most {schema.MaxItems} items", path);
        }
    }

    private static string Written(double number) => number.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>RFC 3339: a date, a T, a time, and an offset; DateTimeOffset alone would take much else.</summary>
    private static bool IsDateTime(string text) =>
        text.Length >= "2026-01-01T00:00:00Z".Length
        && text[10] is 'T' or 't'
        && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-')
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);
}
