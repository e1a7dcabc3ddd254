using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Tests.Telemetry;

/// <summary>A span as it arrived.</summary>
internal sealed record SpanSeen(string Name, string TraceId, string Id, string Parent, ulong Kind, IReadOnlyDictionary<string, string> Tags, ulong Status, string Why);

/// <summary>A point of a metric as it arrived: its value, or a histogram's count.</summary>
internal sealed record PointSeen(string Metric, string Unit, string Form, IReadOnlyDictionary<string, string> Tags, double Value, int Collection);

/// <summary>A collector that takes traces and metrics by OTLP, over HTTP or gRPC, and keeps what it has got.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private const int GrpcPrefix = 5;

    private readonly ConcurrentQueue<SpanSeen> spans = new();
    private readonly ConcurrentQueue<IReadOnlyList<PointSeen>> points = new();
    private readonly ConcurrentQueue<IReadOnlyDictionary<string, string>> resources = new();
    private readonly WebApplication app;
    private int collections;

    private OtlpReceiver(WebApplication app)
    {
        this.app = app;
        app.MapPost("/v1/traces", context => Take(context, TakeTraces));
        app.MapPost("/v1/metrics", context => Take(context, TakeMetrics));
        app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", context => TakeGrpc(context, TakeTraces));
        app.MapPost("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", context => TakeGrpc(context, TakeMetrics));
    }

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public IReadOnlyCollection<SpanSeen> Spans => spans;

    public IReadOnlyCollection<PointSeen> Points => [.. points.SelectMany(collected => collected)];

    /// <summary>What is said of who sends, each time.</summary>
    public IReadOnlyCollection<IReadOnlyDictionary<string, string>> Resources => resources;

    public static async Task<OtlpReceiver> StartAsync(bool grpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        await receiver.app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task Take(HttpContext context, Action<ProtoMessage> take)
    {
        take(new ProtoMessage(await Body(context)));
        context.Response.ContentType = "application/x-protobuf";
    }

    private static async Task TakeGrpc(HttpContext context, Action<ProtoMessage> take)
    {
        take(new ProtoMessage((await Body(context))[GrpcPrefix..]));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[GrpcPrefix]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static async Task<ReadOnlyMemory<byte>> Body(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        return body.ToArray();
    }

    private void TakeTraces(ProtoMessage message)
    {
        foreach (var part in message.Messages(1))
        {
            resources.Enqueue(part.Message(1)!.Attributes(1));
            foreach (var span in part.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                spans.Enqueue(new SpanSeen(
                    span.Text(5), span.Hex(1), span.Hex(2), span.Hex(4), span.Number(6), span.Attributes(9), span.Message(15)?.Number(3) ?? 0, span.Message(15)?.Text(2) ?? ""));
            }
        }
    }

    private void TakeMetrics(ProtoMessage message)
    {
        var collection = Interlocked.Increment(ref collections);
        var collected = new List<PointSeen>();
        foreach (var part in message.Messages(1))
        {
            resources.Enqueue(part.Message(1)!.Attributes(1));
            foreach (var metric in part.Messages(2).SelectMany(scope => scope.Messages(2)))
            {
                var (field, form) = metric.Has(5) ? (5, "gauge") : metric.Has(7) ? (7, "sum") : (9, "histogram");
                foreach (var point in metric.Message(field)!.Messages(1))
                {
                    collected.Add(new PointSeen(
                        metric.Text(1), metric.Text(3), form, point.Attributes(form == "histogram" ? 9 : 7), form == "histogram" ? point.Number(4) : point.Has(4) ? point.Real(4) : (long)point.Number(6), collection));
                }
            }
        }

        points.Enqueue(collected);
    }
}
