using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backsnap.Kubernetes.Tests.Support;

/// <summary>A request as a <see cref="TestServer"/> saw it.</summary>
public sealed record SeenRequest(
    string Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, string Body, X509Certificate2? Certificate)
{
    public string Path => PathAndQuery.Split('?')[0];

    public string? Query(string name) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(PathAndQuery.Contains('?', StringComparison.Ordinal) ? PathAndQuery[PathAndQuery.IndexOf('?', StringComparison.Ordinal)..] : "")
            .TryGetValue(name, out var value) ? value.ToString() : null;
}

/// <summary>An HTTP server on a free port of this machine, whose answers the test writes: the n-th request gets the n-th answer.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SeenRequest> _seen = new();

    private TestServer(WebApplication app) => _app = app;

    public IReadOnlyList<SeenRequest> Seen => [.. _seen];

    public Uri Address => new(_app.Urls.Single());

    public KubeConnection Connection => new(Address, "the test");

    public static Task<TestServer> StartAsync(params Answer[] answers) =>
        StartAsync((_, at) => at < answers.Length ? answers[at] : throw new InvalidOperationException($"request {at + 1} has no answer"));

    public static async Task<TestServer> StartAsync(
        Func<SeenRequest, int, Answer> answer, X509Certificate2Collection? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is null) return;
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate[0];
                https.ServerCertificateChain = [.. certificate.Skip(1)];
                https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                https.AllowAnyClientCertificate();
            });
        }));
        var server = new TestServer(builder.Build());
        var count = -1;
        server._app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
            var seen = new SeenRequest(
                context.Request.Method,
                context.Features.Get<IHttpRequestFeature>()!.RawTarget,
                context.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                await reader.ReadToEndAsync(context.RequestAborted),
                context.Connection.ClientCertificate);
            server._seen.Enqueue(seen);
            await answer(seen, Interlocked.Increment(ref count)).WriteAsync(context);
        });
        await server._app.StartAsync();
        return server;
    }

    public KubernetesClient Client(ClientOptions? options = null) => new(Connection, options ?? new ClientOptions { Time = new ImpatientTime() });

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>What a <see cref="TestServer"/> says to one request.</summary>
public sealed record Answer(Func<HttpContext, Task> WriteAsync)
{
    public static Answer Json(string json, int status = 200) => Text(json, status, "application/json");

    public static Answer Text(string text, int status = 200, string type = "text/plain") => new(async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(text);
    });

    public static Answer Status(int code, string reason, string message = "because", string details = "{}") => Json(
        $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","details":{{details}},"code":{{code}}}""",
        code);

    /// <summary>The connection ends before there is an answer.</summary>
    public static Answer Cut { get; } = new(context =>
    {
        context.Abort();
        return Task.CompletedTask;
    });

    /// <summary>Nothing, until the client gives up.</summary>
    public static Answer Silence { get; } = new(context => UntilGoneAsync(context));

    /// <summary>Pieces, each sent at once; then the end of the answer, the end of the connection, or nothing for as long as the client likes.</summary>
    public static Answer Stream(Ending ending, params string[] pieces) => new(async context =>
    {
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync();
        foreach (var piece in pieces)
        {
            await context.Response.WriteAsync(piece);
            await context.Response.Body.FlushAsync();
        }

        // Kestrel then closes the connection after what was written, without the mark of a proper end; Abort would drop what was written.
        if (ending == Ending.Cut) throw new IOException("the test cuts the connection");
        if (ending == Ending.Open) await UntilGoneAsync(context);
    });

    public Answer With(string header, string value) => new(async context =>
    {
        context.Response.Headers[header] = value;
        await WriteAsync(context);
    });

    private static async Task UntilGoneAsync(HttpContext context)
    {
        var stopping = context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        var end = new TaskCompletionSource();
        await using var registration = gone.Token.Register(end.SetResult);
        await end.Task;
    }
}

public enum Ending
{
    Proper,
    Cut,
    Open,
}
