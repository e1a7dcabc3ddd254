using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>The cluster that all tests share. Each test has namespaces of its own in it, so that they do not meet.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private static readonly Lazy<Task<TestCluster>> Shared = new(Start);

    private readonly BacksnapProcess? sandbox;

    private TestCluster(string kubeconfig, string home, BacksnapProcess? sandbox) => (Kubeconfig, Home, this.sandbox, Api) = (kubeconfig, home, sandbox, Connect(kubeconfig));

    /// <summary>The kubeconfig file of the tests themselves, who may do everything.</summary>
    public string Kubeconfig { get; }

    /// <summary>A directory for what the test run keeps: repositories, credentials.</summary>
    public string Home { get; }

    /// <summary>The record of all that was written into the embedded cluster; a real one keeps none.</summary>
    public string? Record => E2ESettings.IsEmbedded ? Path.Combine(Home, "record") : null;

    /// <summary>The cluster's API.</summary>
    public IKubernetesApi Api { get; }

    /// <summary>The base of the repositories.</summary>
    public string Repository => E2ESettings.Repository ?? Path.Combine(Home, "repository");

    /// <summary>The file with the repository's credentials.</summary>
    public string SecretFile => E2ESettings.SecretFile ?? Path.Combine(Home, "credentials");

    /// <summary>The one of this test run.</summary>
    public static Task<TestCluster> Get() => Shared.Value;

    /// <summary>An embedded one for a single test, which disposes of it.</summary>
    public static Task<TestCluster> Own() => Start();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (sandbox is not null)
        {
            await sandbox.DisposeAsync();
            Directory.Delete(Home, recursive: true);
        }
    }

    /// <summary>A client of the cluster that a kubeconfig names.</summary>
    public static IKubernetesApi Connect(string kubeconfig) => KubeConnection.Load(new ConnectionOptions { Kubeconfig = kubeconfig }, KubeEnvironment.Process).Match<IKubernetesApi>(
        connection => new KubernetesClient(connection),
        error => throw new InvalidOperationException(error.Explain()));

    private static async Task<TestCluster> Start()
    {
        var home = Directory.CreateTempSubdirectory("backsnap-e2e-").FullName;
        await File.WriteAllTextAsync(Path.Combine(home, "credentials"), "# a password of this run\nRESTIC_PASSWORD=correct horse battery staple\n");
        var cluster = E2ESettings.Kubeconfig is { } kubeconfig ? new TestCluster(kubeconfig, home, null) : await StartEmbedded(home);
        await Install(cluster);
        return cluster;
    }

    private static async Task<TestCluster> StartEmbedded(string home)
    {
        var kubeconfig = Path.Combine(home, "kubeconfig");
        var sandbox = BacksnapProcess.Start(["sandbox", "--kubeconfig", kubeconfig, "--data", Path.Combine(home, "cluster"), "--record", Path.Combine(home, "record")]);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(home))
            {
                sandbox.Stop().Wait(TimeSpan.FromSeconds(20));
                Directory.Delete(home, recursive: true);
            }
        };
        await Eventually.True(() => Task.FromResult(File.Exists(kubeconfig) || sandbox.HasEnded), () => $"the embedded cluster did not start:\n{sandbox.Output}");
        Assert.False(sandbox.HasEnded, $"the embedded cluster ended:\n{sandbox.Output}");
        return new TestCluster(kubeconfig, home, sandbox);
    }

    // On the embedded cluster this changes nothing: it has the very same definitions from the start.
    private static async Task Install(TestCluster cluster)
    {
        foreach (var (name, document) in Manifests.CustomResources())
        {
            var answer = await cluster.Api.PatchAsync(
                Resources.CustomResourceDefinitions, null, name, new PatchKind.ServerSideApply("backsnap-e2e", Force: true), document, null, CancellationToken.None);
            Assert.True(answer.IsOk, answer.ErrorOrNull?.Explain());
        }

        await Eventually.True(
            async () => (await cluster.Api.ListAsync(Resources.PvcRestores, null, ListOptions.All, CancellationToken.None)).IsOk
                && (await cluster.Api.ListAsync(Resources.PvcMaintenances, null, ListOptions.All, CancellationToken.None)).IsOk
                && (await cluster.Api.ListAsync(Resources.PvcBackups, null, ListOptions.All, CancellationToken.None)).IsOk,
            () => "the API server does not serve the custom resources");
    }
}
