using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>Claims, volumes and snapshots go through the states that were recorded on a real cluster with a CSI driver, and say the same of it.</summary>
public sealed class StorageContractTests
{
    private static readonly Recording Claims = new("claims.json");
    private static readonly Recording Snapshots = new("snapshots.json");

    [Theory]
    [InlineData("data", "ProvisioningSucceeded")]
    [InlineData("data-default", "ProvisioningSucceeded")]
    [InlineData("data-wffc", "WaitForFirstConsumer")]
    [InlineData("data-noclass", "ProvisioningFailed")]
    [InlineData("data-empty", "FailedBinding")]
    public async Task A_claim(string name, string reason)
    {
        await using var cluster = await RunningCluster.StartAsync();

        cluster.Create(ResourceTypes.PersistentVolumeClaims, Claims.Request(ResourceTypes.PersistentVolumeClaims, name));
        await cluster.EventuallyToldAsync(name, reason);
        if (reason == "ProvisioningSucceeded") await BoundAsync(cluster, name);

        var recorded = Claims.History(ResourceTypes.PersistentVolumeClaims, name).TakeWhile(form => form is not null && !form.IsTerminating());
        Same(Projections.Sequence(recorded, Projections.Claim), Projections.Sequence(cluster.History(ResourceTypes.PersistentVolumeClaims, name), Projections.Claim));
        SameEvents(Claims, cluster, name);
    }

    [Fact]
    public async Task A_claim_that_waits_for_its_first_consumer_is_bound_when_a_pod_comes()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Claims.Request(ResourceTypes.PersistentVolumeClaims, "data-wffc"));
        await cluster.EventuallyToldAsync("data-wffc", "WaitForFirstConsumer");

        cluster.Create(ResourceTypes.Jobs, Manifests.Job("ok", "test -d /data", "data-wffc"));

        await BoundAsync(cluster, "data-wffc");
        await cluster.EventuallyAsync(ResourceTypes.Jobs, "ok", job => job.Number("status", "succeeded") == 1);
    }

    [Fact]
    public async Task A_claim_in_use_is_deleted_with_its_volume_when_the_pod_is_gone()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Claims.Request(ResourceTypes.PersistentVolumeClaims, "data"));
        var volume = (await BoundAsync(cluster, "data")).Text("spec", "volumeName")!;
        var directory = Path.Combine(cluster.DataDirectory, "volumes", volume);
        Assert.True(Directory.Exists(directory));
        cluster.Create(ResourceTypes.Pods, Manifests.Pod("user", "trap 'exit 0' TERM; echo ready; sleep 60 & wait", "data"));
        await cluster.EventuallyPrintedAsync("user", "ready");

        cluster.Delete(ResourceTypes.PersistentVolumeClaims, "data");
        Assert.NotNull(cluster.Get(ResourceTypes.PersistentVolumeClaims, "data"));
        cluster.Delete(ResourceTypes.Pods, "user");

        await cluster.EventuallyGoneAsync(ResourceTypes.PersistentVolumeClaims, "data");
        await cluster.EventuallyGoneAsync(ResourceTypes.PersistentVolumes, volume);
        Assert.False(Directory.Exists(directory));
        Assert.Equal(
            ["Pending", "Bound", "Released"],
            cluster.History(ResourceTypes.PersistentVolumes, volume).OfType<JsonObject>().Select(form => form.Text("status", "phase")).Distinct());
    }

    [Fact]
    public async Task A_volume_made_by_hand_is_bound_to_the_claim_that_names_it()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumes, JsonNode.Parse("""
            {"metadata":{"name":"by-hand"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"storageClassName":"","hostPath":{"path":"/tmp"}}}
            """)!.AsObject());
        var claim = Manifests.Claim("static", "");
        claim.Set("by-hand", "spec", "volumeName");

        cluster.Create(ResourceTypes.PersistentVolumeClaims, claim);

        Assert.Equal("1Gi", (await BoundAsync(cluster, "static")).Text("status", "capacity", "storage"));
        cluster.Delete(ResourceTypes.PersistentVolumeClaims, "static");
        await cluster.EventuallyAsync(ResourceTypes.PersistentVolumes, "by-hand", volume => volume.Text("status", "phase") == "Released");
    }

    [Theory]
    [InlineData("s1", "SnapshotReady")]
    [InlineData("s-default", "SnapshotReady")]
    [InlineData("s-noclaim", "SnapshotContentCreationFailed")]
    [InlineData("s-noclass", "GetSnapshotClassFailed")]
    [InlineData("s-unbound", "SnapshotContentCreationFailed")]
    public async Task A_snapshot(string name, string reason)
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Claims.Request(ResourceTypes.PersistentVolumeClaims, "data"));
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Claims.Request(ResourceTypes.PersistentVolumeClaims, "data-noclass"));
        await BoundAsync(cluster, "data");

        cluster.Create(ResourceTypes.VolumeSnapshots, Snapshots.Request(ResourceTypes.VolumeSnapshots, name));
        await cluster.EventuallyToldAsync(name, reason);

        var recorded = Snapshots.History(ResourceTypes.VolumeSnapshots, name).TakeWhile(form => form is not null && !form.IsTerminating());
        Same(Projections.Sequence(recorded, Projections.Snapshot), Projections.Sequence(cluster.History(ResourceTypes.VolumeSnapshots, name), Projections.Snapshot));
        Same(Snapshots.EventsAbout(name).Where(told => !told.Contains("SnapshotDeletePending", StringComparison.Ordinal)), Told(cluster, name));
        if (reason != "SnapshotReady") return;

        var content = (await ReadyAsync(cluster, name)).Text("status", "boundVolumeSnapshotContentName")!;
        Same(
            Projections.Sequence(Snapshots.History(ResourceTypes.VolumeSnapshotContents, "snapcontent-"), Projections.Content).Select(text => text.Replace("\"s1\"", "\"S\"", StringComparison.Ordinal)),
            Projections.Sequence(cluster.History(ResourceTypes.VolumeSnapshotContents, content), Projections.Content).Select(text => text.Replace($"\"{name}\"", "\"S\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("from-s1", "ProvisioningSucceeded")]
    [InlineData("from-rox", "ProvisioningSucceeded")]
    [InlineData("from-small", "ProvisioningFailed")]
    [InlineData("from-none", "ProvisioningFailed")]
    public async Task A_claim_made_from_a_snapshot(string name, string reason)
    {
        await using var cluster = await WithSnapshotAsync();

        cluster.Create(ResourceTypes.PersistentVolumeClaims, Snapshots.Request(ResourceTypes.PersistentVolumeClaims, name));
        await cluster.EventuallyToldAsync(name, reason);
        if (reason == "ProvisioningSucceeded") await BoundAsync(cluster, name);

        Same(
            Projections.Sequence(Snapshots.History(ResourceTypes.PersistentVolumeClaims, name), Projections.Claim),
            Projections.Sequence(cluster.History(ResourceTypes.PersistentVolumeClaims, name), Projections.Claim));
        SameEvents(Snapshots, cluster, name, besides: "snapshot s1 is being deleted");
    }

    [Fact]
    public async Task A_snapshot_from_which_a_claim_is_being_made_stays_until_the_claim_gives_up()
    {
        await using var cluster = await WithSnapshotAsync();
        var handle = cluster.Store.List(ResourceTypes.VolumeSnapshotContents)[0].Text("status", "snapshotHandle")!;
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Snapshots.Request(ResourceTypes.PersistentVolumeClaims, "from-small"));
        await cluster.EventuallyToldAsync("from-small", "ProvisioningFailed");

        cluster.Delete(ResourceTypes.VolumeSnapshots, "s1");
        await cluster.EventuallyToldAsync("s1", "SnapshotDeletePending");
        Assert.NotNull(cluster.Get(ResourceTypes.VolumeSnapshots, "s1"));
        cluster.Delete(ResourceTypes.PersistentVolumeClaims, "from-small");

        await cluster.EventuallyGoneAsync(ResourceTypes.VolumeSnapshots, "s1");
        Assert.Empty(cluster.Store.List(ResourceTypes.VolumeSnapshotContents));
        Assert.False(Directory.Exists(Path.Combine(cluster.DataDirectory, "snapshots", handle)));
    }

    [Fact]
    public async Task A_snapshot_handle_can_be_bound_again_in_another_namespace_and_outlives_that_binding()
    {
        await using var cluster = await WithSnapshotAsync();
        var handle = cluster.Store.List(ResourceTypes.VolumeSnapshotContents)[0].Text("status", "snapshotHandle")!;
        cluster.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "contract-mover" } });
        var content = Snapshots.Request(ResourceTypes.VolumeSnapshotContents, "rebound-s1");
        content.Set(handle, "spec", "source", "snapshotHandle");
        var (snapshot, claim) = (Snapshots.Request(ResourceTypes.VolumeSnapshots, "rebound"), Snapshots.Request(ResourceTypes.PersistentVolumeClaims, "from-rebound"));
        snapshot.Set("contract-mover", "metadata", "namespace");
        claim.Set("contract-mover", "metadata", "namespace");

        cluster.Create(ResourceTypes.VolumeSnapshotContents, content);
        cluster.Create(ResourceTypes.VolumeSnapshots, snapshot);
        await Eventually.HoldsAsync(
            () => cluster.Store.Get(ResourceTypes.VolumeSnapshots, "contract-mover", "rebound").Flag("status", "readyToUse"),
            () => cluster.Store.Get(ResourceTypes.VolumeSnapshots, "contract-mover", "rebound")!.ToJsonString());
        cluster.Create(ResourceTypes.PersistentVolumeClaims, claim);
        await Eventually.HoldsAsync(
            () => cluster.Store.Get(ResourceTypes.PersistentVolumeClaims, "contract-mover", "from-rebound").Text("status", "phase") == "Bound",
            () => string.Join('\n', cluster.Events("from-rebound")));

        Assert.Equal(
            Projections.Content(Snapshots.History(ResourceTypes.VolumeSnapshotContents, "rebound-s1")[^1]!),
            Projections.Content(cluster.Get(ResourceTypes.VolumeSnapshotContents, "rebound-s1")!));
        cluster.Store.Delete(ResourceTypes.VolumeSnapshots, "contract-mover", "rebound");
        await Eventually.HoldsAsync(() => cluster.Store.Get(ResourceTypes.VolumeSnapshots, "contract-mover", "rebound") is null, () => "the rebound snapshot stays");
        Assert.NotNull(cluster.Get(ResourceTypes.VolumeSnapshotContents, "rebound-s1"));
        Assert.True(Directory.Exists(Path.Combine(cluster.DataDirectory, "snapshots", handle)));
    }

    private static async Task<RunningCluster> WithSnapshotAsync()
    {
        var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Claims.Request(ResourceTypes.PersistentVolumeClaims, "data"));
        await BoundAsync(cluster, "data");
        cluster.Create(ResourceTypes.VolumeSnapshots, Snapshots.Request(ResourceTypes.VolumeSnapshots, "s1"));
        await ReadyAsync(cluster, "s1");
        return cluster;
    }

    private static Task<JsonObject> BoundAsync(RunningCluster cluster, string claim) =>
        cluster.EventuallyAsync(ResourceTypes.PersistentVolumeClaims, claim, found => found.Text("status", "phase") == "Bound");

    private static Task<JsonObject> ReadyAsync(RunningCluster cluster, string snapshot) =>
        cluster.EventuallyAsync(ResourceTypes.VolumeSnapshots, snapshot, found => found.Flag("status", "readyToUse"));

    /// <summary>Two controllers speak at the same time about a claim: the order is chance, on a real cluster too.</summary>
    private static void SameEvents(Recording recording, RunningCluster cluster, string about, string besides = "\n") =>
        Same(recording.EventsAbout(about).Where(told => !told.Contains(besides, StringComparison.Ordinal)).Order(StringComparer.Ordinal), Told(cluster, about).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Told(RunningCluster cluster, string about) => cluster.Events(about).Select(Projections.Neutral).Distinct();

    private static void Same(IEnumerable<string> recorded, IEnumerable<string> ours) =>
        Assert.Equal(string.Join("\n", recorded), string.Join("\n", ours));
}
