using System.Security.Cryptography.X509Certificates;
using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Connection;

public sealed class TlsTests
{
    private static readonly Pki Root = Pki.Root();

    [Fact]
    public async Task A_server_of_the_given_authority_is_trusted() =>
        Assert.Null(await AskAsync([Root.Server()], c => c with { Authorities = [Root.Certificate] }));

    [Fact]
    public async Task A_server_of_another_authority_is_refused_with_the_names_of_both()
    {
        var error = await AskAsync([Root.Server()], c => c with { Authorities = [Pki.Root("another root").Certificate] });

        Assert.Equal(ApiErrorKind.Unreachable, error!.Kind);
        Assert.Contains("issued by CN=test root) is not good by the certificate authority given", error.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_authority_with_the_right_name_but_another_key_is_refused() =>
        Assert.NotNull(await AskAsync([Root.Server()], c => c with { Authorities = [Pki.Root().Certificate] }));

    [Fact]
    public async Task Without_an_authority_that_of_the_system_counts()
    {
        var error = await AskAsync([Root.Server()], c => c);
        Assert.Contains("TLS failed", error!.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verification_can_be_skipped() =>
        Assert.Null(await AskAsync([Root.Server("elsewhere.example")], c => c with { SkipTlsVerify = true }));

    [Fact]
    public async Task A_server_of_another_name_is_refused_unless_that_name_is_given()
    {
        var elsewhere = Root.Server("elsewhere.example");

        var error = await AskAsync([elsewhere], c => c with { Authorities = [Root.Certificate] });
        Assert.Contains("is for elsewhere.example, not for this host; see tls-server-name", error!.Explain(), StringComparison.Ordinal);

        Assert.Null(await AskAsync([elsewhere], c => c with { Authorities = [Root.Certificate], TlsServerName = "elsewhere.example" }));
        Assert.NotNull(await AskAsync([elsewhere], c => c with { Authorities = [Root.Certificate], TlsServerName = "other.example" }));
    }

    [Fact]
    public async Task An_expired_certificate_is_refused() =>
        Assert.NotNull(await AskAsync([Root.Server(expired: true)], c => c with { Authorities = [Root.Certificate] }));

    [Fact]
    public async Task Whatever_is_given_as_authority_is_an_anchor()
    {
        var middle = Root.Intermediate("the middle");
        var leaf = middle.Server();
        var self = Pki.SelfSigned();

        Assert.Null(await AskAsync([leaf, middle.Certificate], c => c with { Authorities = [Root.Certificate] }));
        Assert.Null(await AskAsync([leaf], c => c with { Authorities = [middle.Certificate] }));
        Assert.Null(await AskAsync([self], c => c with { Authorities = [self] }));
        Assert.NotNull(await AskAsync([leaf], c => c with { Authorities = [Root.Intermediate("another").Certificate] }));
        Assert.NotNull(await AskAsync([middle.Server(expired: true)], c => c with { Authorities = [middle.Certificate] }));
    }

    [Fact]
    public async Task A_client_certificate_is_shown()
    {
        var me = Root.Client("me");
        await using var server = await TestServer.StartAsync((_, _) => Answer.Json("{}"), [Root.Server()]);
        using var client = new KubernetesClient(server.Connection with
        {
            Authorities = [Root.Certificate],
            ClientCertificate = PemCertificate.Read(me.ExportCertificatePem(), Pki.KeyPem(me)),
        });

        Assert.True((await client.VersionAsync(default)).IsOk);
        Assert.Equal("CN=me", server.Seen[0].Certificate!.Subject);
    }

    [Fact]
    public async Task A_proxy_is_gone_through()
    {
        await using var proxy = await TestServer.StartAsync(Answer.Json("""{"gitVersion":"by proxy"}"""));
        using var client = new KubernetesClient(new KubeConnection(new Uri("http://k8s.invalid:8080"), "the test") { Proxy = proxy.Address });

        Assert.Equal("by proxy", (await client.VersionAsync(default)).Value().GitVersion);
        Assert.Equal("http://k8s.invalid:8080/version", proxy.Seen[0].PathAndQuery);
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named()
    {
        await using var proxy = await TestServer.StartAsync((_, _) => Answer.Text("no", 403));
        using var client = new KubernetesClient(new KubeConnection(new Uri("https://k8s.invalid"), "the test") { Proxy = proxy.Address });

        var error = (await client.VersionAsync(default)).Error();
        Assert.Contains("the proxy does not connect to it", error.Explain(), StringComparison.Ordinal);
    }

    private static async Task<ApiError?> AskAsync(X509Certificate2Collection certificate, Func<KubeConnection, KubeConnection> trust)
    {
        await using var server = await TestServer.StartAsync((_, _) => Answer.Json("""{"gitVersion":"v1.36.2"}"""), certificate);
        using var client = new KubernetesClient(trust(server.Connection), new ClientOptions { Time = new ImpatientTime() });
        return (await client.VersionAsync(default)).ErrorOrNull;
    }
}
