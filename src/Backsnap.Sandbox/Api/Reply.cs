using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>Writing answers.</summary>
internal static class Reply
{
    public const string Json = "application/json";

    public static Task ErrorAsync(HttpContext http, ApiError error) => NodeAsync(http, error.ToStatus(), error.Code);

    public static Task NodeAsync(HttpContext http, JsonNode body, int code = 200) => WriteAsync(http, code, writer => body.WriteTo(writer, Wire.Plain));

    public static async Task TextAsync(HttpContext http, string text, int code = 200)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text, http.RequestAborted);
    }

    /// <summary>Nothing is served at this path: the answer that the API server gives before any of its handlers.</summary>
    public static Task NoSuchPageAsync(HttpContext http) => TextAsync(http, "404 page not found\n", 404);

    /// <summary>The group and version exist, the resource does not.</summary>
    public static Task NoSuchResourceAsync(HttpContext http) =>
        ErrorAsync(http, new ApiError(404, "NotFound", "the server could not find the requested resource", []));

    public static Task NotAllowedAsync(HttpContext http) =>
        ErrorAsync(http, new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []));

    public static async Task WriteAsync(HttpContext http, int code, Action<Utf8JsonWriter> write, string contentType = Json)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = contentType;
        await using (var writer = new Utf8JsonWriter(http.Response.BodyWriter, Wire.Writer))
        {
            write(writer);
        }

        await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
    }

    /// <summary>The outcome of a write that gives back the object.</summary>
    public static Task ResultAsync(HttpContext http, StoreResult result, int code = 200) => result switch
    {
        StoreResult.Ok ok => NodeAsync(http, ok.Object, code),
        StoreResult.Refused refused => ErrorAsync(http, refused.Error),
    };
}
