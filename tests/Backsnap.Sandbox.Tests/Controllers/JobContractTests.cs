using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>Jobs and their pods go through the states that were recorded on a real cluster, with its conditions, reasons and Events.</summary>
public sealed class JobContractTests
{
    private static readonly Recording Recorded = new("jobs.json");

    [Theory]
    [InlineData("ok", "Complete")]
    [InlineData("bad", "Failed")]
    [InlineData("retry", "Failed")]
    [InlineData("policy", "Failed")]
    public async Task A_Job_that_ends(string name, string end)
    {
        await using var cluster = await RunningCluster.StartAsync();

        cluster.Create(ResourceTypes.Jobs, Recorded.Request(ResourceTypes.Jobs, name));
        await cluster.EventuallyAsync(ResourceTypes.Jobs, name, Has(end));
        await cluster.EventuallyToldAsync(name, end == "Complete" ? "Completed" : Reason(Recorded.History(ResourceTypes.Jobs, name)));

        var recorded = Recorded.History(ResourceTypes.Jobs, name).Where(form => form is not null && !form.IsTerminating());
        Same(Projections.Sequence(recorded, Projections.Job), Projections.Sequence(cluster.History(ResourceTypes.Jobs, name), Projections.Job));
        SamePods(cluster, name);
        Same(Recorded.EventsAbout(name), Told(cluster, name));
    }

    [Fact]
    public async Task A_Job_with_a_time_to_live_goes_with_its_pod()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var job = Recorded.Request(ResourceTypes.Jobs, "ttl");
        job.Set(1, "spec", "ttlSecondsAfterFinished");

        cluster.Create(ResourceTypes.Jobs, job);
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "ttl", Has("Complete"));
        await cluster.EventuallyGoneAsync(ResourceTypes.Jobs, "ttl");

        Same(Projections.Sequence(Recorded.History(ResourceTypes.Jobs, "ttl"), Projections.Job), Projections.Sequence(cluster.History(ResourceTypes.Jobs, "ttl"), Projections.Job));
        Assert.Empty(cluster.Store.List(ResourceTypes.Pods));
    }

    [Fact]
    public async Task A_suspended_Job_has_no_pods()
    {
        await using var cluster = await RunningCluster.StartAsync();

        cluster.Create(ResourceTypes.Jobs, Recorded.Request(ResourceTypes.Jobs, "suspended"));
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "suspended", Has("Suspended"));
        await cluster.EventuallyToldAsync("suspended", "Suspended");

        Same(Projections.Sequence(Recorded.History(ResourceTypes.Jobs, "suspended"), Projections.Job), Projections.Sequence(cluster.History(ResourceTypes.Jobs, "suspended"), Projections.Job));
        Assert.Empty(cluster.Store.List(ResourceTypes.Pods));

        cluster.Store.Update(ResourceTypes.Jobs, RunningCluster.Namespace, "suspended", current =>
        {
            current.Set(false, "spec", "suspend");
            return current;
        });
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "suspended", Has("Complete"));
    }

    [Fact]
    public async Task A_Job_past_its_deadline_fails_when_its_pod_has_stopped()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var job = Recorded.Request(ResourceTypes.Jobs, "deadline");
        job.Set(3, "spec", "activeDeadlineSeconds");
        job.Set(1, "spec", "template", "spec", "terminationGracePeriodSeconds");

        cluster.Create(ResourceTypes.Jobs, job);
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "deadline", Has("Failed"));
        await cluster.EventuallyToldAsync("deadline", "DeadlineExceeded");

        Same(Projections.Sequence(Recorded.History(ResourceTypes.Jobs, "deadline"), Projections.Job), Projections.Sequence(cluster.History(ResourceTypes.Jobs, "deadline"), Projections.Job));
        SamePods(cluster, "deadline");
        Same(Recorded.EventsAbout("deadline"), Told(cluster, "deadline"));
    }

    [Fact]
    public async Task A_running_Job_that_is_deleted_takes_its_pod_along_which_may_stop_by_itself()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var job = Recorded.Request(ResourceTypes.Jobs, "long");
        job.Items("spec", "template", "spec", "containers")[0]!["command"] = new JsonArray("/bin/sh", "-c", "trap 'exit 143' TERM; echo ready; sleep 60 & wait");
        cluster.Create(ResourceTypes.Jobs, job);
        var pod = await PodAsync(cluster, "long", found => found.Text("status", "phase") == "Running");
        await cluster.EventuallyPrintedAsync(pod, "ready");
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "long", found => found.Number("status", "ready") == 1);

        cluster.Delete(ResourceTypes.Jobs, "long", new DeleteOptions(Propagation: Propagation.Background));
        await cluster.EventuallyGoneAsync(ResourceTypes.Pods, pod);

        Same(Projections.Sequence(Recorded.History(ResourceTypes.Jobs, "long"), Projections.Job), Projections.Sequence(cluster.History(ResourceTypes.Jobs, "long"), Projections.Job));
        SamePods(cluster, "long");
    }

    [Fact]
    public async Task A_Job_that_is_deleted_without_a_word_leaves_its_pod()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.Jobs, Recorded.Request(ResourceTypes.Jobs, "ok"));
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "ok", Has("Complete"));

        cluster.Delete(ResourceTypes.Jobs, "ok");
        await cluster.EventuallyGoneAsync(ResourceTypes.Jobs, "ok");

        Assert.Empty(Assert.Single(cluster.Store.List(ResourceTypes.Pods)).Items("metadata", "ownerReferences"));
    }

    [Fact]
    public async Task A_pod_whose_claim_is_missing_waits_unscheduled()
    {
        await using var cluster = await RunningCluster.StartAsync();

        cluster.Create(ResourceTypes.Jobs, Recorded.Request(ResourceTypes.Jobs, "noclaim"));
        var pod = await PodAsync(cluster, "noclaim", found => found.Items("status", "conditions").Count > 0);
        await cluster.EventuallyToldAsync(pod, "FailedScheduling");
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "noclaim", job => job.Number("status", "active") == 1);

        SamePods(cluster, "noclaim");
        Same(Recorded.EventsAbout("noclaim-"), Told(cluster, "noclaim-"));
    }

    [Fact]
    public async Task A_pod_whose_image_is_missing_backs_off()
    {
        await using var cluster = await RunningCluster.StartAsync(options => options with { FirstRetryPause = TimeSpan.FromHours(1) });

        cluster.Create(ResourceTypes.Jobs, Recorded.Request(ResourceTypes.Jobs, "noimage"));
        await PodAsync(cluster, "noimage", pod => pod.Items("status", "containerStatuses").Any(status => status.Text("state", "waiting", "reason") == "ImagePullBackOff"));

        var name = Assert.Single(cluster.Store.List(ResourceTypes.Pods)).NameOf();
        var recorded = Projections.Sequence(Recorded.History(ResourceTypes.Pods, "noimage-"), Projections.Pod);
        var ours = Projections.Sequence(cluster.History(ResourceTypes.Pods, name), Projections.Pod);
        Same(recorded.Take(ours.Count), ours);
        Same(Recorded.EventsAbout("noimage-"), Told(cluster, "noimage-"));
    }

    private static Func<JsonObject, bool> Has(string condition) => job =>
        job.Items("status", "conditions").Any(found => found.Text("type") == condition && found.Text("status") == "True");

    private static string Reason(IReadOnlyList<JsonObject?> history) => history[^1]!.Items("status", "conditions")[^1].Text("reason")!;

    private static void SamePods(RunningCluster cluster, string job)
    {
        var name = cluster.Changes.First(change => change.Stored.Type == ResourceTypes.Pods && change.Stored.Name.StartsWith(job + "-", StringComparison.Ordinal)).Stored.Name;
        Same(
            Projections.Sequence(Recorded.History(ResourceTypes.Pods, job + "-"), Projections.Pod),
            Projections.Sequence(cluster.History(ResourceTypes.Pods, name), Projections.Pod));
    }

    private static async Task<string> PodAsync(RunningCluster cluster, string job, Func<JsonObject, bool> condition)
    {
        string? name = null;
        await Eventually.HoldsAsync(
            () => (name = cluster.Store.List(ResourceTypes.Pods).FirstOrDefault(pod => pod.NameOf().StartsWith(job + "-", StringComparison.Ordinal) && condition(pod))?.NameOf()) is not null,
            () => string.Join('\n', cluster.Store.List(ResourceTypes.Pods).Select(pod => pod.ToJsonString())));
        return name!;
    }

    private static IEnumerable<string> Told(RunningCluster cluster, string about) =>
        cluster.Changes.Where(change => change.Stored.Type == ResourceTypes.Events)
            .Select(change => change.Object)
            .Where(told => told.Text("involvedObject", "name") is { } name
                && (name == about || (about.EndsWith('-') && name.StartsWith(about, StringComparison.Ordinal))))
            .Select(told => Projections.Neutral($"{told.Text("type")} {told.Text("reason")} {told.Text("message")}"))
            .Distinct();

    private static void Same(IEnumerable<string> recorded, IEnumerable<string> ours) =>
        Assert.Equal(string.Join("\n", recorded), string.Join("\n", ours));
}
