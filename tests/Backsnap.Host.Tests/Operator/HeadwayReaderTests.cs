using System.Threading.Channels;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Kubernetes;
using Microsoft.Extensions.Logging.Abstractions;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Operator;

public sealed class HeadwayReaderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HandClock clock = HandClock.AtNight();
    private readonly FakeApi api = new();
    private readonly Channel<Sighting> sightings = Channel.CreateUnbounded<Sighting>();
    private readonly List<string> asked = [];

    [Fact]
    public async Task A_mover_is_asked_after_a_minute_and_then_once_a_minute_and_nothing_is_set_when_it_is_gone()
    {
        using var stop = new CancellationTokenSource();
        var reader = Reader(new ApiResult<IAsyncEnumerable<string>>.Ok(Lines("backup 42.3 %  1.2 GiB of 2.9 GiB  120 files  85.0 MiB/s  ETA 20.0 s")));
        var running = reader.Run(stop.Token);
        reader.Follow(Cluster("PVCBackup"));

        for (var minute = 1; minute <= 3; minute++)
        {
            Waits(1);
            clock.Advance(59);
            Waits(1);
            Assert.Equal(minute - 1, asked.Count);
            clock.Advance(1);
            (await sightings.Reader.ReadAsync().AsTask().WaitAsync(Patience))(new ClusterCache(0));
            Assert.Equal(minute, asked.Count);
        }

        Waits(1);
        reader.Follow(ClusterState.Empty);
        Waits(0);
        clock.Advance(600);
        Assert.Equal(3, asked.Count);
        Assert.All(asked, pod => Assert.Equal("shop/pod", pod));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void What_was_read_is_part_of_the_cluster_as_long_as_the_pod_runs()
    {
        var cache = new ClusterCache(0);
        var headway = new Headway(42, "1 B", "2 B", None);

        Assert.True(cache.Note(new Uid("pod"), headway));
        Assert.False(cache.Note(new Uid("pod"), headway));
        Assert.True(cache.State(default).Headways.IsEmpty);
    }

    [Theory]
    [InlineData("PVCMaintenance")]
    [InlineData("Deployment")]
    public async Task Maintenance_and_others_pods_are_not_asked(string kind)
    {
        using var stop = new CancellationTokenSource();
        var reader = Reader(new ApiResult<IAsyncEnumerable<string>>.Ok(Lines()));
        var running = reader.Run(stop.Token);
        reader.Follow(Cluster(kind));

        clock.Advance(600);
        Assert.Equal(0, clock.Set);
        Assert.Empty(asked);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Where_logs_may_not_be_read_it_is_asked_once()
    {
        using var stop = new CancellationTokenSource();
        var reader = Reader(new ApiResult<IAsyncEnumerable<string>>.Failed(new ApiError(ApiErrorKind.Forbidden, new ApiRequest("get", "server"), "no")));
        var running = reader.Run(stop.Token);
        reader.Follow(Cluster("PVCBackup"));

        Waits(1);
        clock.Advance(61);
        Assert.True(SpinWait.SpinUntil(() => asked.Count == 1, Patience));
        Waits(0);
        clock.Advance(600);
        Assert.Single(asked);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private HeadwayReader Reader(ApiResult<IAsyncEnumerable<string>> answer)
    {
        api.Logs = pod =>
        {
            asked.Add(pod);
            return answer;
        };
        return new HeadwayReader(api, sightings.Writer, clock, clock, NullLogger<HeadwayReader>.Instance);
    }

    private void Waits(int timers) => Assert.True(SpinWait.SpinUntil(() => clock.Set == timers, Patience), $"{clock.Set} timers are set");

    private ClusterState Cluster(string kind)
    {
        Identity Id(string name, string owner, string ownerKind) => new(
            NamespaceName.Parse("shop").IfLeft(() => throw new InvalidOperationException()), name, new Uid(name), "1", clock.GetCurrentInstant(), false,
            Some(new Owner(ownerKind, owner, new Uid(owner)) { Group = ObjectKind.Group }), default);
        return ClusterState.Empty with
        {
            Jobs = Seq1(new MoverJob(Id("job", "owner", kind), new JobState.Unfinished())),
            Pods = Seq1(new MoverPod(Id("pod", "job", "Job"), new PodState.Running())),
        };
    }

    private static async IAsyncEnumerable<string> Lines(params string[] lines)
    {
        await Task.CompletedTask;
        foreach (var line in lines)
        {
            yield return line;
        }
    }
}
