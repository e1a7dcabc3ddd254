using System.Text.Json;
using Backsnap.Sandbox.Api.Tables;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>The form in which a client wants objects: whole, their metadata only, or as the rows of a table.</summary>
internal abstract record Representation
{
    private Representation() { }

    public sealed record Whole : Representation;
    public sealed record Metadata : Representation;

    /// <summary>A table whose rows carry nothing, the metadata, or the whole object.</summary>
    public sealed record Table(string IncludeObject) : Representation;

    /// <summary>What the Accept header asks for, the first that is served; null when none is.</summary>
    public static Representation? Of(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Length == 0 ? new Whole()
            : accept.Split(',').Select(item => Read(item, request)).FirstOrDefault(form => form is not null);
    }

    public static ApiError NotAcceptable() => new(406, "NotAcceptable", "only the following media types are accepted: application/json");

    private static Representation? Read(string item, HttpRequest request)
    {
        var parts = item.Split(';').Select(part => part.Trim()).ToArray();
        var form = parts.Skip(1).FirstOrDefault(part => part.StartsWith("as=", StringComparison.Ordinal))?[3..];
        return parts[0] is not ("application/json" or "application/*" or "*/*") ? null
            : form switch
            {
                null => new Whole(),
                "Table" when parts.Contains("v=v1") => new Table(Query.Text(request, "includeObject") ?? "Metadata"),
                "PartialObjectMetadata" or "PartialObjectMetadataList" when parts.Contains("v=v1") => new Metadata(),
                _ => null,
            };
    }
}

/// <summary>Writing objects in one of the forms.</summary>
internal static class Forms
{
    /// <summary>An object by itself, or as an item of a list of a built-in kind, which leaves out apiVersion and kind.</summary>
    public static void WriteWhole(Utf8JsonWriter writer, StoredObject stored, bool eventsView, bool asItem = false)
    {
        if (eventsView)
        {
            EventView.ToView(stored.Copy(), asItem).WriteTo(writer);
        }
        else if (asItem && !stored.Type.IsCustom)
        {
            writer.WriteStartObject();
            foreach (var field in stored.Json.EnumerateObject())
            {
                if (field.Name is not ("apiVersion" or "kind"))
                {
                    field.WriteTo(writer);
                }
            }

            writer.WriteEndObject();
        }
        else
        {
            stored.Json.WriteTo(writer);
        }
    }

    public static void WriteMetadata(Utf8JsonWriter writer, StoredObject stored)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PartialObjectMetadata");
        writer.WriteString("apiVersion", "meta.k8s.io/v1");
        writer.WritePropertyName("metadata");
        stored.Json.GetProperty("metadata").WriteTo(writer);
        writer.WriteEndObject();
    }

    /// <summary>A table of some objects; columns may be left out in the later tables of a watch.</summary>
    public static void WriteTable(
        Utf8JsonWriter writer, Target target, Representation.Table form, IReadOnlyList<StoredObject> items, DateTimeOffset now, Action<Utf8JsonWriter> writeMetadata, bool columns = true)
    {
        var layout = TableLayout.Of(target.Type);
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", "meta.k8s.io/v1");
        writer.WritePropertyName("metadata");
        writeMetadata(writer);
        if (columns)
        {
            layout.WriteColumns(writer);
        }
        else
        {
            writer.WriteNull("columnDefinitions");
        }

        writer.WriteStartArray("rows");
        foreach (var item in items)
        {
            writer.WriteStartObject();
            layout.WriteCells(writer, item.Copy(), now);
            if (form.IncludeObject != "None")
            {
                writer.WritePropertyName("object");
                if (form.IncludeObject == "Object")
                {
                    WriteWhole(writer, item, target.EventsView);
                }
                else
                {
                    WriteMetadata(writer, item);
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
