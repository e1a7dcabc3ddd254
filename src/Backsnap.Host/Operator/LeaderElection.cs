using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Operator;

/// <summary>
/// Lets one of several operators act, by a Lease. Whoever holds it renews it; whoever cannot renew it stops acting well before it
/// runs out, measured by its own monotonic clock, so that there are never two that act. On a stop the Lease is given back at once.
/// Others' times are not compared with ours: a Lease has run out when it has not changed for its duration by our clock.
/// </summary>
/// <remarks>
/// A term counts from the moment before the request that won or renewed it was sent: the server may have written the Lease at once and
/// answered late, and others count from the writing. Between the end of a term (<see cref="GiveUp"/>) and that of the Lease
/// (<see cref="Term"/>) there is time for what is still on its way to the server.
/// </remarks>
/// <param name="api">The API; a request that is not answered within a term is given up.</param>
/// <param name="ns">The Lease's namespace.</param>
/// <param name="identity">Who this is: different for every process that ever lives, also for the next one in the same pod.</param>
/// <param name="clock">Monotonic.</param>
/// <param name="log">Tells of terms and troubles.</param>
internal sealed class LeaderElection(IKubernetesApi api, string ns, string identity, TimeProvider clock, ILogger<LeaderElection> log)
{
    /// <summary>The Lease's name, as the original's.</summary>
    public const string LeaseName = "leader.backsnap.skyb.it";

    private static readonly TimeSpan Term = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private (string Version, long SeenAt) last = ("", 0);

    /// <summary>Waits for the Lease, acts while it is held, and waits again when it was lost; until cancelled.</summary>
    public async Task Lead(Func<CancellationToken, Task> act, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            var won = await Win(cancel);
            log.LogInformation("{Identity} leads", identity);
            using var term = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var acting = act(term.Token);
            var holding = Hold(won, term.Token);
            await Task.WhenAny(acting, holding);
            await term.CancelAsync();
            await Ended(acting);
            await Ended(holding);
            if (cancel.IsCancellationRequested || acting.IsFaulted)
            {
                await Release();
                await acting;
                return;
            }

            log.LogWarning("{Identity} lost the lead and stopped acting", identity);
        }
    }

    // Waits until the Lease is ours; since when, counted from before it was asked for. A win that came too late to act on is none.
    private async Task<long> Win(CancellationToken cancel)
    {
        while (true)
        {
            var asked = clock.GetTimestamp();
            if (await TakeWithin(GiveUp, cancel) is true && clock.GetElapsedTime(asked) < GiveUp)
            {
                return asked;
            }

            await Task.Delay(Pause, clock, cancel);
        }
    }

    // Returns when the Lease was lost or could not be renewed in time.
    private async Task Hold(long renewed, CancellationToken cancel)
    {
        while (Left(renewed) > TimeSpan.Zero)
        {
            await Task.Delay(Left(renewed) < Pause ? Left(renewed) : Pause, clock, cancel);
            var asked = clock.GetTimestamp();
            switch (await TakeWithin(Left(renewed), cancel))
            {
                case true:
                    renewed = asked;
                    break;
                case false:
                    return;
                case null:
                    break;
            }
        }
    }

    private TimeSpan Left(long since) => GiveUp - clock.GetElapsedTime(since) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    // As Take; null also where there was no answer in time.
    private async Task<bool?> TakeWithin(TimeSpan time, CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(time, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, deadline.Token);
        try
        {
            return await Take(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    // True: the Lease is ours. False: it is another's. Null: the server did not say.
    private async Task<bool?> Take(CancellationToken cancel)
    {
        switch (await api.GetAsync(Resources.Leases, ns, LeaseName, cancel))
        {
            case ApiResult<Lease>.Failed { Error.Kind: ApiErrorKind.NotFound }:
                return Won(await api.CreateAsync(Resources.Leases, ns, Document(null, 0, fresh: true, identity), cancel));
            case ApiResult<Lease>.Failed failed:
                log.LogWarning("The Lease {Lease} could not be read: {Why}", LeaseName, failed.Error.Explain());
                return null;
            case ApiResult<Lease>.Ok { Value: var lease }:
                var holder = lease.Spec?.HolderIdentity ?? "";
                var version = lease.Metadata.ResourceVersion ?? "";
                if (version != last.Version)
                {
                    last = (version, clock.GetTimestamp());
                }

                var mine = holder == identity;
                var free = holder.Length == 0 || clock.GetElapsedTime(last.SeenAt) > TimeSpan.FromSeconds(Math.Max(1, lease.Spec?.LeaseDurationSeconds ?? 15));
                return mine || free
                    ? Won(await api.ReplaceAsync(Resources.Leases, ns, LeaseName, Document(lease, lease.Spec?.LeaseTransitions ?? 0, fresh: !mine, identity), null, cancel))
                    : false;
            default:
                return null;
        }
    }

    private bool? Won(ApiResult<Lease> answer) => answer switch
    {
        ApiResult<Lease>.Ok ok => Remember(ok.Value),
        ApiResult<Lease>.Failed { Error.Kind: ApiErrorKind.Conflict or ApiErrorKind.AlreadyExists } => false,
        ApiResult<Lease>.Failed failed => Complain(failed.Error),
    };

    private bool Remember(Lease lease)
    {
        last = (lease.Metadata.ResourceVersion ?? "", clock.GetTimestamp());
        return true;
    }

    private bool? Complain(ApiError error)
    {
        log.LogWarning("The Lease {Lease} could not be written: {Why}", LeaseName, error.Explain());
        return null;
    }

    private async Task Release()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            if (await api.GetAsync(Resources.Leases, ns, LeaseName, limit.Token) is ApiResult<Lease>.Ok { Value: var lease } && lease.Spec?.HolderIdentity == identity)
            {
                await api.ReplaceAsync(Resources.Leases, ns, LeaseName, Document(lease, lease.Spec.LeaseTransitions ?? 0, fresh: false, ""), null, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("The Lease could not be given back in time; another operator waits until it runs out");
        }
    }

    private ReadOnlyMemory<byte> Document(Lease? before, int transitions, bool fresh, string holder)
    {
        var now = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var metadata = new JsonObject { ["name"] = LeaseName, ["namespace"] = ns };
        if (before?.Metadata.ResourceVersion is { } version)
        {
            metadata["resourceVersion"] = version;
        }

        return Encoding.UTF8.GetBytes(new JsonObject
        {
            ["apiVersion"] = "coordination.k8s.io/v1",
            ["kind"] = "Lease",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["holderIdentity"] = holder,
                ["leaseDurationSeconds"] = holder.Length == 0 ? 1 : (int)Term.TotalSeconds,
                ["acquireTime"] = fresh || before?.Spec?.AcquireTime is null
                    ? now
                    : before.Spec.AcquireTime.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture),
                ["renewTime"] = now,
                ["leaseTransitions"] = fresh && before is not null ? transitions + 1 : transitions,
            },
        }.ToJsonString());
    }

    private static async Task Ended(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (Exception) when (task.IsFaulted)
        {
            // Its failure is looked at where its end is.
        }
    }
}
