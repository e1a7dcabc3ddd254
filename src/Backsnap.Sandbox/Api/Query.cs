using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>Reading query parameters.</summary>
internal static class Query
{
    public static string? Text(HttpRequest request, string name) =>
        request.Query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    /// <summary>True for "true", "1" and the like, as the API server reads them; an empty value is true.</summary>
    public static bool Flag(HttpRequest request, string name) => Text(request, name) is { } text && text is not ("false" or "0" or "f" or "F" or "False" or "FALSE");

    public static long? Number(HttpRequest request, string name) =>
        long.TryParse(Text(request, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool DryRun(HttpRequest request) => Text(request, "dryRun") == "All";

    /// <summary>Who writes: the fieldManager, else what the client calls itself, else unknown.</summary>
    public static string Manager(HttpRequest request) =>
        Text(request, "fieldManager") is { Length: > 0 } manager ? manager
        : request.Headers.UserAgent.ToString().Split('/')[0] is { Length: > 0 } agent ? agent
        : "unknown";
}
