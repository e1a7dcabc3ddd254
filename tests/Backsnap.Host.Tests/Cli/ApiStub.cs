using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Tests.Cli;

/// <summary>What an <see cref="ApiStub"/> answers.</summary>
internal sealed record StubAnswer(int Status, string Body, string Type = "application/json")
{
    public static StubAnswer EmptyList { get; } = new(200, """{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}""");

    public static StubAnswer Version { get; } = new(200, """{"major":"1","minor":"36","gitVersion":"v1.36.0"}""");

    public static StubAnswer Refusal(int code, string reason, string message) => new(
        code, $$"""{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"{{message}}","reason":"{{reason}}","code":{{code}}}""");
}

/// <summary>A server on this machine that is no cluster but answers as the test says; a kubeconfig file that leads to it.</summary>
internal sealed class ApiStub : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("backsnap-cli-");

    private ApiStub(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public int Port => new Uri(Address).Port;

    public string Kubeconfig => Path.Combine(home.FullName, "kubeconfig");

    /// <summary>A server that is as a cluster with nothing in it, but for what <paramref name="answer"/> gives for a path.</summary>
    public static async Task<ApiStub> StartAsync(Func<string, StubAnswer?> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var stub = new ApiStub(builder.Build());
        stub.app.Run(async context =>
        {
            var path = context.Request.Path.Value ?? "";
            var said = answer(path) ?? (path == "/version" ? StubAnswer.Version : StubAnswer.EmptyList);
            context.Response.StatusCode = said.Status;
            context.Response.ContentType = said.Type;
            await context.Response.WriteAsync(said.Body);
        });
        await stub.app.StartAsync();
        File.WriteAllText(stub.Kubeconfig, KubeconfigFor(stub.Address));
        return stub;
    }

    /// <summary>A kubeconfig whose one context is <c>test</c>.</summary>
    public static string KubeconfigFor(string server) =>
        $$$"""
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{name: test, cluster: {server: "{{{server}}}"}}]
        users: [{name: test, user: {token: let-me-in}}]
        contexts: [{name: test, context: {cluster: test, user: test}}]
        """;

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        home.Delete(recursive: true);
    }
}
