using System.Diagnostics;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>The faults that a test can ask for, by parameters of a class.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Snapshots_of_a_class_can_be_slow()
    {
        await using var cluster = await WithClaimAndClassAsync("sandbox.backsnap.skyb.it/delay", "0.3");

        var watch = Stopwatch.StartNew();

        cluster.Create(ResourceTypes.VolumeSnapshots, Manifests.Snapshot("s", "data", "faulty"));
        await cluster.EventuallyAsync(ResourceTypes.VolumeSnapshots, "s", snapshot => snapshot.Flag("status", "readyToUse"));

        Assert.True(watch.Elapsed > TimeSpan.FromSeconds(0.3), $"ready after {watch.Elapsed}");
    }

    [Fact]
    public async Task Snapshots_of_a_class_can_fail_and_be_deleted()
    {
        await using var cluster = await WithClaimAndClassAsync("sandbox.backsnap.skyb.it/fail", "the array is on fire");

        cluster.Create(ResourceTypes.VolumeSnapshots, Manifests.Snapshot("s", "data", "faulty"));
        var failed = await cluster.EventuallyAsync(ResourceTypes.VolumeSnapshots, "s", snapshot => snapshot.Text("status", "error", "message") is not null);

        Assert.Contains("the array is on fire", failed.Text("status", "error", "message"), StringComparison.Ordinal);
        Assert.False(failed.Flag("status", "readyToUse"));
        cluster.Delete(ResourceTypes.VolumeSnapshots, "s");
        await cluster.EventuallyGoneAsync(ResourceTypes.VolumeSnapshots, "s");
        Assert.Empty(cluster.Store.List(ResourceTypes.VolumeSnapshotContents));
    }

    [Fact]
    public async Task Snapshots_of_a_class_can_stay_unready_and_be_deleted()
    {
        await using var cluster = await WithClaimAndClassAsync("sandbox.backsnap.skyb.it/never-ready", "true");

        cluster.Create(ResourceTypes.VolumeSnapshots, Manifests.Snapshot("s", "data", "faulty"));
        await cluster.EventuallyToldAsync("s", "CreatingSnapshot");
        cluster.Delete(ResourceTypes.VolumeSnapshots, "s");

        await cluster.EventuallyGoneAsync(ResourceTypes.VolumeSnapshots, "s");
    }

    [Fact]
    public async Task A_driver_without_snapshots_leaves_them_unready()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Manifests.Claim("data", "backsnap-nosnap"));
        await cluster.EventuallyAsync(ResourceTypes.PersistentVolumeClaims, "data", claim => claim.Text("status", "phase") == "Bound");

        cluster.Create(ResourceTypes.VolumeSnapshots, Manifests.Snapshot("s", "data"));

        await cluster.EventuallyToldAsync("s", "SetDefaultSnapshotClassFailed");
    }

    private static async Task<RunningCluster> WithClaimAndClassAsync(string parameter, string value)
    {
        var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Manifests.Claim("data"));
        await cluster.EventuallyAsync(ResourceTypes.PersistentVolumeClaims, "data", claim => claim.Text("status", "phase") == "Bound");
        cluster.Create(ResourceTypes.VolumeSnapshotClasses, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "faulty" },
            ["driver"] = "sandbox.csi.backsnap.skyb.it",
            ["deletionPolicy"] = "Delete",
            ["parameters"] = new JsonObject { [parameter] = value },
        });
        return cluster;
    }
}
