using System.Security.Cryptography;
using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

/// <summary>Block volumes; a regular file stands for the device, which the mover reads and writes alike.</summary>
public sealed class DeviceTests
{
    private const int Size = 8 * 1024 * 1024 + 512;

    public static TheoryData<string> Restics => SelectionTests.Restics;

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task A_device_comes_back_byte_for_byte_whatever_its_target_held(string restic)
    {
        using var rig = new MoverRig { Restic = restic };
        MakeDevice(rig, "device");
        var saved = await Save(rig, "device", keep: "last=1");
        Assert.True(saved.ExitCode == 0, saved.Log);
        Assert.Equal(["/volume.img"], saved.Result.GetProperty("snapshot").GetProperty("paths").EnumerateArray().Select(path => path.GetString()));
        Assert.Equal(1, saved.Result.GetProperty("forget").GetProperty("kept").GetInt32());
        File.WriteAllBytes(rig.In("used"), [.. Enumerable.Repeat((byte)0xAA, Size)]);
        using (var fresh = File.Create(rig.In("fresh")))
            fresh.SetLength(Size + 4096);

        var ontoUsed = await Restore(rig, "used", saved.SnapshotId);
        var ontoFresh = await Restore(rig, "fresh", saved.SnapshotId);

        Assert.True(ontoUsed.ExitCode == 0, ontoUsed.Log);
        Assert.True(ontoFresh.ExitCode == 0, ontoFresh.Log);
        Assert.Equal(Size, ontoFresh.Result.GetProperty("restore").GetProperty("bytesRestored").GetInt64());
        var expected = File.ReadAllBytes(rig.In("device"));
        Assert.Equal(expected, File.ReadAllBytes(rig.In("used")));
        Assert.Equal(expected, File.ReadAllBytes(rig.In("fresh"))[..Size]);
    }

    [Fact]
    public async Task Zeros_are_not_written_where_there_are_zeros()
    {
        using var rig = new MoverRig();
        using (var hollow = File.Create(rig.In("device")))
            hollow.SetLength(64L << 20);
        var saved = await Save(rig, "device");
        using (var fresh = File.Create(rig.In("fresh")))
            fresh.SetLength(64L << 20);

        Assert.Equal(0, (await Restore(rig, "fresh", saved.SnapshotId)).ExitCode);

        using var du = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("du", ["--block-size=1", rig.In("fresh")]) { RedirectStandardOutput = true })!;
        Assert.StartsWith("0\t", await du.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unchanged_device_adds_next_to_nothing()
    {
        using var rig = new MoverRig();
        MakeDevice(rig, "device");
        await Save(rig, "device");

        Assert.InRange((await Save(rig, "device")).Backup("bytesAdded"), 0, 10_000);
    }

    [Fact]
    public async Task A_target_that_is_too_small_is_not_touched()
    {
        using var rig = new MoverRig();
        MakeDevice(rig, "device");
        var saved = await Save(rig, "device");
        File.WriteAllBytes(rig.In("small"), [1, 2, 3]);

        var run = await Restore(rig, "small", saved.SnapshotId);

        Assert.Equal(27, run.ExitCode);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(rig.In("small")));
    }

    [Fact]
    public async Task Files_are_not_restored_onto_a_device_nor_a_device_into_files()
    {
        using var rig = new MoverRig();
        MakeDevice(rig, "device");
        var image = await Save(rig, "device");
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        var files = await rig.Backup();
        var before = File.ReadAllBytes(rig.In("device"));

        Assert.Equal(13, (await rig.Restore(image.SnapshotId)).ExitCode);
        Assert.Equal(13, (await Restore(rig, "device", files.SnapshotId)).ExitCode);
        Assert.Equal(before, File.ReadAllBytes(rig.In("device")));
    }

    [Fact]
    public async Task Who_asks_for_a_claim_s_newest_snapshot_need_not_know_that_it_was_a_device()
    {
        using var rig = new MoverRig();
        MakeDevice(rig, "device");
        var saved = await Save(rig, "device");

        var found = await rig.Run(rig.Options(Operation.Resolve) with { Path = "/data" });

        Assert.Equal(saved.SnapshotId, found.SnapshotId);
        Assert.Contains($"device-bytes={Size}", found.Result.GetProperty("snapshot").GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
    }

    [Fact]
    public async Task A_device_that_cannot_be_read_to_its_end_makes_no_snapshot()
    {
        using var rig = new MoverRig();
        await rig.Backup();

        // What restic is given to run is this program; that it fails is what counts.
        var output = new MemoryStream();
        Assert.Equal(1, BlockDevice.Print(rig.In("nowhere"), output, TextWriter.Null));
        Assert.Equal(27, (await Save(rig, "nowhere")).ExitCode);
        rig.Restic = rig.In("restic-whose-device-breaks");
        File.WriteAllText(
            rig.Restic,
            $"#!/bin/sh\n[ \"$1\" = backup ] || exec '{Tools.Restic}' \"$@\"\nexec '{Tools.Restic}' backup --json --host=shop --stdin-from-command --stdin-filename=/volume.img -- sh -c 'echo part; exit 1'\n");
        Backsnap.Host.Tree.Posix.SetMode(rig.Restic, 0x1C0);
        MakeDevice(rig, "device");

        var run = await Save(rig, "device");

        Assert.Equal("Failed", run.Result.GetProperty("outcome").GetString());
        Assert.Equal(1, await rig.CountSnapshots());
    }

    private static Task<MoverRun> Save(MoverRig rig, string device, string? keep = null) =>
        rig.Run(rig.Options(Operation.Backup) with { Path = null, Device = rig.In(device), Keep = keep });

    private static Task<MoverRun> Restore(MoverRig rig, string device, string snapshot) =>
        rig.Run(rig.Options(Operation.Restore) with { Path = null, Device = rig.In(device), Snapshot = snapshot });

    // Noise at both ends, and zeros between that a restore must write onto a device that was used before.
    private static void MakeDevice(MoverRig rig, string name)
    {
        var content = new byte[Size];
        RandomNumberGenerator.Fill(content.AsSpan(0, 3_000_000));
        RandomNumberGenerator.Fill(content.AsSpan(Size - 1000));
        File.WriteAllBytes(rig.In(name), content);
    }
}
