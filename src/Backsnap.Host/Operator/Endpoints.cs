using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Backsnap.Host.Operator;

/// <summary>/metrics, /healthz and /readyz, each at the address that its flag names.</summary>
internal static class Endpoints
{
    /// <summary>Opens the addresses; the result maps the paths once the application is built. An address of 0 (or none) opens nothing.</summary>
    public static Action<WebApplication> Bind(WebApplicationBuilder builder, string metrics, string health)
    {
        var (metricsAt, healthAt) = (Parse(metrics), Parse(health));
        builder.WebHost.ConfigureKestrel(server =>
        {
            foreach (var endpoint in new[] { metricsAt, healthAt }.OfType<IPEndPoint>().Distinct())
            {
                server.Listen(endpoint);
            }
        });

        // Without an address Kestrel would choose one of its own; with the null server there is none.
        if (metricsAt is null && healthAt is null)
        {
            builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
        }

        return app =>
        {
            app.MapGet("/metrics", (HttpContext context, OperatorHealth figures) => On(context, metricsAt, () => (200, figures.Metrics())));
            app.MapGet("/healthz", (HttpContext context) => On(context, healthAt, () => (200, "ok")));
            app.MapGet("/readyz", (HttpContext context, OperatorHealth figures) => On(context, healthAt, () => figures.IsReady ? (200, "ok") : (503, "the cluster was not read yet")));
        };
    }

    /// <summary>Reads an address as the original's flags have it: <c>:8080</c>, <c>127.0.0.1:8080</c>, <c>[::1]:8080</c>; 0 for none.</summary>
    public static IPEndPoint? Parse(string address)
    {
        if (address is "" or "0")
        {
            return null;
        }

        var colon = address.LastIndexOf(':');
        var host = colon <= 0 ? "" : address[..colon].Trim('[', ']');
        return int.TryParse(address[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? new IPEndPoint(host.Length == 0 ? IPAddress.Any : host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(host), port)
            : null;
    }

    private static IResult On(HttpContext context, IPEndPoint? endpoint, Func<(int Status, string Text)> answer)
    {
        if (endpoint is null || (endpoint.Port != 0 && context.Connection.LocalPort != endpoint.Port))
        {
            return Results.NotFound();
        }

        var (status, text) = answer();
        return Results.Text(text, "text/plain; version=0.0.4; charset=utf-8", statusCode: status);
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
