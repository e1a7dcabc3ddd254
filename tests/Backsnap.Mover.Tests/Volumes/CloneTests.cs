using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;

namespace Backsnap.Mover.Tests.Volumes;

public sealed class CloneTests
{
    // The first volume stays in use meanwhile, so that its clone gets a device number of its own, as each clone of a snapshot does.
    private const string Clone = """
        cp "$IMAGE" "$IMAGE.clone"
        mount -o loop "$IMAGE" "$ELSEWHERE"
        mount -o loop "$IMAGE.clone" "$VOLUME"
        test "$(stat -c %d "$VOLUME")" != "$(stat -c %d "$ELSEWHERE")"
        """;

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_clone_of_the_volume_on_another_device_reads_nothing_and_adds_nothing(bool oldest)
    {
        Skip.If(oldest && Tools.OldestRestic is null, "no second version of restic in .tools");
        using var rig = new MoverRig();
        rig.Restic = oldest ? Tools.OldestRestic! : Tools.Restic;
        Directory.CreateDirectory(rig.In("elsewhere"));
        var (made, output) = await Pod.TryMounting(
            rig,
            $"{Names(rig)} truncate -s 64M \"$IMAGE\"; mkfs.ext4 -q -F \"$IMAGE\"; mount -o loop \"$IMAGE\" \"$VOLUME\"; "
            + $"dotnet '{Path.Combine(AppContext.BaseDirectory, "backsnap.dll")}' tree make \"$VOLUME\" --seed 51");
        Skip.If(made != 0, $"file systems in files cannot be mounted here: {output}");
        await Backup("mount -o loop \"$IMAGE\" \"$VOLUME\"");

        await Backup(Clone);

        var figures = MoverRig.ReadResult(rig.In("result")).GetProperty("backup");
        Assert.Equal(0, figures.GetProperty("filesNew").GetInt64());
        Assert.Equal(0, figures.GetProperty("filesChanged").GetInt64());
        Assert.True(figures.GetProperty("filesUnmodified").GetInt64() > 20);
        // The directories above the volume are recorded as well, and their times have changed.
        Assert.InRange(figures.GetProperty("bytesAdded").GetInt64(), 0, 10_000);

        async Task Backup(string mounts)
        {
            var (exitCode, log) = await Pod.TryMounting(rig, $"{Names(rig)} {mounts}\n{Pod.Mover(rig, "backup", rig.Volume)}");
            Assert.True(exitCode == 0, log);
        }
    }

    private static string Names(MoverRig rig) => $"IMAGE='{rig.In("image")}'; ELSEWHERE='{rig.In("elsewhere")}'; VOLUME='{rig.Volume}';";
}
