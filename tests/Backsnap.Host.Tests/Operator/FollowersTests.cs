using System.Text;
using System.Threading.Channels;
using Backsnap.Domain.Objects;
using Backsnap.Host.Cli;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Host.Tests.Cli;
using Backsnap.Host.Tests.Observation;
using Backsnap.Kubernetes;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Operator;

/// <summary>What the operator follows of Events, with a server's own selection; and that it goes on where it may not.</summary>
public sealed class FollowersTests(EmbeddedCluster cluster) : IClassFixture<EmbeddedCluster>
{
    [Fact]
    public async Task Of_Events_those_about_pods_volumes_are_kept_and_those_at_our_pods_are_news()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var (cache, sightings) = (new ClusterCache(0), Channel.CreateUnbounded<Sighting>());
        var following = new Followers(cluster.Api, [], sightings.Writer, new Lines<Followers>(), events: true).Run(stop.Token);
        await See(() => cache.Unsynced.Count == 0 && cache.FailedMounts.IsSynced && cache.FailedAttachments.IsSynced);
        cache.Pods.Put(Written.As(Resources.Pods, """{"metadata":{"name":"ours","namespace":"shop","uid":"ours"}}"""));

        await Happens("a", "Pod", "foreign", "FailedMount");
        Assert.False(await See(() => cache.FailedMounts.Count == 1));
        await Happens("b", "Pod", "ours", "Scheduled");
        await Happens("c", "PersistentVolumeClaim", "ours", "FailedMount");
        await Happens("d", "Pod", "ours", "FailedMount");
        Assert.True(await See(() => cache.FailedMounts.Count == 2));
        await Happens("e", "Pod", "ours", "FailedAttachVolume", minute: 5);
        Assert.True(await See(() => cache.FailedAttachments.Count == 1));
        Assert.Equal(Some("FailedAttachVolume: e is told"), cache.State(default).PodTroubles.Find(new Uid("ours")));
        Assert.Equal(1, cache.State(default).PodTroubles.Count);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => following);

        async Task<bool> See(Func<bool> enough)
        {
            var news = false;
            while (!enough())
            {
                news = (await sightings.Reader.ReadAsync(stop.Token))(cache);
            }

            return news;
        }
    }

    [Fact]
    public async Task A_server_that_keeps_its_Events_to_itself_is_worked_with_all_the_same()
    {
        await using var server = await ApiStub.StartAsync(path => path.EndsWith("/events", StringComparison.Ordinal) ? StubAnswer.Refusal(403, "Forbidden", "events is forbidden") : null);
        var connection = KubeConnection.Load(new ConnectionOptions { Kubeconfig = server.Kubeconfig }, KubeEnvironment.Process).Match(found => found, error => throw new InvalidOperationException(error.Explain()));
        using var api = new KubernetesClient(connection);
        var ready = await Connecting.Preflight(api, LoopRig.Settings, CancellationToken.None);
        Assert.Empty(ready.Refusals);
        Assert.Null(ready.NoMaintenance);
        Assert.StartsWith("why a volume cannot be mounted is not told", ready.NoEvents, StringComparison.Ordinal);
    }

    private async Task Happens(string name, string kind, string to, string reason, int minute = 0)
    {
        var json = $$$"""
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"{{{name}}}","namespace":"shop"},"involvedObject":{"apiVersion":"v1","kind":"{{{kind}}}","namespace":"shop","name":"{{{to}}}","uid":"{{{to}}}"},
             "reason":"{{{reason}}}","message":"{{{name}}} is told","type":"Warning","lastTimestamp":"2026-11-22T02:0{{{minute}}}:00Z"}
            """;
        var made = await cluster.Api.CreateAsync(Resources.Events, "shop", Encoding.UTF8.GetBytes(json), CancellationToken.None);
        Assert.True(made.IsOk, made.ErrorOrNull?.Explain());
    }
}
