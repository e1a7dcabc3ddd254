using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>The way of the data: claim, volume, snapshot, claim made from it, read by a Job.</summary>
public sealed class StorageTests
{
    [Fact]
    public async Task What_a_Job_wrote_into_a_claim_is_in_a_claim_made_from_its_snapshot()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Manifests.Claim("data"));
        cluster.Create(ResourceTypes.Jobs, Manifests.Job("fill", "echo hello >/data/hello; ln -s hello /data/link", "data"));
        await CompleteAsync(cluster, "fill");

        cluster.Create(ResourceTypes.VolumeSnapshots, Manifests.Snapshot("s1", "data"));
        await cluster.EventuallyAsync(ResourceTypes.VolumeSnapshots, "s1", snapshot => snapshot.Flag("status", "readyToUse"));
        cluster.Create(ResourceTypes.Jobs, Manifests.Job("change", "echo changed >/data/hello", "data"));
        await CompleteAsync(cluster, "change");
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Manifests.Claim("copy", dataSource: Manifests.FromSnapshot("s1")));
        cluster.Create(ResourceTypes.Jobs, Manifests.Job("read", "cat /data/link >/dev/termination-log", "copy"));
        await CompleteAsync(cluster, "read");

        var pod = Assert.Single(cluster.Store.List(ResourceTypes.Pods), pod => pod.NameOf().StartsWith("read-", StringComparison.Ordinal));
        Assert.Equal("hello\n", pod.Items("status", "containerStatuses")[0].Text("state", "terminated", "message"));
    }

    private static Task CompleteAsync(RunningCluster cluster, string job) =>
        cluster.EventuallyAsync(ResourceTypes.Jobs, job, found =>
        {
            Assert.DoesNotContain(found.Items("status", "conditions"), condition => condition.Text("type") == "Failed");
            return found.Items("status", "conditions").Any(condition => condition.Text("type") == "Complete");
        });
}
