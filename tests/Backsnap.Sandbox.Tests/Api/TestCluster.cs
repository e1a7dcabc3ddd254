using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Backsnap.Sandbox.Tests.Api;

/// <summary>A started cluster with the widgets of the recordings, and a plain HTTP client for it.</summary>
internal sealed partial class TestCluster : IAsyncDisposable
{
    private readonly ScratchDirectory scratch;
    private readonly HttpClientHandler handler = new() { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };

    private TestCluster(SandboxCluster sandbox, ScratchDirectory scratch)
    {
        this.scratch = scratch;
        Sandbox = sandbox;
        Client = new HttpClient(handler) { BaseAddress = sandbox.Url };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token().Match(sandbox.Kubeconfig).Groups[1].Value);
    }

    public SandboxCluster Sandbox { get; }
    public HttpClient Client { get; }
    public string this[string file] => scratch[file];

    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", "contract", name);

    public static async Task<TestCluster> StartAsync()
    {
        var scratch = new ScratchDirectory();
        var sandbox = await SandboxCluster.StartAsync(new SandboxOptions
        {
            DataDirectory = scratch["data"],
            DefinitionFiles = [Fixture("widget.yaml")],
            BookmarkInterval = TimeSpan.FromMilliseconds(200),
        });
        return new TestCluster(sandbox, scratch);
    }

    public async Task<(int Status, JsonNode? Body, string Text, HttpResponseMessage Response)> SendAsync(
        string method, string path, string? body = null, string contentType = "application/json", string? accept = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        var json = response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(text) : null;
        return ((int)response.StatusCode, json, text, response);
    }

    /// <summary>Creates an object with as little as it takes; the answer must be 201.</summary>
    public async Task<JsonObject> CreateAsync(string path, JsonObject obj)
    {
        var (status, body, text, _) = await SendAsync("POST", path, obj.ToJsonString());
        Assert.True(status == 201, text);
        return body!.AsObject();
    }

    public Task<JsonObject> CreateNamespaceAsync(string name) =>
        CreateAsync("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });

    /// <summary>Reads a watch, event by event, until it ends or <paramref name="ct"/> says so; calls <paramref name="opened"/> when it has begun.</summary>
    public async IAsyncEnumerable<JsonObject> WatchAsync(string path, Action opened, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        using var response = await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        opened();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(ct));
        while (await reader.ReadLineAsync(ct) is { } line)
        {
            yield return JsonNode.Parse(line)!.AsObject();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        handler.Dispose();
        await Sandbox.DisposeAsync();
        scratch.Dispose();
    }

    [GeneratedRegex("token: (\\S+)")]
    private static partial Regex Token();
}
