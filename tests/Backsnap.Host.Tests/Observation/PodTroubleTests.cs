using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Observation;

/// <summary>What Events say of the volumes of movers' pods.</summary>
public sealed class PodTroubleTests
{
    private readonly ClusterCache cache = new(0);

    [Fact]
    public void Of_all_that_is_said_of_a_pod_the_last_counts()
    {
        Pod("ours");
        cache.FailedAttachments.Put(Said("a", "ours", "FailedAttachVolume", "\"lastTimestamp\":\"2026-11-22T02:00:00Z\""));
        cache.FailedMounts.Put(Said("b", "ours", "FailedMount", "\"eventTime\":\"2026-11-22T02:05:00.000000Z\""));
        cache.FailedAttachments.Put(Said("c", "ours", "FailedAttachVolume", "\"firstTimestamp\":\"2026-11-22T02:04:00Z\""));
        Assert.Equal(Some("FailedMount: b is told"), Troubles.Find(new Uid("ours")));
    }

    [Fact]
    public void What_is_said_of_pods_that_are_not_ours_is_not_planned_with()
    {
        cache.FailedMounts.Put(Said("a", "foreign", "FailedMount", "\"count\":1"));
        Assert.True(Troubles.IsEmpty);
        Pod("ours");
        Assert.True(Troubles.IsEmpty);
    }

    [Fact]
    public void Nobody_waits_for_Events() => Assert.DoesNotContain(cache.Unsynced, kind => kind.Contains("event", StringComparison.OrdinalIgnoreCase));

    private HashMap<Uid, string> Troubles => cache.State(default).PodTroubles;

    private void Pod(string uid) => cache.Pods.Put(Written.As(Resources.Pods, $$$"""{"metadata":{"name":"{{{uid}}}","namespace":"shop","uid":"{{{uid}}}"}}"""));

    private static Event Said(string name, string pod, string reason, string more) => Written.As(
        Resources.Events,
        $$$"""{"metadata":{"name":"{{{name}}}","namespace":"shop"},"involvedObject":{"kind":"Pod","namespace":"shop","name":"{{{pod}}}","uid":"{{{pod}}}"},"reason":"{{{reason}}}","message":"{{{name}}} is told",{{{more}}}}""");
}
