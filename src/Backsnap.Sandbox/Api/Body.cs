using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>What came of reading a request's body.</summary>
internal abstract record BodyResult
{
    private BodyResult() { }

    public sealed record Read(JsonNode? Node) : BodyResult;
    public sealed record Empty : BodyResult;
    public sealed record Bad(ApiError Error) : BodyResult;
}

/// <summary>Reading request bodies: JSON or YAML.</summary>
internal static class Body
{
    private const string Accepted = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

    /// <summary>The body of a write that carries an object of <paramref name="kind"/>, or options.</summary>
    public static async Task<BodyResult> ReadAsync(HttpContext http, string kind)
    {
        var text = await TextAsync(http);
        return MediaType(http.Request) switch
        {
            _ when text.Length == 0 => new BodyResult.Empty(),
            "application/json" or "" => Json(text, kind),
            "application/yaml" or "application/x-yaml" => Yaml(text, kind),
            _ => new BodyResult.Bad(Unsupported(Accepted)),
        };
    }

    public static ApiError Unsupported(string accepted) => new(
        415, "UnsupportedMediaType", $"the body of the request was in an unknown format - accepted media types include: {accepted}");

    public static string MediaType(HttpRequest request) => (request.ContentType ?? "").Split(';')[0].Trim();

    public static async Task<string> TextAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, new UTF8Encoding(false));
        return await reader.ReadToEndAsync(http.RequestAborted);
    }

    public static BodyResult Json(string text, string kind)
    {
        try
        {
            return new BodyResult.Read(JsonNode.Parse(text, documentOptions: Wire.Reader));
        }
        catch (JsonException bad)
        {
            var why = IsTruncated(text) ? "unexpected end of JSON input" : bad.Message;
            return new BodyResult.Bad(ApiError.BadRequest(
                $"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {why} ({Shortened(text)})"));
        }
    }

    public static BodyResult Yaml(string text, string kind) => YamlReader.Read(text) switch
    {
        YamlReader.Result.Documents { Nodes: [var only] } => new BodyResult.Read(only),
        YamlReader.Result.Documents => new BodyResult.Bad(ApiError.BadRequest($"the object provided is unrecognized (must be of type {kind}): one YAML document is expected")),
        YamlReader.Result.Broken broken => new BodyResult.Bad(ApiError.BadRequest($"error decoding YAML: {broken.Message}")),
    };

    private static string Shortened(string text) => text.Length > 100 ? string.Concat(text.AsSpan(0, 100), " ...") : text;

    private static bool IsTruncated(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text), isFinalBlock: false, default);
        try
        {
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
