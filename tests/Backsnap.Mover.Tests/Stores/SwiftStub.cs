using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>OpenStack's Swift with its own first form of authentication: a user, a key, a token.</summary>
internal sealed class SwiftStub() : ObjectStub(certificates: null)
{
    private const string User = "shop:backups";
    private const string Key = "key of the test";
    private const string Token = "token of the test";

    private bool container;

    /// <summary>What restic needs in its environment to use the store.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ST_AUTH"] = $"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/auth/v1.0",
        ["ST_USER"] = User,
        ["ST_KEY"] = Key,
    };

    protected override Task Answer(HttpContext context)
    {
        if (PathOf(context) == "/auth/v1.0")
            return Authenticate(context);
        if (context.Request.Headers["X-Auth-Token"] != Token)
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }

        var name = PathOf(context)["/v1/account/backups".Length..].TrimStart('/');
        return name.Length == 0 ? OfContainer(context) : OfObject(context, name);
    }

    private Task Authenticate(HttpContext context)
    {
        var known = context.Request.Headers["X-Auth-User"] == User && context.Request.Headers["X-Auth-Key"] == Key;
        context.Response.StatusCode = known ? 200 : 401;
        if (known)
        {
            context.Response.Headers["X-Storage-Url"] = $"http://127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/v1/account";
            context.Response.Headers["X-Auth-Token"] = Token;
        }

        return Task.CompletedTask;
    }

    private Task OfContainer(HttpContext context)
    {
        container |= context.Request.Method == "PUT";
        if (context.Request.Method == "GET" && container)
        {
            var (prefix, marker) = (context.Request.Query["prefix"].ToString(), context.Request.Query["marker"].ToString());
            return Json(context, Objects.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(item.Key, marker) > 0)
                .OrderBy(item => item.Key, StringComparer.Ordinal)
                .Select(item => new { name = item.Key, bytes = item.Value.Length, hash = Hash(item.Value), content_type = "application/octet-stream", last_modified = "2026-01-01T00:00:00.000000" }));
        }

        context.Response.Headers["X-Container-Object-Count"] = Objects.Count.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Container-Bytes-Used"] = Objects.Sum(item => item.Value.Length).ToString(CultureInfo.InvariantCulture);
        context.Response.StatusCode = context.Request.Method == "PUT" ? 201 : container ? 204 : 404;
        return Task.CompletedTask;
    }

    private async Task OfObject(HttpContext context, string name)
    {
        switch (context.Request.Method)
        {
            case "PUT":
                Objects[name] = await Body(context);
                context.Response.StatusCode = 201;
                context.Response.Headers.ETag = Hash(Objects[name]);
                break;
            case "DELETE":
                context.Response.StatusCode = Objects.TryRemove(name, out _) ? 204 : 404;
                break;
            default:
                if (Objects.TryGetValue(name, out var content))
                {
                    context.Response.Headers.ETag = Hash(content);
                    context.Response.Headers.LastModified = "Thu, 01 Jan 2026 00:00:00 GMT";
                }

                await Content(context, name);
                break;
        }
    }

    // The protocol's own sum.
#pragma warning disable CA5351
    private static string Hash(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
#pragma warning restore CA5351
}
