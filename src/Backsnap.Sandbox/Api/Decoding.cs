using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>An object that a client sent, fit to be given to the store; or why it is not.</summary>
internal abstract record Decoded
{
    private Decoded() { }

    public sealed record Object(JsonObject Value) : Decoded;
    public sealed record Bad(ApiError Error) : Decoded;
}

/// <summary>From a request's body to an object of the kind that its path names.</summary>
internal static class Decoding
{
    public static async Task<Decoded> ObjectAsync(HttpContext http, Target target)
    {
        var kind = target.Type.Kind;
        return await Body.ReadAsync(http, kind) switch
        {
            BodyResult.Bad bad => new Decoded.Bad(bad.Error),
            BodyResult.Empty => new Decoded.Bad(ApiError.BadRequest($"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)")),
            BodyResult.Read { Node: JsonObject obj } => Check(http, target, obj),
            BodyResult.Read => new Decoded.Bad(ApiError.BadRequest($"the object provided is unrecognized (must be of type {kind}): an object is expected")),
        };
    }

    /// <summary>Checks an object against the path, the known fields and the forms of numbers.</summary>
    public static Decoded Check(HttpContext http, Target target, JsonObject obj)
    {
        var type = target.Type;
        var expected = target.EventsView ? EventView.ApiVersion : type.ApiVersion;
        if (obj.Text("kind") is { Length: > 0 } kind && kind != type.Kind)
        {
            return Bad($"{kind} in version \"{obj.Text("apiVersion")}\" cannot be handled as a {type.Kind}: the kind in the data does not match the expected kind");
        }

        if (obj.Text("apiVersion") is { Length: > 0 } version && version != expected)
        {
            return Bad($"the API version in the data ({version}) does not match the expected API version ({expected})");
        }

        if (obj["metadata"] is not (null or JsonObject))
        {
            return Bad($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: metadata must be an object");
        }

        if (target.Namespace is { } ns)
        {
            if (obj.NamespaceOf() is { Length: > 0 } given && given != ns)
            {
                return Bad("the namespace of the provided object does not match the namespace sent on the request");
            }

            obj.Set(ns, "metadata", "namespace");
        }

        if (target.Name is { } name)
        {
            if (obj.NameOf() is { Length: > 0 } given && given != name)
            {
                return Bad($"the name of the object ({given}) does not match the name on the URL ({name})");
            }

            obj.Set(name, "metadata", "name");
        }

        return Clean(http, target, target.EventsView ? EventView.ToCore(obj) : obj);
    }

    /// <summary>Drops what means nothing (nulls, unknown fields, with the warning or refusal that was asked for).</summary>
    public static Decoded Clean(HttpContext http, Target target, JsonObject obj)
    {
        var type = target.Type;
        if (type.Schema is null && type != ResourceTypes.Events)
        {
            DropNulls(obj);
        }
        else if (obj.Child("metadata") is { } metadata)
        {
            DropNulls(metadata);
        }

        if (Quantities.FirstMalformed(obj) is not null)
        {
            return Bad($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: {Quantities.Rule}");
        }

        var unknown = (type.Schema?.Prune(obj) ?? []).Select(path => $"unknown field \"{path}\"").ToArray();
        switch (Query.Text(http.Request, "fieldValidation"))
        {
            case "Strict" when unknown.Length > 0:
                return Bad($"{type.Kind} in version \"{type.Version}\" cannot be handled as a {type.Kind}: strict decoding error: {string.Join(", ", unknown)}");
            case "Ignore" or "Strict":
                break;
            default:
                foreach (var warning in unknown)
                {
                    http.Response.Headers.Append("Warning", $"299 - \"{warning.Replace("\"", "\\\"", StringComparison.Ordinal)}\"");
                }

                break;
        }

        return new Decoded.Object(obj);
    }

    private static Decoded.Bad Bad(string message) => new(ApiError.BadRequest(message));

    private static void DropNulls(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject obj:
                foreach (var (name, value) in obj.ToArray())
                {
                    if (value is null)
                    {
                        obj.Remove(name);
                    }
                    else
                    {
                        DropNulls(value);
                    }
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    DropNulls(item);
                }

                break;
            default:
                break;
        }
    }
}
