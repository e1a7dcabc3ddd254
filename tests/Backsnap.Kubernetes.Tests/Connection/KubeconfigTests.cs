using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Connection;

public sealed class KubeconfigTests : IDisposable
{
    private const string Good = """
        apiVersion: v1
        kind: Config
        current-context: one
        clusters:
        - name: near
          cluster: {server: "https://near:6443"}
        - name: far
          cluster: {server: "https://far:6443", tls-server-name: far.example, insecure-skip-tls-verify: true, proxy-url: "socks5://proxy:1080"}
        users:
        - name: me
          user: {token: secret}
        - name: you
          user: {username: you, password: pass}
        contexts:
        - name: one
          context: {cluster: near, user: me, namespace: shop}
        - name: two
          context: {cluster: far, user: you}
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_current_context_is_taken_unless_another_is_named()
    {
        var file = _directory.Write("config", Good);

        var one = Load(file).Found();
        Assert.Equal((new Uri("https://near:6443"), "shop", $"context \"one\" of {file}"), (one.Server, one.Namespace, one.Origin));
        Assert.Equal(new KubeCredential.Token("secret"), one.Credential);

        var two = Load(file, "two").Found();
        Assert.Equal(("far.example", true, new Uri("socks5://proxy:1080"), null), (two.TlsServerName, two.SkipTlsVerify, two.Proxy, two.Namespace));
        Assert.Equal(new KubeCredential.Basic("you", "pass"), two.Credential);
    }

    [Fact]
    public void No_secret_is_in_the_text_form()
    {
        var text = Load(_directory.Write("config", Good)).ToString();
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", Load(_directory.Write("config", Good), "two").ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("first", "current-context: b", "current-context: a", "b")]
    [InlineData("second when the first is silent", "", "current-context: a", "a")]
    [InlineData("second when the first is empty", "current-context: \"\"", "current-context: a", "a")]
    public void Of_several_files_the_first_that_names_something_counts(string what, string first, string second, string expected)
    {
        Assert.NotEmpty(what);
        var one = _directory.Write("1", $$"""
            {{first}}
            clusters: [{name: x, cluster: {server: "https://first"} }]
            contexts: [{name: b, context: {cluster: y, namespace: b} }]
            """);
        var two = _directory.Write("2", $$"""
            {{second}}
            clusters: [{name: x, cluster: {server: "https://second"} }, {name: y, cluster: {server: "https://only"} }]
            contexts: [{name: a, context: {cluster: x, namespace: a} }]
            """);

        var found = KubeConnection.Load(new ConnectionOptions(), Surroundings($"{one}:{_directory.Path}/missing:{two}")).Found();

        Assert.Equal(expected, found.Namespace);
        Assert.Equal(new Uri(expected == "a" ? "https://first" : "https://only"), found.Server);
    }

    [Fact]
    public void An_empty_file_adds_nothing()
    {
        var listed = $"{_directory.Write("1", "")}:{_directory.Write("2", "# nothing\n")}:{_directory.Write("3", Good)}";
        Assert.Equal("shop", KubeConnection.Load(new ConnectionOptions(), Surroundings(listed)).Found().Namespace);
    }

    [Fact]
    public void The_home_directory_is_looked_at_last()
    {
        _directory.Write(".kube/config", Good);
        Assert.Equal("shop", KubeConnection.Load(new ConnectionOptions(), Surroundings(null)).Found().Namespace);
    }

    [Fact]
    public void A_mistake_in_another_context_hurts_nobody()
    {
        var file = _directory.Write("config", Good.Replace("{username: you, password: pass}", "{client-certificate-data: '***'}", StringComparison.Ordinal));
        Assert.True(Load(file) is ConnectionResult.Found);
        Assert.Contains("users[you].user.client-certificate-data: this is not base64", Load(file, "two").Error().Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_are_relative_to_the_file_that_they_stand_in()
    {
        var root = Pki.Root();
        var client = root.Client("me");
        _directory.Write("deep/ca.crt", root.Certificate.ExportCertificatePem());
        _directory.Write("deep/me.crt", client.ExportCertificatePem());
        _directory.Write("deep/keys/me.key", Pki.KeyPem(client));
        var file = _directory.Write("deep/config", """
            current-context: c
            clusters: [{name: k, cluster: {server: "https://k", certificate-authority: ca.crt}}]
            users: [{name: u, user: {client-certificate: me.crt, client-key: ./keys/me.key, tokenFile: token}}]
            contexts: [{name: c, context: {cluster: k, user: u}}]
            """);

        var found = Load(file).Found();

        Assert.Equal(root.Certificate.Thumbprint, Assert.Single(found.Authorities!).Thumbprint);
        Assert.Equal(client.Thumbprint, found.ClientCertificate!.Leaf.Thumbprint);
        Assert.True(found.ClientCertificate.Leaf.HasPrivateKey);
        Assert.Equal(new KubeCredential.TokenFile($"{_directory.Path}/deep/token"), found.Credential);
    }

    [Fact]
    public void An_exec_section_is_read_whole()
    {
        var file = _directory.Write("config", """
            current-context: c
            clusters: [{name: k, cluster: {server: "https://k", certificate-authority-data: ""}}]
            users:
            - name: u
              user:
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: ./login
                  args: [--cluster, "1"]
                  env: [{name: A, value: b}]
                  installHint: get it from the shop
                  provideClusterInfo: true
                  interactiveMode: IfAvailable
            contexts: [{name: c, context: {cluster: k, user: u}}]
            """);

        var exec = Assert.IsType<KubeCredential.Exec>(Load(file).Found().Credential);

        Assert.Equal($"{_directory.Path}/./login", exec.Command);
        Assert.Equal(["--cluster", "1"], exec.Arguments);
        Assert.Equal([KeyValuePair.Create("A", "b")], exec.Variables);
        Assert.Equal("get it from the shop", exec.InstallHint);
        Assert.Contains("https://k", exec.ClusterInfo, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("current-context: one", "", "current-context: no context is chosen; choose one with --context: one, two")]
    [InlineData("current-context: one", "current-context: three", "there is no context \"three\"; choose one of these with --context: one, two")]
    [InlineData("cluster: near, user: me", "cluster: nowhere, user: me", "contexts[one].context.cluster: there is no cluster \"nowhere\"; name one of these: far, near")]
    [InlineData("cluster: near, user: me", "cluster: near, user: nobody", "contexts[one].context.user: there is no user \"nobody\"")]
    [InlineData("cluster: near, user: me", "user: me", "contexts[one].context.cluster: it is missing")]
    [InlineData("{server: \"https://near:6443\"}", "{}", "clusters[near].cluster.server: it is missing")]
    [InlineData("https://near:6443", "near:6443", "\"near:6443\" is not the URL of a server; write it as https://host:port")]
    [InlineData("{server: \"https://near:6443\"}", "{server: \"https://near\", proxy-url: \"proxy:1\"}", "clusters[near].cluster.proxy-url")]
    [InlineData("{server: \"https://near:6443\"}", "{server: \"https://near\", certificate-authority: none.crt}", "none.crt cannot be read")]
    [InlineData("{server: \"https://near:6443\"}", "{server: \"https://near\", certificate-authority-data: '%'}", "this is not base64")]
    [InlineData("{server: \"https://near:6443\"}", "{server: \"https://near\", certificate-authority-data: YWJj}", "it holds no certificate")]
    [InlineData("{server: \"https://near:6443\"}", "{server: \"https://near\", insecure-skip-tls-verify: maybe}", "\"maybe\" is neither true nor false")]
    [InlineData("{server: \"https://near:6443\"}", "[]", "clusters[near].cluster: fields were expected here")]
    [InlineData("{token: secret}", "{client-certificate-data: YWJj}", "users[me].user.client-key: the key to the client certificate is missing")]
    [InlineData("{token: secret}", "{auth-provider: {name: gcp}}", "users[me].user.auth-provider: Kubernetes 1.26 gave these up")]
    [InlineData("{token: secret}", "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}}", "users[me].user.exec.apiVersion")]
    [InlineData("{token: secret}", "{exec: {apiVersion: client.authentication.k8s.io/v1}}", "users[me].user.exec.command: it is missing")]
    [InlineData("clusters:", "clusters: none\nothers:", "clusters: a list was expected here")]
    [InlineData("- name: near", "- nome: near", "clusters[0].name: it has no name")]
    [InlineData("users:", "users: [", "this is not YAML")]
    public void A_mistake_is_named_with_file_field_and_way_out(string good, string bad, string expected)
    {
        Assert.Contains(good, Good, StringComparison.Ordinal);
        var file = _directory.Write("config", Good.Replace(good, bad, StringComparison.Ordinal));

        var error = Load(file).Error();

        Assert.Contains(expected, error.Explain(), StringComparison.Ordinal);
        Assert.StartsWith(_directory.Path, error.Explain(), StringComparison.Ordinal);
        Assert.NotEmpty(error.WayOut);
    }

    [Fact]
    public void A_mistake_has_its_line_and_column()
    {
        var error = Load(_directory.Write("config", "clusters:\n- name: a\n  cluster: {server: x}\ncontexts:\n- {name: c, context: {cluster: a}}\ncurrent-context: c\n")).Error();
        Assert.Equal((3, 21), (error.Line, error.Column));
        Assert.Equal(2, Load(_directory.Write("config", "a: b\n  c: d\n")).Error().Line);
    }

    [Fact]
    public void What_is_not_a_kubeconfig_is_said_so()
    {
        Assert.Contains("this is not a kubeconfig", Load(_directory.Write("config", "- a\n- b\n")).Error().Explain(), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Load("/nowhere/config").Error().Explain(), StringComparison.Ordinal);
        var nothing = KubeConnection.Load(new ConnectionOptions(), Surroundings("/nowhere/a:/nowhere/b")).Error();
        Assert.Contains("/nowhere/a:/nowhere/b: there is no kubeconfig", nothing.Explain(), StringComparison.Ordinal);
        Assert.Contains("--kubeconfig", nothing.WayOut, StringComparison.Ordinal);
    }

    [Fact]
    public void In_a_pod_the_service_account_is_taken()
    {
        var root = Pki.Root();
        _directory.Write("sa/token", "t");
        _directory.Write("sa/namespace", "backsnap-system\n");
        _directory.Write("sa/ca.crt", root.Certificate.ExportCertificatePem());

        var found = KubeConnection.Load(new ConnectionOptions(), Pod("fd00::1", "443")).Found();

        Assert.Equal((new Uri("https://[fd00::1]:443"), "backsnap-system"), (found.Server, found.Namespace));
        Assert.Equal(new KubeCredential.TokenFile($"{_directory.Path}/sa/token"), found.Credential);
        Assert.Single(found.Authorities!);
    }

    [Fact]
    public void A_pod_without_a_token_and_a_context_in_a_pod_are_errors()
    {
        Assert.Contains("automountServiceAccountToken", KubeConnection.Load(new ConnectionOptions(), Pod("10.0.0.1", "443")).Error().WayOut, StringComparison.Ordinal);
        Assert.Contains("--context", KubeConnection.Load(new ConnectionOptions { Context = "x" }, Pod("10.0.0.1", "443")).Error().WayOut, StringComparison.Ordinal);
    }

    private ConnectionResult Load(string file, string? context = null) =>
        KubeConnection.Load(new ConnectionOptions { Kubeconfig = file, Context = context }, Surroundings(null));

    private KubeEnvironment Surroundings(string? kubeconfig) => new(name => name == "KUBECONFIG" ? kubeconfig : null, _directory.Path);

    private KubeEnvironment Pod(string host, string port) =>
        new(name => name switch { "KUBERNETES_SERVICE_HOST" => host, "KUBERNETES_SERVICE_PORT" => port, _ => null }, _directory.Path)
        {
            ServiceAccountDirectory = $"{_directory.Path}/sa",
        };
}
