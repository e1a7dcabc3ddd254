using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public class BackupTests
{
    private protected virtual bool Isolated => false;

    [Fact]
    public async Task A_due_slot_becomes_a_backup_and_leaves_nothing_but_its_record()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 1, schedule: "*/10 * * * * *");
        await scenario.FilledClaim("scratch", seed: 2, schedule: "");
        scenario.StartOperator();

        IReadOnlyList<PvcBackup> backups = [];
        await Eventually.True(
            async () => (backups = await scenario.List(Resources.PvcBackups)).Any(backup => backup.Status?.Result is not null),
            () => $"no scheduled backup finished\n{scenario.Story()}");
        await scenario.Patch(Resources.PersistentVolumeClaims, "orders", new() { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["annotations"] = new System.Text.Json.Nodes.JsonObject { ["backsnap.skyb.it/schedule"] = "" } } });

        var done = backups.First(backup => backup.Status?.Result is not null);
        Assert.Equal("Succeeded", done.Status!.Result);
        Assert.Equal("orders", done.Spec!.Pvc);
        Assert.Equal(64, done.Status.Snapshot!.Length);
        Assert.True(done.Status.FilesNew > 10, $"new files: {done.Status.FilesNew}");
        Assert.True(done.Status.BytesAdded > 100_000, $"bytes added: {done.Status.BytesAdded}");
        Assert.True(done.Status.BytesProcessed >= done.Status.BytesAdded / 2, $"bytes processed: {done.Status.BytesProcessed}");
        Assert.NotNull(done.Status.StartedAt);
        Assert.NotNull(done.Status.FinishedAt);
        Assert.Matches("^[0-9hms.]+$", done.Status.Duration);
        var slot = DateTimeOffset.Parse(done.Metadata.Annotations!["backsnap.skyb.it/slot"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(0, slot.Second % 10);
        Assert.StartsWith($"orders-{slot.UtcDateTime:yyyyMMdd-HHmmss}", done.Metadata.Name, StringComparison.Ordinal);
        Assert.Contains(done.Status.Conditions!, condition => condition is { Type: "Ready", Status: "True" });
        Assert.Contains(done.Status.Conditions!, condition => condition is { Type: "Complete", Status: "True" });
        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).All(backup => backup.Status?.Result is not null),
            () => $"backups go on\n{scenario.Story()}");
        await scenario.Clean();
        Assert.DoesNotContain(await scenario.List(Resources.PvcBackups), backup => backup.Spec!.Pvc == "scratch");
        Assert.Equal(["orders", "scratch"], (await scenario.List(Resources.PersistentVolumeClaims)).Select(claim => claim.Metadata.Name).Order());
    }

    [Fact]
    public async Task A_backup_by_hand_is_carried_out_although_the_operator_makes_none_of_its_own()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 3, schedule: "*/5 * * * * *");
        scenario.StartOperator("-manual");

        var done = await scenario.BackUp("by-hand", "orders");

        Assert.Equal("Succeeded", done.Status!.Result);
        await scenario.Clean();
        Assert.Equal("by-hand", Assert.Single(await scenario.List(Resources.PvcBackups)).Metadata.Name);
    }

    [Fact]
    public async Task A_second_backup_adds_only_what_has_changed()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 4);
        scenario.StartOperator();

        var first = await scenario.BackUp("first", "orders");
        await scenario.Edit("orders", seed: 5);
        var second = await scenario.BackUp("second", "orders");

        Assert.Equal(("Succeeded", "Succeeded"), (first.Status!.Result, second.Status!.Result));
        Assert.NotEqual(first.Status.Snapshot, second.Status.Snapshot);
        // Whether a file counts as changed depends on the driver: a copy has new inodes, a clone has not. What is new does not.
        Assert.True(second.Status.FilesNew is > 0 and < 10, $"new {second.Status.FilesNew}");
        Assert.True(second.Status.BytesAdded < first.Status.BytesAdded / 2, $"first added {first.Status.BytesAdded}, second {second.Status.BytesAdded}");
    }

    [Fact]
    public async Task A_backup_named_like_its_claim_leaves_the_claim_alone()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        var before = await scenario.FilledClaim("orders", seed: 6);
        scenario.StartOperator();

        var done = await scenario.BackUp("orders", "orders");
        await scenario.Clean();

        Assert.Equal("Succeeded", done.Status!.Result);
        var after = await scenario.Get(Resources.PersistentVolumeClaims, "orders");
        Assert.Equal(before.Metadata.Uid, after.Metadata.Uid);
        Assert.Null(after.Metadata.DeletionTimestamp);
    }

    [Fact]
    public async Task Old_backups_expire_and_the_newest_success_stays()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 7);
        scenario.StartOperator();

        await scenario.BackUp("older", "orders", ttl: "1s");
        await scenario.BackUp("newer", "orders", ttl: "1s");

        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).Select(backup => backup.Metadata.Name).SequenceEqual(["newer"]),
            () => $"expected only the newer one\n{scenario.Story()}");
        // A third one, made while the newest success is long past its time, is the first chance for it to go.
        Assert.Equal("Succeeded", (await scenario.BackUp("newest", "orders", ttl: "1s")).Status!.Result);
        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).Select(backup => backup.Metadata.Name).SequenceEqual(["newest"]),
            () => $"expected only the newest one\n{scenario.Story()}");
    }

    [Fact]
    public async Task A_deleted_backup_stops_and_leaves_nothing()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 8);
        scenario.StartOperator();

        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "unwanted", "orders", null));
        await Eventually.True(async () => (await scenario.Temporary()).Any(item => item.StartsWith("Job", StringComparison.Ordinal)), () => $"no Job came\n{scenario.Story()}");
        await scenario.Delete(Resources.PvcBackups, "unwanted");

        await scenario.Clean();
        Assert.Equal("Succeeded", (await scenario.BackUp("wanted", "orders")).Status!.Result);
    }
}
