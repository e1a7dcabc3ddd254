using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

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
    public async Task A_snapshot_of_another_host_and_path_is_restored_only_on_an_express_word_and_whole()
    {
        using var rig = new MoverRig();
        Directory.CreateDirectory(rig.In("elsewhere/below"));
        File.WriteAllText(rig.In("elsewhere/below/file"), "content");
        Posix.SetMode(rig.In("elsewhere"), 0x1C8);
        var foreign = await rig.Run(rig.Options(Operation.Backup) with { Host = "other", Path = rig.In("elsewhere") });
        var resolve = rig.Options(Operation.Resolve) with { Snapshot = foreign.SnapshotId[..8] };
        var restore = rig.Options(Operation.Restore) with { Snapshot = foreign.SnapshotId };

        Assert.Equal(13, (await rig.Run(resolve)).ExitCode);
        Assert.Equal(13, (await rig.Run(restore)).ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(rig.Volume));
        Assert.Equal(27, (await rig.Run(resolve with { Snapshot = "latest", AllowForeign = true })).ExitCode);

        Assert.Equal(foreign.SnapshotId, (await rig.Run(resolve with { AllowForeign = true })).SnapshotId);
        var restored = await rig.Run(restore with { AllowForeign = true });
        Assert.True(restored.ExitCode == 0, restored.Log);
        Assert.Equal("content", File.ReadAllText(Path.Combine(rig.Volume, "below/file")));
        Assert.Empty(TreeComparison.Differences(TreeFingerprint.Of(rig.In("elsewhere")), TreeFingerprint.Of(rig.Volume)));
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
