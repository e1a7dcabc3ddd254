using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;

namespace Backsnap.Mover.Tests.Kills;

public sealed class HalfMadeTests
{
    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repository_with_keys_and_no_configuration_is_named_and_left_alone_and_the_way_out_works(bool oldest)
    {
        Skip.If(oldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig();
        rig.Restic = oldest ? Tools.OldestRestic! : Tools.Restic;
        await rig.Ask("init");
        File.Delete(Path.Combine(rig.Repository, "config"));
        var keys = Directory.GetFiles(Path.Combine(rig.Repository, "keys"));

        var run = await rig.Backup();

        Assert.True(run.ExitCode == 14, run.Log);
        Assert.Contains("it has keys and no configuration", run.Message, StringComparison.Ordinal);
        Assert.Contains("delete its directory keys", run.Message, StringComparison.Ordinal);
        Assert.Equal(keys, Directory.GetFiles(Path.Combine(rig.Repository, "keys")));

        Directory.Delete(Path.Combine(rig.Repository, "keys"), recursive: true);
        Assert.Equal(0, (await rig.Backup()).ExitCode);
    }
}
