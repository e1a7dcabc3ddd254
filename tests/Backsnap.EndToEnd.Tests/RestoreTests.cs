using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public class RestoreTests
{
    private protected virtual bool Isolated => false;

    [Fact]
    public async Task A_deleted_claim_comes_back_as_it_was_byte_by_byte()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        var claim = await scenario.FilledClaim("orders", seed: 11);
        var before = await scenario.SnapshotFingerprint("orders");
        scenario.StartOperator();
        await scenario.BackUp("saved", "orders");
        await scenario.DeleteClaim("orders");

        var restore = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders" });

        Assert.Equal("Succeeded", restore.Status!.Result);
        Assert.True(restore.Status.BytesRestored > 100_000, $"bytes: {restore.Status.BytesRestored}");
        await scenario.Clean();
        Assert.Equal(before, await scenario.Fingerprint("orders"));
        var back = await scenario.Get(Resources.PersistentVolumeClaims, "orders");
        Assert.NotEqual(claim.Metadata.Uid, back.Metadata.Uid);
        Assert.Equal(claim.Spec!.StorageClassName, back.Spec!.StorageClassName);
        Assert.Equal(claim.Spec.Resources!.Requests!["storage"], back.Spec.Resources!.Requests!["storage"]);
        Assert.Empty(back.Metadata.OwnerReferences ?? []);
        Assert.False(back.Metadata.Annotations?.ContainsKey("backsnap.skyb.it/restoring") ?? false);
    }

    [SkippableFact]
    public async Task A_raw_device_comes_back_byte_by_byte()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "the image has no shell to fill a device with");
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.BlockClaim("disk");
        var before = await scenario.Device("disk", "seq 100000 | dd of=/dev/disk conv=notrunc status=none; sha256sum < /dev/disk");
        scenario.StartOperator();
        var backup = await scenario.BackUp("saved", "disk");
        await scenario.DeleteClaim("disk");

        var restore = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "disk" });

        Assert.True(backup.Status!.Result == "Succeeded", scenario.Story());
        Assert.True(restore.Status!.Result == "Succeeded", scenario.Story());
        Assert.Equal(8 << 20, restore.Status.BytesRestored);
        await scenario.Clean();
        Assert.Equal("Block", (await scenario.Get(Resources.PersistentVolumeClaims, "disk")).Spec!.VolumeMode);
        Assert.Equal(before, await scenario.Device("disk", "sha256sum < /dev/disk"));
    }

    [Fact]
    public async Task An_older_snapshot_comes_back_by_its_id_and_by_an_instant()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 12);
        var older = await scenario.SnapshotFingerprint("orders");
        scenario.StartOperator("--retention", "last=10");
        var first = await scenario.BackUp("first", "orders");
        var between = first.Status!.FinishedAt!.Value.AddSeconds(1);
        await scenario.Edit("orders", seed: 13);
        await Eventually.True(() => Task.FromResult(DateTimeOffset.UtcNow > between.AddSeconds(1)), () => "the clock stands still");
        var newer = await scenario.SnapshotFingerprint("orders");
        await scenario.BackUp("second", "orders");

        var byId = await scenario.Restore("by-id", new JsonObject { ["sourcePvc"] = "orders", ["sourceSnapshot"] = first.Status.Snapshot![..8], ["targetPvc"] = "by-id" });
        var byInstant = await scenario.Restore("by-instant", new JsonObject { ["sourcePvc"] = "orders", ["asOf"] = between.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), ["targetPvc"] = "by-instant" });
        var latest = await scenario.Restore("latest", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "latest" });

        Assert.Equal(("Succeeded", "Succeeded", "Succeeded"), (byId.Status!.Result, byInstant.Status!.Result, latest.Status!.Result));
        Assert.Equal(first.Status.Snapshot, byId.Status.Snapshot);
        Assert.Equal(first.Status.Snapshot, byInstant.Status.Snapshot);
        Assert.Equal(older, await scenario.Fingerprint("by-id"));
        Assert.Equal(older, await scenario.Fingerprint("by-instant"));
        Assert.Equal(newer, await scenario.Fingerprint("latest"));
        Assert.NotEqual(older, newer);
    }

    [Fact]
    public async Task A_restore_never_writes_into_a_claim_that_was_not_made_for_it()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 14);
        var before = await scenario.Fingerprint("orders");
        scenario.StartOperator();
        await scenario.BackUp("saved", "orders");

        var refused = await scenario.Restore("over", new JsonObject { ["sourcePvc"] = "orders" });

        Assert.Equal(("Failed", "TargetExists"), (refused.Status!.Result, refused.Status.Reason));
        Assert.Equal(before, await scenario.Fingerprint("orders"));
    }

    [Fact]
    public async Task A_restore_of_what_was_never_saved_fails_and_makes_no_claim()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        scenario.StartOperator();

        var nothing = await scenario.Restore("nothing", new JsonObject { ["sourcePvc"] = "never-there", ["targetPvcSize"] = "64Mi" });

        Assert.Equal("Failed", nothing.Status!.Result);
        Assert.Contains("repository", nothing.Status.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await scenario.List(Resources.PersistentVolumeClaims));
    }

    [Fact]
    public async Task A_restore_as_of_a_time_before_the_first_snapshot_fails_and_says_what_there_is()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 15);
        scenario.StartOperator();
        var saved = await scenario.BackUp("saved", "orders");

        var nothing = await scenario.Restore("too-early", new JsonObject { ["sourcePvc"] = "orders", ["asOf"] = "2020-01-01T00:00:00Z", ["targetPvc"] = "early" });

        Assert.Equal("Failed", nothing.Status!.Result);
        Assert.Contains(saved.Status!.Snapshot![..8], nothing.Status.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(await scenario.List(Resources.PersistentVolumeClaims), claim => claim.Metadata.Name == "early");
    }

    [Fact]
    public async Task A_restores_record_goes_with_its_time_to_live_and_the_claim_stays()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 16);
        var before = await scenario.SnapshotFingerprint("orders");
        scenario.StartOperator();
        await scenario.BackUp("saved", "orders");
        Assert.Equal("Succeeded", (await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" })).Status!.Result);
        await scenario.Clean();
        Assert.Equal("back", Assert.Single(await scenario.List(Resources.PvcRestores)).Metadata.Name);

        await scenario.Patch(Resources.PvcRestores, "back", new() { ["spec"] = new JsonObject { ["ttl"] = "1s" } });

        await Eventually.True(async () => (await scenario.List(Resources.PvcRestores)).Count == 0, () => $"the record is still there\n{scenario.Story()}");
        Assert.Equal(before, await scenario.Fingerprint("copy"));
        Assert.Null((await scenario.Get(Resources.PersistentVolumeClaims, "copy")).Metadata.DeletionTimestamp);
    }
}
