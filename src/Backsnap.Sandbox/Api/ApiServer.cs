using System.Net;
using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Rights;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Backsnap.Sandbox.Api;

/// <summary>The Kubernetes API over HTTPS on 127.0.0.1.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ServerIdentity identity;

    private ApiServer(WebApplication app, ServerIdentity identity)
    {
        this.app = app;
        this.identity = identity;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Url = new UriBuilder(address) { Host = "127.0.0.1" }.Uri;
    }

    public Uri Url { get; }
    public string Kubeconfig => identity.Kubeconfig(Url);

    public static async Task<ApiServer> StartAsync(ObjectStore store, IPodLogs logs, SandboxOptions options, CancellationToken ct)
    {
        var identity = ServerIdentity.Create();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 3 * 1024 * 1024;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.UseHttps(identity.Certificate));
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        var app = builder.Build();
        var tokens = new Tokens(store, identity.Token);
        var authorizer = new Authorizer(store);
        var router = new Router(store, logs, tokens, authorizer, options, app.Lifetime.ApplicationStopping);
        app.Run(context => HandleAsync(context, tokens, authorizer, router, options));
        await app.StartAsync(ct);
        return new ApiServer(app, identity);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        identity.Dispose();
    }

    private static async Task HandleAsync(HttpContext http, Tokens tokens, Authorizer authorizer, Router router, SandboxOptions options)
    {
        try
        {
            if (!Router.IsOpen(http.Request.Path))
            {
                if (tokens.Authenticate(http.Request.Headers.Authorization) is not { } user)
                {
                    await Reply.ErrorAsync(http, new ApiError(401, "Unauthorized", "Unauthorized"));
                    return;
                }

                var asked = Asking.Attributes(http.Request);
                if (authorizer.Refusal(user, asked) is { } refusal)
                {
                    options.Log($"refused: {refusal.Message}");
                    await Reply.ErrorAsync(http, refusal);
                    return;
                }

                Asking.Remember(http, user, asked);
            }

            options.OnRequest(http.Request.Method, http.Request.Path + http.Request.QueryString);
            await router.HandleAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested || router.Stopping.IsCancellationRequested)
        {
            // The client has gone, or the server goes.
        }
        catch (IOException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone.
        }
        catch (BadHttpRequestException bad)
        {
            await Reply.ErrorAsync(http, new ApiError(bad.StatusCode, bad.StatusCode == 413 ? "RequestEntityTooLarge" : "BadRequest", bad.Message));
        }
        catch (Exception failure)
        {
            options.Log($"{http.Request.Method} {http.Request.Path}: {failure}");
            if (!http.Response.HasStarted)
            {
                await Reply.ErrorAsync(http, new ApiError(500, "InternalError", $"Internal error occurred: {failure.Message}"));
            }
        }
    }
}
