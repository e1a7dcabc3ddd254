using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>GET of one object and of lists, in pages.</summary>
internal sealed class Reading(ObjectStore store)
{
    public Task GetAsync(HttpContext http, Target target)
    {
        if (Representation.Of(http.Request) is not { } form)
        {
            return Reply.ErrorAsync(http, Representation.NotAcceptable());
        }

        if (store.Find(target.Type, target.Space, target.Name!) is not { } stored)
        {
            return Reply.ErrorAsync(http, ApiError.NotFound(target.Type, target.Name!));
        }

        return Reply.WriteAsync(http, 200, writer =>
        {
            switch (form)
            {
                case Representation.Whole:
                    Forms.WriteWhole(writer, stored, target.EventsView);
                    break;
                case Representation.Metadata:
                    Forms.WriteMetadata(writer, stored);
                    break;
                case Representation.Table table:
                    Forms.WriteTable(writer, target, table, [stored], store.Clock.GetUtcNow(), metadata => WriteListMetadata(metadata, stored.ResourceVersion));
                    break;
                default:
                    throw new InvalidOperationException($"unknown form {form}");
            }
        });
    }

    public Task ListAsync(HttpContext http, Target target)
    {
        if (Representation.Of(http.Request) is not { } form)
        {
            return Reply.ErrorAsync(http, Representation.NotAcceptable());
        }

        var (selection, wrong) = Selection.Parse(target.Type, Query.Text(http.Request, "labelSelector"), Query.Text(http.Request, "fieldSelector"));
        if (wrong is not null)
        {
            return Reply.ErrorAsync(http, wrong);
        }

        return Select(http.Request, target, selection) switch
        {
            Page.Refused refused => Reply.ErrorAsync(http, refused.Error),
            Page.Of page => Reply.WriteAsync(http, 200, writer => WriteList(writer, target, form, page)),
        };
    }

    /// <summary>The objects that match, in order.</summary>
    public static IReadOnlyList<StoredObject> Matching(IReadOnlyList<StoredObject> items, Selection selection) =>
        selection.IsAll ? items : [.. items.Where(selection.Matches)];

    /// <summary>One page, or why there is none.</summary>
    private abstract record Page
    {
        private Page() { }

        public sealed record Of(IReadOnlyList<StoredObject> Items, long ResourceVersion, string? Continue, long? Remaining) : Page;
        public sealed record Refused(ApiError Error) : Page;
    }

    private Page Select(HttpRequest request, Target target, Selection selection)
    {
        var (all, latest) = store.Snapshot(target.Type, target.Namespace);
        var version = latest;
        var after = ("", "");
        if (Query.Text(request, "continue") is { Length: > 0 } token)
        {
            switch (ContinueToken.Read(token))
            {
                case ContinueToken.Result.Bad bad:
                    return new Page.Refused(ApiError.BadRequest($"invalid continue token: {bad.Why}"));
                case ContinueToken.Result.At at:
                    // A later page is of now, under the version of the first: a watch from there repeats what changed in between.
                    (version, after) = (at.ResourceVersion, (at.Namespace, at.Name));
                    break;
                default:
                    throw new InvalidOperationException("unknown token");
            }
        }
        else if (Query.Number(request, "resourceVersion") is { } asked)
        {
            if (asked > latest)
            {
                return new Page.Refused(TooLarge(asked, latest));
            }

            if (Query.Text(request, "resourceVersionMatch") == "Exact" && asked != latest && all.Any(stored => stored.ResourceVersion > asked))
            {
                return new Page.Refused(new ApiError(410, "Expired", "The resourceVersion for the provided list is too old."));
            }
        }

        var matching = Matching(all, selection);
        var rest = after == ("", "") ? matching : [.. matching.Where(stored => Compare(stored, after) > 0)];
        var limit = Query.Text(request, "resourceVersion") == "0" ? null : Query.Number(request, "limit");
        if (limit is not > 0 || rest.Count <= limit)
        {
            return new Page.Of(rest, version, null, null);
        }

        var items = rest.Take((int)limit).ToArray();
        return new Page.Of(
            items,
            version,
            ContinueToken.Write(version, items[^1]),
            selection.IsAll ? rest.Count - items.Length : null);
    }

    private void WriteList(Utf8JsonWriter writer, Target target, Representation form, Page.Of page)
    {
        if (form is Representation.Table table)
        {
            Forms.WriteTable(writer, target, table, page.Items, store.Clock.GetUtcNow(), metadata => WriteListMetadata(metadata, page.ResourceVersion, page.Continue, page.Remaining));
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("kind", form is Representation.Metadata ? "PartialObjectMetadataList" : target.Type.ListKind);
        writer.WriteString("apiVersion", form is Representation.Metadata ? "meta.k8s.io/v1" : target.EventsView ? EventView.ApiVersion : target.Type.ApiVersion);
        writer.WritePropertyName("metadata");
        WriteListMetadata(
            writer, page.ResourceVersion, target.Type.IsCustom && form is Representation.Whole ? page.Continue ?? "" : page.Continue, page.Remaining);
        writer.WriteStartArray("items");
        foreach (var item in page.Items)
        {
            if (form is Representation.Metadata)
            {
                Forms.WriteMetadata(writer, item);
            }
            else
            {
                Forms.WriteWhole(writer, item, target.EventsView, asItem: true);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteListMetadata(Utf8JsonWriter writer, long resourceVersion, string? next = null, long? remaining = null)
    {
        writer.WriteStartObject();
        writer.WriteString("resourceVersion", resourceVersion.ToString(CultureInfo.InvariantCulture));
        if (next is not null)
        {
            writer.WriteString("continue", next);
        }

        if (remaining is { } count)
        {
            writer.WriteNumber("remainingItemCount", count);
        }

        writer.WriteEndObject();
    }

    private static int Compare(StoredObject stored, (string Namespace, string Name) key) =>
        string.CompareOrdinal(stored.Namespace, key.Namespace) is var order and not 0 ? order : string.CompareOrdinal(stored.Name, key.Name);

    private static ApiError TooLarge(long asked, long latest) => new(
        504,
        "Timeout",
        $"Too large resource version: {asked}, current: {latest}",
        new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });
}

/// <summary>Where the next page begins: the version of the first page and the last key of this one.</summary>
internal static class ContinueToken
{
    internal abstract record Result
    {
        private Result() { }

        public sealed record At(long ResourceVersion, string Namespace, string Name) : Result;
        public sealed record Bad(string Why) : Result;
    }

    public static string Write(long resourceVersion, StoredObject last)
    {
        var key = last.Namespace.Length == 0 ? $"/{last.Name}\0" : $"{last.Namespace}/{last.Name}\0";
        var token = new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = resourceVersion, ["start"] = key };
        return Convert.ToBase64String(Encoding.UTF8.GetBytes(token.ToJsonString(Wire.Plain))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    public static Result Read(string token)
    {
        try
        {
            var padded = token.Replace('-', '+').Replace('_', '/').PadRight((token.Length + 3) / 4 * 4, '=');
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(padded));
            if (!text.StartsWith('{'))
            {
                return new Result.Bad($"continue key is not valid: invalid character '{text.FirstOrDefault()}' looking for beginning of value");
            }

            var node = JsonNode.Parse(text);
            return node.Text("v") == "meta.k8s.io/v1" && node.Number("rv") is { } version && node.Text("start")?.TrimEnd('\0').Split('/') is [var ns, var name]
                ? new Result.At(version, ns, name)
                : new Result.Bad("continue key is not valid: server does not recognize this encoded version");
        }
        catch (Exception bad) when (bad is FormatException or JsonException)
        {
            return new Result.Bad($"continue key is not valid: {bad.Message}");
        }
    }
}
