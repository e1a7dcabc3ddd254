using Backsnap.Host.Mover;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Mover.Tests.Volumes;

/// <summary>Real block devices, as far as a loop device is one: their size is asked of the kernel, not of a file.</summary>
public sealed class LoopDeviceTests
{
    private const int Megabytes = 24;

    [SkippableFact]
    public async Task A_device_comes_back_byte_for_byte_over_whatever_was_there_and_never_onto_a_smaller_one()
    {
        using var rig = new MoverRig();
        using var source = await LoopDevice.TryMake(rig.In("source"), Megabytes);
        using var target = await LoopDevice.TryMake(rig.In("target"), Megabytes);
        using var small = await LoopDevice.TryMake(rig.In("small"), Megabytes - 1);
        Skip.If(source is null || target is null || small is null, "loop devices cannot be made here (losetup)");
        var chance = new SeededChance(31);
        Write(source.Path, 3 << 20, chance.Bytes(2 << 20));
        Write(source.Path, (Megabytes << 20) - 4096, chance.Bytes(4096));
        Write(target.Path, 0, chance.Bytes(Megabytes << 20));

        var saved = await rig.Run(Options(rig, Operation.Backup, source));
        var restored = await rig.Run(Options(rig, Operation.Restore, target) with { Snapshot = saved.SnapshotId });
        var refused = await rig.Run(Options(rig, Operation.Restore, small) with { Snapshot = saved.SnapshotId });

        Assert.True(restored.ExitCode == 0, restored.Log);
        Assert.Equal(await File.ReadAllBytesAsync(source.Path), await File.ReadAllBytesAsync(target.Path));
        Assert.True(refused.ExitCode == 27, refused.Log);
    }

    private static MoverOptions Options(MoverRig rig, Operation operation, LoopDevice device) => rig.Options(operation) with { Path = null, Device = device.Path };

    private static void Write(string path, long at, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Position = at;
        file.Write(bytes);
        file.Flush(flushToDisk: true);
    }

    private sealed record LoopDevice(string Path) : IDisposable
    {
        public static async Task<LoopDevice?> TryMake(string file, int megabytes)
        {
            var (exitCode, output) = await Shell.Try("truncate -s \"$2\"M \"$1\" && losetup --find --show \"$1\"", [file, $"{megabytes}"]);
            return exitCode == 0 ? new LoopDevice(output.Trim()) : null;
        }

        public void Dispose() => Shell.Try("losetup --detach \"$1\"", [Path]).GetAwaiter().GetResult();
    }
}
