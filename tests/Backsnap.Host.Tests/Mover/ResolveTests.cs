using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

public sealed class ResolveTests
{
    [Fact]
    public async Task The_newest_an_instant_and_an_id_each_name_one_snapshot()
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        var first = await rig.Backup(time: "2026-01-01T00:00:00Z");
        var second = await rig.Backup(time: "2026-02-01T00:00:00Z");

        Assert.Equal(second.SnapshotId, (await rig.Resolve()).SnapshotId);
        Assert.Equal(second.SnapshotId, (await rig.Resolve("latest")).SnapshotId);
        Assert.Equal(first.SnapshotId, (await rig.Resolve(asOf: "2026-01-31T23:59:59+01:00")).SnapshotId);
        Assert.Equal(first.SnapshotId, (await rig.Resolve(asOf: "2026-01-01T00:00:00Z")).SnapshotId);
        Assert.Equal(first.SnapshotId, (await rig.Resolve(first.SnapshotId[..8])).SnapshotId);
    }

    [Fact]
    public async Task An_instant_before_the_first_snapshot_matches_none_and_says_what_there_is()
    {
        using var rig = new MoverRig();
        var saved = await rig.Backup(time: "2026-02-01T00:00:00Z");

        var run = await rig.Resolve(asOf: "2026-01-01T00:00:00Z");

        Assert.Equal(13, run.ExitCode);
        Assert.Contains("the oldest is of 2026-02-01T00:00:00Z", run.Message, StringComparison.Ordinal);
        var available = Assert.Single(run.Result.GetProperty("available").EnumerateArray());
        Assert.Equal(saved.SnapshotId[..8], available.GetProperty("id").GetString());
        Assert.Equal("2026-02-01T00:00:00Z", available.GetProperty("time").GetString());
    }

    [Fact]
    public async Task Snapshots_of_another_host_or_path_are_none_of_this_claim()
    {
        using var rig = new MoverRig();
        var ours = await rig.Backup();
        Directory.CreateDirectory(rig.In("elsewhere"));
        var otherHost = await rig.Run(rig.Options(Operation.Backup) with { Host = "other" });
        var otherPath = await rig.Run(rig.Options(Operation.Backup) with { Path = rig.In("elsewhere") });
        // One snapshot of both paths: restic's own filter takes it for either.
        await rig.Ask("backup", "--host=shop", "--", rig.Volume, rig.In("elsewhere"));

        Assert.Equal(ours.SnapshotId, (await rig.Resolve()).SnapshotId);
        Assert.Equal(13, (await rig.Resolve(otherHost.SnapshotId)).ExitCode);
        Assert.Equal(13, (await rig.Resolve(otherPath.SnapshotId)).ExitCode);
        Assert.Equal(13, (await rig.Restore(otherHost.SnapshotId)).ExitCode);
    }

    [Fact]
    public async Task No_repository_is_a_failure_and_none_is_made()
    {
        using var rig = new MoverRig();

        var resolved = await rig.Resolve();
        var restored = await rig.Restore(new string('a', 64));

        Assert.Equal(10, resolved.ExitCode);
        Assert.Equal("RepositoryMissing", resolved.Reason);
        Assert.Equal(10, restored.ExitCode);
        Assert.False(Directory.Exists(rig.Repository));
    }

    [Fact]
    public async Task An_empty_repository_is_no_success()
    {
        using var rig = new MoverRig();
        await rig.Ask("init");

        var run = await rig.Resolve();

        Assert.Equal(13, run.ExitCode);
        Assert.Equal("NoSnapshotMatches", run.Reason);
    }

    [Theory]
    [InlineData("--no-lock")]
    [InlineData("abc")]
    [InlineData("ABCDEF12")]
    [InlineData("latest:/etc")]
    public async Task What_cannot_be_an_id_never_reaches_restic(string id)
    {
        using var rig = new MoverRig { Restic = "/bin/false" };

        var run = await rig.Resolve(id);

        Assert.Equal(27, run.ExitCode);
        Assert.Contains("--snapshot", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restore_takes_whole_ids_only()
    {
        using var rig = new MoverRig();
        var saved = await rig.Backup();

        Assert.Equal(27, (await rig.Restore("latest")).ExitCode);
        Assert.Equal(27, (await rig.Restore(saved.SnapshotId[..8])).ExitCode);
    }
}
