using System.Text.Json;

namespace Backsnap.Host.Mover;

/// <summary>Reading of JSON that another program wrote: what is absent or of another type reads as absent, never as an exception.</summary>
internal static class Json
{
    public static bool Has(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out _);

    public static JsonElement? Object(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    public static string? Text(JsonElement json, string name)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair is JSON by its grammar and no text at all.
            return null;
        }
    }

    public static long Count(JsonElement json, string name) =>
        Number(json, name) is var number && double.IsFinite(number) ? (long)Math.Clamp(number, -9e18, 9e18) : 0;

    public static double Number(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)
            ? number
            : 0;

    public static bool Flag(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    public static IEnumerable<JsonElement> Items(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array ? json.EnumerateArray() : [];

    public static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) ? Items(value) : [];

    public static IEnumerable<string> Texts(JsonElement json, string name) =>
        Items(json, name).Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString() ?? "");
}
