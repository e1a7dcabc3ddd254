using System.Text.Json;

namespace Backsnap.Kubernetes.Tests.Support;

/// <summary>Answers recorded from a real API server.</summary>
public static class Recorded
{
    public static Answer Refusal(string note) => Response("refusals.json", note);

    public static Answer Deletion(string note) => Response("deletions.json", note);

    /// <summary>The lines of a recorded watch, as the server sent them.</summary>
    public static string[] Watch(string pathContains) =>
    [
        .. Steps("watches.json").Single(s => s.GetProperty("watch").GetString()!.Contains(pathContains, StringComparison.Ordinal))
            .GetProperty("events").EnumerateArray()
            .Select(e => $$"""{"type":"{{e.GetProperty("type").GetString()}}","object":{{JsonSerializer.Serialize(e.GetProperty("object"))}}}""" + "\n"),
    ];

    private static Answer Response(string file, string note)
    {
        var response = Steps(file).Single(s => s.GetProperty("note").GetString() == note).GetProperty("response");
        var body = response.GetProperty("body");
        var status = response.GetProperty("status").GetInt32();
        return body.ValueKind == JsonValueKind.String
            ? Answer.Text(body.GetString()!, status)
            : Answer.Json(JsonSerializer.Serialize(body), status);
    }

    private static JsonElement[] Steps(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "Fixtures", file);
        return [.. JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("steps").EnumerateArray()];
    }
}
