using Backsnap.Sandbox.Api;
using Backsnap.Sandbox.Controllers;
using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Rights;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox;

/// <summary>A running embedded cluster: the API server on 127.0.0.1 and the controllers behind it. Disposing stops it; its objects are gone then.</summary>
public sealed class SandboxCluster : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly ApiServer api;
    private readonly Task controllers;
    private int disposed;

    private SandboxCluster(ControllerContext context, ControllerSet set, ApiServer api)
    {
        this.api = api;
        Store = context.Store;
        controllers = Task.WhenAll(set.Controllers.Select(controller => RunAsync(controller, context)));
    }

    /// <summary>Where the API is: https, 127.0.0.1 and the port.</summary>
    public Uri Url => api.Url;

    /// <summary>A kubeconfig (YAML) with all rights in this cluster; a secret as long as the cluster runs.</summary>
    public string Kubeconfig => api.Kubeconfig;

    internal ObjectStore Store { get; }

    /// <summary>Starts a cluster; when this returns, its API answers.</summary>
    /// <exception cref="SandboxException">A definition cannot be read or is refused.</exception>
    /// <exception cref="IOException">The data directory or the port cannot be had.</exception>
    public static async Task<SandboxCluster> StartAsync(SandboxOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.DataDirectory);
        var store = new ObjectStore(new ResourceCatalogue(), options.Clock, options.WatchHistory, Recording.Objects(options.OnWritten));
        var context = new ControllerContext(store, options);
        ClusterSeed.Plant(store);
        DefaultRoles.Plant(store);
        DefinitionFiles.Load(store, options.DefinitionFiles);
        var set = ControllerSet.Create(context);
        var api = await ApiServer.StartAsync(store, set.Logs, options, ct);
        return new SandboxCluster(context, set, api);
    }

    /// <summary>Writes <see cref="Kubeconfig"/> to a file that only its owner can read (mode 0600), replacing what was there.</summary>
    public async Task WriteKubeconfigAsync(string path, CancellationToken ct = default)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using (var writer = new StreamWriter(draft, creation))
        {
            await writer.WriteAsync(Kubeconfig.AsMemory(), ct);
        }

        File.Move(draft, path, overwrite: true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }

        await stopping.CancelAsync();
        await controllers;
        await api.DisposeAsync();
        stopping.Dispose();
    }

    private async Task RunAsync(IController controller, ControllerContext context)
    {
        try
        {
            await Task.Run(() => controller.RunAsync(context, stopping.Token), stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The normal end.
        }
        catch (Exception failure)
        {
            context.Log($"controller {controller.Name} stopped: {failure}");
        }
    }
}
