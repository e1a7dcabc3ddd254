using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Credentials;

[UnsupportedOSPlatform("windows")]
public sealed class CredentialTests : IDisposable
{
    private const string V1 = "client.authentication.k8s.io/v1";
    private readonly TemporaryDirectory _directory = new();
    private readonly ImpatientTime _time = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Name_and_password_or_a_token_are_shown()
    {
        await using var server = await TestServer.StartAsync((_, _) => Answer.Json("{}"));
        await AskAsync(server, new KubeCredential.Basic("me", "päss"), 1);
        await AskAsync(server, new KubeCredential.Token("t"), 1);
        await AskAsync(server, new KubeCredential.None(), 1);

        var basic = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("me:päss"));
        Assert.Equal([basic, "Bearer t", null], Shown(server));
    }

    [Fact]
    public async Task A_token_file_is_read_again_after_a_minute()
    {
        var file = _directory.Write("token", "one\n");
        await using var server = await TestServer.StartAsync((_, _) => Answer.Json("{}"));
        using var client = Client(server, new KubeCredential.TokenFile(file));

        await client.VersionAsync(default);
        File.WriteAllText(file, "two");
        await client.VersionAsync(default);
        _time.Advance(TimeSpan.FromSeconds(61));
        await client.VersionAsync(default);
        File.Delete(file);
        _time.Advance(TimeSpan.FromSeconds(61));
        await client.VersionAsync(default);

        Assert.Equal(["Bearer one", "Bearer one", "Bearer two", "Bearer two"], Shown(server));
    }

    [Fact]
    public async Task A_token_that_is_not_accepted_is_read_again_at_once_but_once()
    {
        var file = _directory.Write("token", "one");
        await using var server = await TestServer.StartAsync((seen, _) =>
        {
            if (seen.Headers["Authorization"] == "Bearer two") return Answer.Json("{}");
            File.WriteAllText(file, "two");
            return Answer.Status(401, "Unauthorized");
        });
        using var client = Client(server, new KubeCredential.TokenFile(file));

        Assert.True((await client.VersionAsync(default)).IsOk);
        Assert.Equal(["Bearer one", "Bearer two"], Shown(server));
    }

    [Fact]
    public async Task A_token_that_stays_unaccepted_is_an_error()
    {
        await using var server = await TestServer.StartAsync((_, _) => Answer.Status(401, "Unauthorized"));
        using var client = Client(server, new KubeCredential.TokenFile(_directory.Write("token", "one")));

        var error = (await client.VersionAsync(default)).Error();

        Assert.Equal(ApiErrorKind.Unauthorized, error.Kind);
        Assert.Contains("renew those of the test", error.Explain(), StringComparison.Ordinal);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_missing_token_file_is_named()
    {
        await using var server = await TestServer.StartAsync();
        using var client = Client(server, new KubeCredential.TokenFile("/nowhere/token"));

        Assert.Contains("/nowhere/token cannot be read", (await client.VersionAsync(default)).Error().Explain(), StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task A_plugin_is_run_once_until_its_credentials_expire()
    {
        var expires = (_time.GetUtcNow() + TimeSpan.FromMinutes(5)).ToString("yyyy-MM-ddTHH:mm:ssZ");
        var plugin = Counting($$"""{"token":"t'$n'","expirationTimestamp":"{{expires}}"}""");
        await using var server = await TestServer.StartAsync((_, _) => Answer.Json("{}"));
        using var client = Client(server, plugin);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.VersionAsync(default)));
        _time.Advance(TimeSpan.FromMinutes(5));
        await client.VersionAsync(default);

        Assert.Equal(["Bearer t1", "Bearer t1", "Bearer t1", "Bearer t1", "Bearer t1", "Bearer t2"], Shown(server));
    }

    [Fact]
    public async Task A_plugin_is_run_again_once_when_the_server_does_not_accept_its_token()
    {
        await using var server = await TestServer.StartAsync((seen, _) =>
            seen.Headers["Authorization"] == "Bearer t1" ? Answer.Status(401, "Unauthorized") : Answer.Json("{}"));
        using var client = Client(server, Counting("""{"token":"t'$n'"}"""));
        Assert.True((await client.VersionAsync(default)).IsOk);

        await using var strict = await TestServer.StartAsync((_, _) => Answer.Status(401, "Unauthorized"));
        using var refused = Client(strict, Counting("""{"token":"t'$n'"}"""));
        Assert.Equal(ApiErrorKind.Unauthorized, (await refused.VersionAsync(default)).Error().Kind);

        Assert.Equal(["Bearer t1", "Bearer t2"], Shown(server));
        Assert.Equal(2, strict.Seen.Count);
    }

    [Fact]
    public async Task A_plugin_learns_what_is_wanted_of_it()
    {
        var script = _directory.WriteScript("plugin", $$"""
            echo "$KUBERNETES_EXEC_INFO" > "{{_directory.Path}}/info"
            echo "$1 $GREETING" > "{{_directory.Path}}/arguments"
            echo '{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{"token":"t"} }'
            """);
        await using var server = await TestServer.StartAsync((_, _) => Answer.Json("{}"));
        await AskAsync(server, new KubeCredential.Exec(V1, script, ["--cluster=x y"])
        {
            Variables = [KeyValuePair.Create("GREETING", "hello")],
            ClusterInfo = """{"server":"https://k"}""",
        }, 1);

        var info = JsonDocument.Parse(File.ReadAllText(Path.Combine(_directory.Path, "info"))).RootElement;
        Assert.Equal(V1, info.GetProperty("apiVersion").GetString());
        Assert.False(info.GetProperty("spec").GetProperty("interactive").GetBoolean());
        Assert.Equal("https://k", info.GetProperty("spec").GetProperty("cluster").GetProperty("server").GetString());
        Assert.Equal("--cluster=x y hello\n", File.ReadAllText(Path.Combine(_directory.Path, "arguments")));
    }

    [Fact]
    public async Task A_plugin_may_give_a_certificate()
    {
        var root = Pki.Root();
        var me = root.Client("me-by-plugin");
        var status = $$"""{"clientCertificateData":{{Quoted(me.ExportCertificatePem())}},"clientKeyData":{{Quoted(Pki.KeyPem(me))}}}""";
        var answer = _directory.Write("answer", $$"""{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{{status}} }""");
        await using var server = await TestServer.StartAsync((_, _) => Answer.Json("{}"), [root.Server()]);
        var exec = new KubeCredential.Exec(V1, "cat", [answer]);
        using var client = new KubernetesClient(server.Connection with { Authorities = [root.Certificate], Credential = exec });

        Assert.True((await client.VersionAsync(default)).IsOk);
        Assert.Equal("CN=me-by-plugin", server.Seen[0].Certificate!.Subject);
    }

    [Theory]
    [InlineData("echo 'log in first' >&2; exit 7", "failed with exit status 7: log in first")]
    [InlineData("echo nonsense", "printed something that is not an ExecCredential")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"t\"}}'", "where the kubeconfig says")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":{}}'", "neither a token nor a certificate")]
    [InlineData("echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\"}'", "not an ExecCredential")]
    public async Task A_plugin_that_fails_is_quoted(string script, string expected)
    {
        await using var server = await TestServer.StartAsync();
        using var client = Client(server, new KubeCredential.Exec(V1, _directory.WriteScript("plugin", script), []));

        var error = (await client.VersionAsync(default)).Error();

        Assert.Equal(ApiErrorKind.Unauthorized, error.Kind);
        Assert.Contains(expected, error.Explain(), StringComparison.Ordinal);
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task A_plugin_that_is_missing_comes_with_the_hint_where_to_get_it()
    {
        await using var server = await TestServer.StartAsync();
        using var client = Client(server, new KubeCredential.Exec(V1, "no-such-plugin-anywhere", []) { InstallHint = "get it from the shop" });

        var text = (await client.VersionAsync(default)).Error().Explain();

        Assert.Contains("no-such-plugin-anywhere cannot be started", text, StringComparison.Ordinal);
        Assert.Contains("get it from the shop", text, StringComparison.Ordinal);
    }

    private KubeCredential.Exec Counting(string status)
    {
        var count = Path.Combine(_directory.Path, Guid.NewGuid().ToString("N"));
        return new KubeCredential.Exec(V1, _directory.WriteScript(Path.GetFileName(count) + ".sh", $$"""
            echo run >> "{{count}}"
            n=$(wc -l < "{{count}}" | tr -d ' ')
            echo '{"apiVersion":"{{V1}}","kind":"ExecCredential","status":{{status}} }'
            """), []);
    }

    private async Task AskAsync(TestServer server, KubeCredential credential, int times)
    {
        using var client = Client(server, credential);
        for (var i = 0; i < times; i++) Assert.True((await client.VersionAsync(default)).IsOk);
    }

    private KubernetesClient Client(TestServer server, KubeCredential credential) =>
        new(server.Connection with { Credential = credential }, new ClientOptions { Time = _time });

    private static string Quoted(string text) => $"\"{text.ReplaceLineEndings("\\n")}\"";

    private static List<string?> Shown(TestServer server) => [.. server.Seen.Select(s => s.Headers.GetValueOrDefault("Authorization"))];
}
