using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>One column: priority 0 is always shown, 1 with <c>-o wide</c>.</summary>
internal sealed record Column(string Name, string Type, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, long Priority = 0, string Format = "", string Description = "");

/// <summary>The columns of a kind.</summary>
internal sealed record TableLayout(IReadOnlyList<Column> Columns)
{
    private const string NameDescription =
        "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of "
        + "an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: "
        + "https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    private static readonly Column Name = new("Name", "string", (obj, _) => obj.NameOf(), Format: "name", Description: NameDescription);
    private static readonly Column Age = new("Age", "string", (obj, now) => Ages.Since(obj.Text("metadata", "creationTimestamp"), now));

    public static TableLayout Of(ResourceType type) =>
        type.IsCustom
            ? new([Name, .. (type.Columns.Count > 0 ? type.Columns : SnapshotColumns.Of(type)).DefaultIfEmpty(SnapshotColumns.Age).Select(Custom)])
            : BuiltInColumns.Of(type) is { Count: > 0 } columns ? new(columns)
            : new([Name, Age]);

    public void WriteColumns(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("columnDefinitions");
        foreach (var column in Columns)
        {
            writer.WriteStartObject();
            writer.WriteString("name", column.Name);
            writer.WriteString("type", column.Type);
            writer.WriteString("format", column.Format);
            writer.WriteString("description", column.Description);
            writer.WriteNumber("priority", column.Priority);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public void WriteCells(Utf8JsonWriter writer, JsonObject obj, DateTimeOffset now)
    {
        writer.WriteStartArray("cells");
        foreach (var column in Columns)
        {
            if (column.Cell(obj, now) is { } cell)
            {
                cell.WriteTo(writer, Wire.Plain);
            }
            else
            {
                writer.WriteNullValue();
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>A name column and an age column as most kinds have them, around others.</summary>
    public static IReadOnlyList<Column> Around(params ReadOnlySpan<Column> columns) => [Name, .. columns, Age];

    private static Column Custom(CustomColumn column)
    {
        var path = JsonPath.Parse(column.JsonPath);
        return new Column(
            column.Name,
            column.Type,
            (obj, now) => column.Type == "date" ? path.First(obj).Text() is { } time ? Ages.Since(time, now) : null : Cell(path, obj, column.Type),
            column.Priority,
            column.Format,
            column.Description);
    }

    private static JsonNode? Cell(JsonPath path, JsonObject obj, string type) =>
        path.All(obj).ToArray() switch
        {
            [] => null,
            [var only] when type != "string" || only is JsonValue value && value.GetValueKind() == JsonValueKind.String => only?.DeepClone(),
            var several => string.Join(",", several.Select(value => value is JsonValue ? value.ToString() : value?.ToJsonString(Wire.Plain))),
        };
}
