using Backsnap.Host.Operator.Events;
using Microsoft.Extensions.Hosting;

namespace Backsnap.Host.Operator;

/// <summary>
/// The operator's life: it follows the cluster and acts on what it sees. One that stands by for another follows nothing, because what it
/// saw would only pile up; it is ready all the same, or a Deployment would wait for it before it let the leader go.
/// </summary>
internal sealed class OperatorRun(
    Followers followers, LeaderElection election, OperatorLoop loop, DryRunLoop dryLoop, HeadwayReader headways, EventWriter events, OperatorHealth health, bool elect, bool dryRun)
{
    // Together less than ten seconds, which is what Kubernetes' own components take at most; the pod's grace is longer.
    private static readonly TimeSpan ToEndWork = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ToEndAll = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan ToTell = TimeSpan.FromSeconds(1.5);

    private CancellationToken stopping;

    /// <summary>Runs until <paramref name="stop"/>, then ends within ten seconds; the exit status.</summary>
    public async Task<int> Until(IHost host, CancellationToken stop)
    {
        if (elect)
        {
            health.Synced();
        }

        stopping = stop;
        var life = elect ? election.Lead(Work, stop) : Work(stop);
        await Task.WhenAny(life, Stopped(stop));
        try
        {
            await life.WaitAsync(ToEndAll, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It ends so when it is told to stop.
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }

        return stop.IsCancellationRequested ? 0 : 1;
    }

    // Following and acting end together: the one without the other is worth nothing.
    private async Task Work(CancellationToken cancel)
    {
        health.Syncing();
        loop.Begin();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        health.Figures.Leads(true);
        try
        {
            await Both(both);
        }
        finally
        {
            health.Figures.Leads(false);
        }
    }

    private async Task Both(CancellationTokenSource both)
    {
        var following = followers.Run(both.Token);
        var acting = dryRun ? dryLoop.Run(both.Token) : loop.Run(both.Token);
        var looking = headways.Run(both.Token);
        var telling = events.Run(both.Token);
        var first = await Task.WhenAny(following, acting, looking, telling);
        // Whoever has lost the lead tells nothing more; whoever is told to stop still leads, and says what it has done.
        var leads = stopping.IsCancellationRequested;
        await both.CancelAsync();
        await Task.WhenAny(Task.WhenAll(following, acting, looking, telling), Task.Delay(ToEndWork, CancellationToken.None));
        health.Resting();
        if (telling.IsCompleted)
        {
            await (leads ? events.Drain(ToTell) : Task.Run(events.Forget, CancellationToken.None));
        }

        if (elect)
        {
            health.Synced();
        }

        await first;
    }

    private static async Task Stopped(CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            // Which is what was waited for.
        }
    }
}
