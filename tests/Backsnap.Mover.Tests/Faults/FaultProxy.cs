using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Backsnap.Mover.Tests.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Backsnap.Mover.Tests.Faults;

/// <summary>
/// Stands between restic and a store and makes trouble by rule. It passes requests on as they came, the <c>Host</c> header too, so that
/// their signatures stay valid.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient upstream;
    private readonly Uri store;
    private int requests;
    private volatile Func<Asked, Fault> rule = static _ => new Fault.None();

    private FaultProxy(WebApplication app, HttpClient upstream, Uri store) => (this.app, this.upstream, this.store) = (app, upstream, store);

    /// <summary>Decides on each request; may be changed at any time, and is called from several threads at once.</summary>
    public Func<Asked, Fault> Rule
    {
        get => rule;
        set => rule = value;
    }

    /// <summary>How many requests came.</summary>
    public int Requests => Volatile.Read(ref requests);

    public int Port => Loopback.Port(app);

    /// <summary>Starts a proxy before a store.</summary>
    /// <param name="store">The store's scheme, host and port.</param>
    /// <param name="certificates">A directory with ca.pem, cert.pem and key.pem when both sides speak TLS.</param>
    public static async Task<FaultProxy> Start(Uri store, string? certificates = null)
    {
        var app = Loopback.Build(certificates);
        var proxy = new FaultProxy(app, Client(certificates), store);
        app.Run(proxy.Answer);
        await app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        upstream.Dispose();
    }

    private static HttpClient Client(string? certificates)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = System.Net.DecompressionMethods.None };
        if (certificates is not null)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(Path.Combine(certificates, "ca.pem")));
            handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy, TargetHost = "127.0.0.1" };
        }

        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private async Task Answer(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var asked = new Asked(Interlocked.Increment(ref requests), context.Request.Method, target) { Header = name => context.Request.Headers[name] };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, app.Lifetime.ApplicationStopping);
        try
        {
            await Answer(context, rule(asked), target, stop.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or HttpRequestException or IOException)
        {
            context.Abort();
        }
    }

    private async Task Answer(HttpContext context, Fault fault, string target, CancellationToken stop)
    {
        switch (fault)
        {
            case Fault.Refuse(var status, var body, var type):
                context.Response.StatusCode = status;
                context.Response.ContentType = type;
                await context.Request.Body.CopyToAsync(Stream.Null, stop);
                if (context.Request.Method != "HEAD")
                    await context.Response.WriteAsync(body, stop);
                break;
            case Fault.Reset:
                context.Abort();
                break;
            case Fault.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                break;
            case Fault.CutUpload(var bytes):
                await Throttle.Copy(context.Request.Body, Stream.Null, rate: null, limit: bytes, stop);
                context.Abort();
                break;
            case Fault.Delay(var time):
                await Task.Delay(time, stop);
                await Pass(context, target, rate: null, limit: null, stop);
                break;
            case Fault.Hold(var until):
                await until.WaitAsync(stop);
                await Pass(context, target, rate: null, limit: null, stop);
                break;
            case Fault.Slow(var rate):
                await Pass(context, target, rate, limit: null, stop);
                break;
            case Fault.CutDownload(var bytes):
                await Pass(context, target, rate: null, limit: bytes, stop);
                context.Abort();
                break;
            case Fault.None:
                await Pass(context, target, rate: null, limit: null, stop);
                break;
        }
    }

    private async Task Pass(HttpContext context, string target, int? rate, long? limit, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method),
            new Uri(store.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (context.Request.ContentLength is > 0 || context.Request.Headers.TransferEncoding.Count > 0)
            request.Content = new StreamContent(rate is { } limited ? new ThrottledStream(context.Request.Body, limited) : context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
            if (name is not ("Expect" or "Connection" or "Transfer-Encoding") && !request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());

        using var answer = await upstream.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            if (name is not ("Transfer-Encoding" or "Connection"))
                context.Response.Headers[name] = values.ToArray();
        if (context.Request.Method != "HEAD")
            await Throttle.Copy(await answer.Content.ReadAsStreamAsync(stop), context.Response.Body, rate, limit, stop);
        if (limit is null)
            await context.Response.CompleteAsync();
        else
            await context.Response.Body.FlushAsync(stop);
    }
}
