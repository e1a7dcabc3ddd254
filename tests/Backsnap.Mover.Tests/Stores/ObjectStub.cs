using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>
/// A store of the test itself, in memory, for the services of which no server can be had: as much of their interface as restic uses. It shows that
/// restic is reached, with the credentials that a Secret gives, and what it stores comes back; not how the services themselves behave.
/// </summary>
internal abstract class ObjectStub : IAsyncDisposable
{
    private readonly WebApplication app;

    protected ObjectStub(string? certificates)
    {
        app = Loopback.Build(certificates);
        app.Run(Answer);
    }

    /// <summary>The objects of the one bucket.</summary>
    public ConcurrentDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    public int Port => Loopback.Port(app);

    public Task Start() => app.StartAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    protected abstract Task Answer(HttpContext context);

    /// <summary>The path as it was sent, decoded once.</summary>
    protected static string PathOf(HttpContext context) =>
        Uri.UnescapeDataString(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0]);

    protected static async Task<byte[]> Body(HttpContext context)
    {
        using var memory = new MemoryStream();
        await context.Request.Body.CopyToAsync(memory);
        return memory.ToArray();
    }

    protected static Task Json(HttpContext context, object value, int status = 200)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(value);
    }

    /// <summary>An object, or the part of it that was asked for.</summary>
    protected async Task Content(HttpContext context, string name)
    {
        if (!Objects.TryGetValue(name, out var content))
        {
            context.Response.StatusCode = 404;
            return;
        }

        var (from, to) = (0, content.Length - 1);
        if (context.Request.Headers.Range.ToString() is ['b', 'y', 't', 'e', 's', '=', .. var range] && range.Split('-') is [var first, var last])
        {
            from = int.Parse(first, CultureInfo.InvariantCulture);
            to = last.Length == 0 ? to : Math.Min(to, int.Parse(last, CultureInfo.InvariantCulture));
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{content.Length}");
        }

        context.Response.ContentLength = to - from + 1;
        if (context.Request.Method != "HEAD")
            await context.Response.Body.WriteAsync(content.AsMemory(from, to - from + 1));
    }
}
