using Backsnap.Host.Tests;
using Backsnap.Sandbox;

namespace Backsnap.Install.Tests.Running;

/// <summary>An embedded cluster without the custom resources, and kubectl for it.</summary>
internal sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly SandboxCluster sandbox;

    private EmbeddedCluster(SandboxCluster sandbox, string home) => (this.sandbox, Home) = (sandbox, home);

    /// <summary>A directory of this cluster's, with its kubeconfig.</summary>
    public string Home { get; }

    /// <summary>kubectl, or null where there is none.</summary>
    public static string? Kubectl { get; } = Tools.OnPath("kubectl") ?? Tools.InRepository("bin/kubectl");

    /// <summary>Starts one; skips the test without kubectl.</summary>
    public static async Task<EmbeddedCluster> Start()
    {
        SkipWithoutKubectl();
        var home = Directory.CreateTempSubdirectory("backsnap-install-").FullName;
        var sandbox = await SandboxCluster.StartAsync(new SandboxOptions { DataDirectory = Path.Combine(home, "data") });
        await sandbox.WriteKubeconfigAsync(Path.Combine(home, "kubeconfig"));
        return new EmbeddedCluster(sandbox, home);
    }

    /// <summary>Skips the test where there is no kubectl, or fails it where there must be one.</summary>
    public static void SkipWithoutKubectl()
    {
        Assert.False(Kubectl is null && Repository.RequiresTools, "kubectl is missing: run scripts/test.sh, which gets it");
        Skip.If(Kubectl is null, "kubectl is not installed");
    }

    /// <summary>Runs kubectl, which must succeed; what it printed.</summary>
    public async Task<string> Run(params string[] arguments) => await Run(arguments, "");

    /// <summary>Runs kubectl with something on its standard input.</summary>
    public async Task<string> Run(string[] arguments, string input)
    {
        var (status, output, errors) = await Try(arguments, input);
        Assert.True(status == 0, $"kubectl {string.Join(' ', arguments)}\n{output}{errors}");
        return output;
    }

    /// <summary>Makes a namespace. (kubectl create namespace speaks protobuf, which the embedded cluster does not.)</summary>
    public Task CreateNamespace(string name) => Run(["create", "-f", "-"], $"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n");

    /// <summary>Runs kubectl, which may fail.</summary>
    public Task<(int Status, string Output, string Errors)> Try(string[] arguments, string input = "") =>
        Command.Run(Kubectl!, arguments, input, environment: new Dictionary<string, string> { ["KUBECONFIG"] = Path.Combine(Home, "kubeconfig"), ["HOME"] = Home });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await sandbox.DisposeAsync();
        Directory.Delete(Home, recursive: true);
    }
}
