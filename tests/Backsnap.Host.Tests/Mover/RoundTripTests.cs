using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Mover;

public sealed class RoundTripTests
{
    [Fact]
    public async Task A_restored_volume_equals_the_one_that_was_saved_in_content_and_metadata()
    {
        using var rig = new MoverRig();
        rig.MakeTree();
        var before = TreeFingerprint.Of(rig.Volume);

        var saved = await rig.Backup();
        Assert.Equal(0, saved.ExitCode);
        rig.EmptyVolume();
        Posix.SetMode(rig.Volume, 0x1FF);
        var restored = await rig.Restore(saved.SnapshotId);

        Assert.Equal(0, restored.ExitCode);
        Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Volume)));
        Assert.Equal(saved.SnapshotId, restored.SnapshotId);
        Assert.True(restored.Result.GetProperty("restore").GetProperty("bytesRestored").GetInt64() > 0);
    }

    [Fact]
    public async Task A_restore_that_is_run_again_over_half_of_one_ends_the_same()
    {
        using var rig = new MoverRig();
        rig.MakeTree();
        var before = TreeFingerprint.Of(rig.Volume);
        var saved = await rig.Backup();
        File.Delete(Path.Combine(rig.Volume, "special/original"));
        File.WriteAllText(Path.Combine(rig.Volume, "README.txt"), "half written");
        Directory.CreateDirectory(Path.Combine(rig.Volume, "lost+found"));

        Assert.Equal(0, (await rig.Restore(saved.SnapshotId)).ExitCode);
        Assert.Equal(0, (await rig.Restore(saved.SnapshotId)).ExitCode);

        // Two names of one file are one again, which the first run, over a tree without one of them, has to see to.
        Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Volume)));
        Assert.True(Directory.Exists(Path.Combine(rig.Volume, "lost+found")));
    }

    [Fact]
    public async Task An_unchanged_volume_is_read_from_its_parent_and_adds_nothing()
    {
        using var rig = new MoverRig();
        rig.MakeTree();
        await rig.Backup();

        var second = await rig.Backup();

        Assert.Equal(0, second.ExitCode);
        Assert.Equal(0, second.Backup("filesNew"));
        Assert.Equal(0, second.Backup("filesChanged"));
        Assert.True(second.Backup("filesUnmodified") > 0);
        // The directories above the volume are recorded as well, and their times have changed.
        Assert.InRange(second.Backup("bytesAdded"), 0, 10_000);
    }

    [Fact]
    public async Task A_changed_volume_adds_what_changed_and_an_older_snapshot_still_comes_back()
    {
        using var rig = new MoverRig();
        rig.MakeTree();
        var first = TreeFingerprint.Of(rig.Volume);
        var older = await rig.Backup(time: "2026-01-01T00:00:00Z");
        TreeEditor.Edit(rig.Volume, seed: 5);
        var second = TreeFingerprint.Of(rig.Volume);
        var newer = await rig.Backup(time: "2026-01-02T00:00:00Z");

        Assert.True(newer.Backup("filesNew") > 0);
        Assert.True(newer.Backup("bytesAdded") < newer.Backup("bytesProcessed"));
        foreach (var (run, expected) in new[] { (older, first), (newer, second) })
        {
            rig.EmptyVolume();
            Assert.Equal(0, (await rig.Restore(run.SnapshotId)).ExitCode);
            Assert.Empty(TreeComparison.Differences(expected, TreeFingerprint.Of(rig.Volume)));
        }
    }

    [Fact]
    public async Task Lost_and_found_is_left_out_of_a_backup()
    {
        using var rig = new MoverRig();
        Directory.CreateDirectory(Path.Combine(rig.Volume, "lost+found"));
        File.WriteAllText(Path.Combine(rig.Volume, "lost+found", "#123"), "of the file system");
        File.WriteAllText(Path.Combine(rig.Volume, "kept"), "of the claim");

        var saved = await rig.Backup();

        Assert.Equal(1, saved.Backup("filesProcessed"));
    }

    [SkippableFact]
    public async Task The_oldest_supported_restic_does_the_same()
    {
        Skip.If(Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig { Restic = Tools.OldestRestic };
        rig.MakeTree(seed: 9);
        var before = TreeFingerprint.Of(rig.Volume);
        var saved = await rig.Backup(keep: "last=2");
        rig.EmptyVolume();

        var restored = await rig.Restore(saved.SnapshotId);

        Assert.True(restored.ExitCode == 0, restored.Log);
        Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Volume)));
    }
}
