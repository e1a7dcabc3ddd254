using Microsoft.Extensions.Hosting;

namespace Backsnap.Host.Operator;

/// <summary>
/// The operator's life: it follows the cluster and acts on what it sees. One that stands by for another follows nothing, because what it
/// saw would only pile up; it is ready all the same, or a Deployment would wait for it before it let the leader go.
/// </summary>
internal sealed class OperatorRun(Followers followers, LeaderElection election, OperatorLoop loop, DryRunLoop dryLoop, OperatorHealth health, bool elect, bool dryRun)
{
    /// <summary>Runs until <paramref name="stop"/>, then ends within ten seconds; the exit status.</summary>
    public async Task<int> Until(IHost host, CancellationToken stop)
    {
        if (elect)
        {
            health.Synced();
        }

        var life = elect ? election.Lead(Work, stop) : Work(stop);
        await Task.WhenAny(life);
        await host.StopAsync(CancellationToken.None);
        try
        {
            await life.WaitAsync(TimeSpan.FromSeconds(10), CancellationToken.None);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It ends so when it is told to stop.
        }

        return stop.IsCancellationRequested ? 0 : 1;
    }

    // Following and acting end together: the one without the other is worth nothing.
    private async Task Work(CancellationToken cancel)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var following = followers.Run(both.Token);
        var acting = dryRun ? dryLoop.Run(both.Token) : loop.Run(both.Token);
        var first = await Task.WhenAny(following, acting);
        await both.CancelAsync();
        await Task.WhenAny(Task.WhenAll(following, acting), Task.Delay(TimeSpan.FromSeconds(10), CancellationToken.None));
        await first;
    }
}
