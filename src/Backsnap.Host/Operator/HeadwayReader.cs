using System.Collections.Immutable;
using System.Threading.Channels;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using LanguageExt;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace Backsnap.Host.Operator;

/// <summary>
/// Looks into the logs of movers that run longer than a minute, into each at most once a minute, for how far they are. Movers have no right
/// in the cluster, so they cannot say it any other way. Where nothing runs for so long nothing is asked, and no timer runs; where logs may not be
/// read, which is a right that an administrator may take away, nothing is missed but this.
/// </summary>
internal sealed class HeadwayReader(IKubernetesApi api, ChannelWriter<Sighting> sightings, IClock clock, TimeProvider time, ILogger<HeadwayReader> log)
{
    private static readonly Duration Pause = Duration.FromMinutes(1);

    // A mover prints a line every three seconds; warnings may stand between them.
    private const int Lines = 20;
    private const int Bytes = 16 * 1024;

    private static readonly LogOptions Tail = new() { Container = "mover", TailLines = Lines, LimitBytes = Bytes };

    private readonly Channel<ImmutableArray<MoverPod>> running = Channel.CreateBounded<ImmutableArray<MoverPod>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private ImmutableArray<MoverPod> known = [];
    private bool refused;

    /// <summary>Tells which movers run; called by the operator's loop whenever it looks at the cluster.</summary>
    public void Follow(ClusterState cluster)
    {
        var jobs = cluster.Jobs.Filter(job => job.Id.Controller.Exists(owner => owner.IsOurs && owner.Kind != ObjectKind.PvcMaintenance.Kind)).Map(job => job.Id.Uid).ToHashSet();
        ImmutableArray<MoverPod> now = [.. cluster.Pods.Filter(pod => pod.State is PodState.Running && pod.Id.Controller.Exists(job => jobs.Contains(job.Uid)))];
        if (now.Select(pod => pod.Id.Uid).SequenceEqual(known.Select(pod => pod.Id.Uid)))
        {
            return;
        }

        known = now;
        running.Writer.TryWrite(now);
    }

    /// <summary>Reads until cancelled.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var looked = new Dictionary<Uid, Instant>();
        // Those of before, where an operator leads again.
        var pods = known;
        while (true)
        {
            pods = refused || pods.IsEmpty ? await running.Reader.ReadAsync(cancel) : await NewsUntil(pods.Min(pod => Due(pod, looked)), pods, cancel);
            foreach (var gone in looked.Keys.Except(pods.Select(pod => pod.Id.Uid)).ToList())
            {
                looked.Remove(gone);
            }

            foreach (var pod in pods.Where(pod => !refused && Due(pod, looked) <= clock.GetCurrentInstant()))
            {
                await Look(pod, cancel);
                looked[pod.Id.Uid] = clock.GetCurrentInstant();
            }
        }
    }

    private static Instant Due(MoverPod pod, Dictionary<Uid, Instant> looked) => looked.TryGetValue(pod.Id.Uid, out var last) ? last + Pause : pod.Id.Created + Pause;

    // The movers that run, when others do, or the same ones when one of them is due.
    private async Task<ImmutableArray<MoverPod>> NewsUntil(Instant due, ImmutableArray<MoverPod> pods, CancellationToken cancel)
    {
        using var alarm = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Clamp((due - clock.GetCurrentInstant()).TotalMilliseconds, 10, Pause.TotalMilliseconds)), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, alarm.Token);
        try
        {
            return await running.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return pods;
        }
    }

    private async Task Look(MoverPod pod, CancellationToken cancel)
    {
        var answer = await api.PodLogAsync(pod.Id.Namespace.Value, pod.Id.Name, Tail, cancel);
        await answer.Match(async lines => await Take(pod, lines, cancel), error => Task.FromResult(Shrug(error)));
    }

    private async Task<bool> Take(MoverPod pod, IAsyncEnumerable<string> lines, CancellationToken cancel)
    {
        var tail = new List<string>();
        await foreach (var line in lines.WithCancellation(cancel))
        {
            tail.Add(line);
        }

        return await HeadwayText.Last(tail).Match(
            async headway =>
            {
                await sightings.WriteAsync(cache => cache.Note(pod.Id.Uid, headway), cancel);
                return true;
            },
            () => Task.FromResult(false));
    }

    // Asked again after a restart; a pod that has just gone is nothing to speak of.
    private bool Shrug(ApiError error)
    {
        if (error.Kind == ApiErrorKind.Forbidden && !refused)
        {
            refused = true;
            log.LogInformation("How far backups and restores are is not shown, because the logs of their pods may not be read: {Why}", error.Explain());
        }

        return false;
    }
}
