using Backsnap.Sandbox.Controllers;
using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox;

/// <summary>A running embedded cluster: its objects and the controllers that act on them. Disposing stops it.</summary>
public sealed class SandboxCluster : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Task controllers;

    private SandboxCluster(ControllerContext context, ControllerSet set)
    {
        Store = context.Store;
        controllers = Task.WhenAll(set.Controllers.Select(controller => RunAsync(controller, context)));
    }

    internal ObjectStore Store { get; }

    /// <summary>Starts a cluster.</summary>
    public static async Task<SandboxCluster> StartAsync(SandboxOptions options, CancellationToken ct = default)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var store = new ObjectStore(new ResourceCatalogue(), options.Clock, options.WatchHistory);
        var context = new ControllerContext(store, options);
        ClusterSeed.Plant(store);
        await Task.CompletedTask.WaitAsync(ct);
        return new SandboxCluster(context, ControllerSet.Create(context));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await controllers;
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
