using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>The columns of Events; they have no name column at the front.</summary>
internal static class EventColumns
{
    public static IReadOnlyList<Column> All =>
    [
        new Column("Last Seen", "string", (obj, now) => LastSeen(obj, now)),
        BuiltInColumns.Text("Type", "type"),
        BuiltInColumns.Text("Reason", "reason"),
        new Column("Object", "string", (obj, _) => $"{obj.Text("involvedObject", "kind")?.ToLowerInvariant()}/{obj.Text("involvedObject", "name")}"),
        BuiltInColumns.Text("Subobject", "involvedObject", "fieldPath") with { Priority = 1 },
        new Column("Source", "string", (obj, _) => obj.Text("source", "component") is { Length: > 0 } source ? source : obj.Text("reportingComponent") ?? "", Priority: 1),
        new Column("Message", "string", (obj, _) => (obj.Text("message") ?? "").Trim()),
        new Column("First Seen", "string", (obj, now) => Ages.Since(obj.Text("firstTimestamp") ?? obj.Text("eventTime"), now), Priority: 1),
        new Column("Count", "string", (obj, _) => Count(obj), Priority: 1),
        new Column("Name", "string", (obj, _) => obj.NameOf(), Priority: 1, Format: "name"),
    ];

    private static string LastSeen(JsonObject obj, DateTimeOffset now)
    {
        var first = obj.Text("firstTimestamp") ?? obj.Text("eventTime");
        var last = obj.Text("series", "lastObservedTime") ?? obj.Text("lastTimestamp") ?? first;
        return Count(obj) is not "1" && first is not null && last != first
            ? $"{Ages.Since(last, now)} (x{Count(obj)} over {Ages.Since(first, now)})"
            : Ages.Since(last, now);
    }

    private static string Count(JsonObject obj) =>
        (obj.Number("series", "count") ?? obj.Number("count") ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
