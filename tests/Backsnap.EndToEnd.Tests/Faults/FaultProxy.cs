using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Backsnap.Host.Tests.Stores;
using Backsnap.Kubernetes;
using Backsnap.Sandbox.Rights;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backsnap.EndToEnd.Tests.Faults;

/// <summary>
/// Stands between an operator and the API server of whatever cluster the tests run on, passes requests on with the credentials of a kubeconfig, and does to
/// them what a test wants. To the operator it is the API server: what it does not hear of, did not happen, and when it is down, the server is.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly KubeConnection server;
    private readonly Transport transport;
    private readonly CredentialSource credentials;
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("backsnap-proxy-");
    private readonly int port = LoopbackPort.Free();
    private readonly ConcurrentDictionary<string, int> tally = new(StringComparer.Ordinal);
    private readonly Lock falling = new();
    private WebApplication? listening;
    private CancellationTokenSource watching = new();

    // Up to which version nothing is known any more, of a kind; of all kinds under the empty name.
    private readonly ConcurrentDictionary<string, long> forgotten = new(StringComparer.Ordinal);

    private FaultProxy(KubeConnection server)
    {
        (this.server, transport, credentials) = (server, new Transport(server), CredentialSource.For(server, TimeProvider.System));
        Kubeconfig = Path.Combine(home.FullName, "kubeconfig");
        File.WriteAllText(Kubeconfig, $"""
            apiVersion: v1
            kind: Config
            current-context: proxy
            contexts: [{"{"}name: proxy, context: {"{"}cluster: proxy, user: nobody{"}"}{"}"}]
            clusters: [{"{"}name: proxy, cluster: {"{"}server: "http://127.0.0.1:{port}"{"}"}{"}"}]
            users: [{"{"}name: nobody, user: {"{"}{"}"}{"}"}]
            """);
    }

    /// <summary>The kubeconfig of whoever is to be troubled.</summary>
    public string Kubeconfig { get; }

    /// <summary>What befalls a request; asked once for each, by several threads.</summary>
    public Func<RequestAttributes, Fault> Faults { get; set; } = _ => Fault.None;

    /// <summary>Whether nobody listens.</summary>
    public bool IsDown => Volatile.Read(ref listening) is null;

    /// <summary>Begins to listen.</summary>
    public static async Task<FaultProxy> Start(string kubeconfig)
    {
        var proxy = new FaultProxy(KubeConnection.Load(new ConnectionOptions { Kubeconfig = kubeconfig }, KubeEnvironment.Process).Match(
            connection => connection,
            error => throw new InvalidOperationException(error.Explain())));
        await proxy.Listen();
        return proxy;
    }

    /// <summary>How often a request met what is meant by a word (<see cref="Fault.Word"/>); of all, or of those of a verb and resource.</summary>
    public int Met(string word, string? about = null) => tally.GetValueOrDefault(about is null ? word : $"{word}: {about}");

    /// <summary>What was met, for a person.</summary>
    public string Tally => string.Join(", ", tally.Where(entry => !entry.Key.Contains(':', StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key} {entry.Value}"));

    /// <summary>Breaks the connections of all watches that run.</summary>
    public async Task BreakWatches()
    {
        using var before = Interlocked.Exchange(ref watching, new CancellationTokenSource());
        await before.CancelAsync();
    }

    /// <summary>Closes the port and all connections, as a server does that is killed.</summary>
    public async Task GoDown()
    {
        WebApplication? falls;
        lock (falling)
        {
            (falls, listening) = (listening, null);
        }

        if (falls is not null)
        {
            using var atOnce = new CancellationTokenSource();
            await atOnce.CancelAsync();
            await falls.StopAsync(atOnce.Token);
            await falls.DisposeAsync();
        }
    }

    /// <summary>Listens again at the same port.</summary>
    /// <param name="forgets">Whether no watch can go on from a version of before, as with a server whose cache begins anew.</param>
    public async Task ComeBack(bool forgets)
    {
        if (forgets)
        {
            await Forget("");
        }

        await Listen();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await GoDown();
        watching.Dispose();
        transport.Dispose();
        credentials.Dispose();
        home.Delete(recursive: true);
    }

    private async Task Listen()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        app.Run(Serve);
        await app.StartAsync();
        Volatile.Write(ref listening, app);
    }

    private async Task Serve(HttpContext http)
    {
        try
        {
            var asked = Asking.Attributes(http.Request);
            var fault = IsOfForgottenVersion(http.Request, asked) ? new Fault.Refused(410, "Expired") : Faults(asked);
            Count(fault.Word);
            Count($"{fault.Word}: {asked.Verb} {asked.Combined}");
            await Serve(http, fault, asked);
        }
        catch (Exception gone) when (gone is OperationCanceledException or HttpRequestException or IOException)
        {
            // Either side has gone; the other hears of it as it would without us.
            http.Abort();
        }
    }

    private async Task Serve(HttpContext http, Fault fault, RequestAttributes asked)
    {
        var watch = asked.Verb == "watch";
        switch (fault)
        {
            case Fault.Refused { Done: false } refused:
                // A version that is said to be forgotten stays so.
                await (watch && refused.Status == 410 ? Forget(asked.Combined) : Task.CompletedTask);
                await Refuse(http, refused);
                return;
            case Fault.CutBefore:
                http.Abort();
                return;
            case Fault.Slow slow when slow.Before > TimeSpan.Zero:
                await Task.Delay(slow.Before, http.RequestAborted);
                break;
        }

        // What has reached the server is carried out, whatever becomes of who asked.
        using var answer = await Pass(http, watch ? http.RequestAborted : CancellationToken.None);
        switch (fault)
        {
            case Fault.Refused refused:
                await Refuse(http, refused);
                return;
            case Fault.CutAfter:
                http.Abort();
                return;
            case Fault.Unanswered:
                await Task.Delay(Timeout.Infinite, http.RequestAborted);
                return;
            case Fault.ServerEnds:
                await GoDown();
                return;
            case Fault.Slow slow when slow.After > TimeSpan.Zero:
                await Task.Delay(slow.After, http.RequestAborted);
                break;
        }

        Head(http, answer);
        await using var body = await answer.Content.ReadAsStreamAsync(http.RequestAborted);
        await (watch && answer.IsSuccessStatusCode ? Tell(http, body, asked.Combined, fault) : body.CopyToAsync(http.Response.Body, http.RequestAborted));
    }

    private async Task<HttpResponseMessage> Pass(HttpContext http, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), Address(http.Request.Path + http.Request.QueryString));
        request.Headers.TryAddWithoutValidation("Accept", http.Request.Headers.Accept.ToString());
        request.Headers.TryAddWithoutValidation("User-Agent", http.Request.Headers.UserAgent.ToString());
        if (http.Request.ContentType is { } type)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body, http.RequestAborted);
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await Send(request, cancel);
    }

    private async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancel)
    {
        var proof = await credentials.GetAsync(cancel) as Shown.Proof ?? throw new InvalidOperationException("the kubeconfig has no credentials to show");
        request.Headers.Authorization = proof.Authorization;
        request.Headers.Host = server.TlsServerName;
        return await transport.SendAsync(request, proof.Certificate, cancel);
    }

    private Uri Address(string path) => new(server.Server.GetLeftPart(UriPartial.Path).TrimEnd('/') + path);

    private static void Head(HttpContext http, HttpResponseMessage answer)
    {
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        foreach (var name in new[] { "Date", "Retry-After", "Warning" })
        {
            if (answer.Headers.TryGetValues(name, out var values))
            {
                http.Response.Headers[name] = values.ToArray();
            }
        }
    }

    // Line by line, so that a watch can end between two of them.
    private async Task Tell(HttpContext http, Stream body, string kind, Fault fault)
    {
        var (end, lag) = (fault as Fault.WatchEnds, fault is Fault.WatchLags lags ? lags.By : TimeSpan.Zero);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, Volatile.Read(ref watching).Token);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        var told = 0;
        await foreach (var (line, at) in Lines(body, either.Token).ReadAllAsync(either.Token))
        {
            await (lag - Stopwatch.GetElapsedTime(at) is { Ticks: > 0 } left ? Task.Delay(left, either.Token) : Task.CompletedTask);
            switch (told++ == end?.Lines ? end.How : (WatchEnd?)null)
            {
                case WatchEnd.Closed:
                    return;
                case WatchEnd.Broken:
                    http.Abort();
                    return;
                case WatchEnd.BrokenWithin:
                    await Write(http, line[..(line.Length / 2)]);
                    http.Abort();
                    return;
                case WatchEnd.Expired:
                    await Forget(kind);
                    await Write(http, new JsonObject { ["type"] = "ERROR", ["object"] = Status(new Fault.Refused(410, "Expired")) }.ToJsonString() + "\n");
                    return;
                case null:
                    await Write(http, line + "\n");
                    break;
            }
        }
    }

    // What comes, and when: it is read as it comes, however late it is told.
    private static ChannelReader<(string Line, long At)> Lines(Stream body, CancellationToken cancel)
    {
        var lines = Channel.CreateUnbounded<(string, long)>();
        _ = Read();
        return lines.Reader;

        async Task Read()
        {
            try
            {
                using var reader = new StreamReader(body);
                while (await reader.ReadLineAsync(cancel) is { } line)
                {
                    await lines.Writer.WriteAsync((line, Stopwatch.GetTimestamp()), cancel);
                }

                lines.Writer.Complete();
            }
            catch (Exception gone)
            {
                lines.Writer.Complete(gone);
            }
        }
    }

    private static async Task Write(HttpContext http, string text)
    {
        await http.Response.WriteAsync(text, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
    }

    private static Task Refuse(HttpContext http, Fault.Refused refused)
    {
        http.Response.StatusCode = refused.Status;
        http.Response.ContentType = "application/json";
        if (refused.RetryAfterSeconds is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return http.Response.WriteAsync(Status(refused).ToJsonString(), http.RequestAborted);
    }

    private static JsonObject Status(Fault.Refused refused) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = "a test wants it so",
        ["reason"] = refused.Reason,
        ["code"] = refused.Status,
    };

    private bool IsOfForgottenVersion(HttpRequest request, RequestAttributes asked) =>
        asked.Verb == "watch" && long.TryParse(request.Query["resourceVersion"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
        && version > 0 && version < Math.Max(forgotten.GetValueOrDefault(asked.Combined), forgotten.GetValueOrDefault(""));

    // Everything but what the server says now.
    private async Task Forget(string kind)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address("/api/v1/namespaces?limit=1"));
        using var answer = await Send(request, CancellationToken.None);
        var list = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        forgotten[kind] = long.Parse((string)list["metadata"]!["resourceVersion"]!, CultureInfo.InvariantCulture);
    }

    private void Count(string word) => tally.AddOrUpdate(word, 1, (_, before) => before + 1);
}
