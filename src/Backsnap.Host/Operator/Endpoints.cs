using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using LanguageExt;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Operator;

/// <summary>/metrics, /healthz and /readyz, each at the address that its flag names.</summary>
internal static class Endpoints
{
    /// <summary>Opens the addresses; the result maps the paths once the application is built. None opens nothing.</summary>
    public static Action<WebApplication> Bind(WebApplicationBuilder builder, Option<IPEndPoint> metrics, Option<IPEndPoint> health)
    {
        builder.WebHost.ConfigureKestrel(server =>
        {
            foreach (var endpoint in metrics.ToSeq().Then(health.ToSeq()).Distinct())
            {
                // Any address of either family; where there is no IPv6, of the other.
                if (endpoint.Address.Equals(IPAddress.IPv6Any))
                {
                    server.ListenAnyIP(endpoint.Port);
                }
                else
                {
                    server.Listen(endpoint);
                }
            }
        });

        // Without an address Kestrel would choose one of its own; with the null server there is none.
        if (metrics.IsNone && health.IsNone)
        {
            builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
        }

        return app =>
        {
            app.MapGet("/metrics", (HttpContext context, OperatorHealth health) => IsAt(context, metrics) ? Scrape(context, health.Figures) : NotThere(context));
            app.MapGet("/healthz", (HttpContext context, OperatorHealth figures) => On(context, health, () => figures.IsStuck ? (503, "the loop makes no progress") : (200, "ok")));
            app.MapGet("/readyz", (HttpContext context, OperatorHealth figures) => On(context, health, () => figures.IsReady ? (200, "ok") : (503, "the cluster was not read yet")));
        };
    }

    /// <summary>Reads an address as the original's flags have it: <c>:8080</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>; empty or 0 for none.</summary>
    public static Either<string, Option<IPEndPoint>> Parse(string address)
    {
        if (address is "" or "0")
        {
            return Right<string, Option<IPEndPoint>>(None);
        }

        var colon = address.LastIndexOf(':');
        return colon >= 0 && Port(address[(colon + 1)..]) is { } port && Host(address[..colon]) is { } host
            ? Right<string, Option<IPEndPoint>>(new IPEndPoint(host, port))
            : Left<string, Option<IPEndPoint>>($"'{address}' is not an address to listen on: write :PORT, IP:PORT or [IPv6]:PORT, as in :8080 or 127.0.0.1:8080, or 0 for none");
    }

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort ? port : null;

    private static IPAddress? Host(string text) => text switch
    {
        "" => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        ['[', .. var inner, ']'] => IPAddress.TryParse(inner, out var six) && six.AddressFamily == AddressFamily.InterNetworkV6 ? six : null,
        _ => IPAddress.TryParse(text, out var four) && four.AddressFamily == AddressFamily.InterNetwork && text.Count(c => c == '.') == 3 ? four : null,
    };

    private static IResult On(HttpContext context, Option<IPEndPoint> endpoint, Func<(int Status, string Text)> answer)
    {
        if (!IsAt(context, endpoint))
        {
            return Results.NotFound();
        }

        var (status, text) = answer();
        return Results.Text(text, "text/plain; charset=utf-8", statusCode: status);
    }

    private static bool IsAt(HttpContext context, Option<IPEndPoint> endpoint) => endpoint.Exists(at => at.Port == 0 || at.Port == context.Connection.LocalPort);

    private static Task Scrape(HttpContext context, Figures figures)
    {
        context.Response.ContentType = TextFormat.ContentType;
        return TextFormat.WriteAsync(figures.Samples(), context.Response.BodyWriter, context.RequestAborted);
    }

    private static Task NotThere(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private sealed class NoServer : Microsoft.AspNetCore.Hosting.Server.IServer
    {
        public Microsoft.AspNetCore.Http.Features.IFeatureCollection Features { get; } = new Microsoft.AspNetCore.Http.Features.FeatureCollection();

        public Task StartAsync<TContext>(Microsoft.AspNetCore.Hosting.Server.IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
