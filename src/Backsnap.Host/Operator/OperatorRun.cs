using Microsoft.Extensions.Hosting;

namespace Backsnap.Host.Operator;

/// <summary>The operator's life: it follows the cluster all the time, and acts while it may.</summary>
internal sealed class OperatorRun(Followers followers, LeaderElection election, OperatorLoop loop, DryRunLoop dryLoop, bool elect, bool dryRun)
{
    /// <summary>Runs until <paramref name="stop"/>, then ends within ten seconds; the exit status.</summary>
    public async Task<int> Until(IHost host, CancellationToken stop)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var following = followers.Run(all.Token);
        var acting = dryRun ? dryLoop.Run(all.Token) : elect ? election.Lead(loop.Run, all.Token) : loop.Run(all.Token);
        var first = await Task.WhenAny(following, acting);
        await all.CancelAsync();
        await host.StopAsync(CancellationToken.None);
        try
        {
            await Task.WhenAll(following, acting).WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            // Both end so when they are told to stop.
        }

        return stop.IsCancellationRequested || !first.IsFaulted ? 0 : 1;
    }
}
