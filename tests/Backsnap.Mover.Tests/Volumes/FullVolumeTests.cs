using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;

namespace Backsnap.Mover.Tests.Volumes;

public sealed class FullVolumeTests
{
    // restic's own summary counts every file as restored even so.
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restore_that_finds_its_volume_full_fails_and_says_that_it_is_the_volume(bool oldest)
    {
        Skip.If(oldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig();
        rig.Restic = oldest ? Tools.OldestRestic! : Tools.Restic;
        var (mounted, why) = await Pod.TryMounting(rig, $"mount -t tmpfs -o size=300k tmpfs '{rig.Volume}'");
        Skip.If(mounted != 0, $"nothing can be mounted here: {why}");
        rig.MakeTree();
        var saved = await rig.Backup();
        rig.EmptyVolume();

        var (exitCode, log) = await Pod.TryMounting(
            rig, $"mount -t tmpfs -o size=300k tmpfs '{rig.Volume}'\n{Pod.Mover(rig, $"restore --snapshot {saved.SnapshotId}", rig.Volume)}");

        var result = MoverRig.ReadResult(rig.In("result"));
        Assert.True(exitCode == 29, log);
        Assert.Equal("VolumeFull", result.GetProperty("reason").GetString());
        Assert.Contains("no space left on device", result.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
