using System.Collections.Immutable;
using System.Diagnostics;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Mover;

/// <summary>The mover as pods run it: what the kernel allows there, and what an embedded cluster without namespaces gives instead.</summary>
public sealed class PodTests
{
    // A root file system that is read-only but for the volume, /tmp and the repository, and a process with the capabilities given and no more.
    private const string Pod = """
        set -e
        capabilities=$1 access=$2 volume=$3 home=$4; shift 4
        mkdir -p "$home/root"
        mount --rbind / "$home/root"; mount --make-rprivate "$home/root"
        mount -o remount,bind,ro "$home/root"
        mount --bind "$volume" "$home/root/srv"
        [ "$access" = rw ] || mount -o remount,bind,ro "$home/root/srv"
        mount --bind "$home" "$home/root$home"
        exec chroot "$home/root" setpriv --bounding-set="$capabilities" --inh-caps=-all --no-new-privs "$@"
        """;

    [SkippableFact]
    public async Task The_capabilities_of_its_pods_and_a_read_only_root_are_enough_for_everything()
    {
        Skip.IfNot(Environment.UserName == "root" && Directory.Exists("/srv"), "only root can make the mounts of a pod");
        using var rig = new MoverRig();
        rig.MakeTree(seed: 4);
        Directory.CreateDirectory(rig.In("restored"));
        var probe = await Start(rig, "-all", "rw", rig.Volume, "true");
        Skip.If(probe.ExitCode != 0, $"mounts are not allowed here: {probe.Output}");

        var backup = await Start(rig, "-all,+dac_override", "ro", rig.Volume, Mover(rig, "backup"));
        Assert.True(backup.ExitCode == 0, backup.Output);
        var id = MoverRig.ReadResult(rig.In("result")).GetProperty("snapshot").GetProperty("id").GetString()!;
        var restore = await Start(
            rig, "-all,+chown,+dac_override,+fowner,+fsetid,+mknod,+setfcap", "rw", rig.In("restored"), [.. Mover(rig, "restore"), "--snapshot", id]);

        Assert.True(restore.ExitCode == 0, restore.Output);
        Assert.Empty(TreeComparison.Differences(TreeFingerprint.Of(rig.Volume), TreeFingerprint.Of(rig.In("restored"))));
    }

    [Fact]
    public async Task Where_the_volume_is_another_directory_each_time_its_snapshots_are_still_found_and_restored_alike()
    {
        using var rig = new MoverRig();
        rig.MakeTree(seed: 6);
        Posix.SetMode(rig.Volume, 0x5F8);
        var before = TreeFingerprint.Of(rig.Volume);
        var secrets = rig.Environment;
        Directory.CreateDirectory(rig.In("restored"));
        var data = rig.Options(Operation.Backup) with { Path = "/data", Keep = "last=1" };

        rig.Environment = secrets.Add(PathMap.Variable, $"/data={rig.Volume}:/cache={rig.In("cache")}");
        var saved = await rig.Run(data);
        rig.Environment = secrets.Add(PathMap.Variable, $"/cache={rig.In("cache")}");
        var found = await rig.Run(data with { Operation = Operation.Resolve });
        rig.Environment = secrets.Add(PathMap.Variable, $"/data={rig.In("restored")}:/cache={rig.In("cache")}");
        var restored = await rig.Run(data with { Operation = Operation.Restore, Snapshot = saved.SnapshotId });

        Assert.Equal(0, saved.ExitCode);
        Assert.Equal(1, saved.Result.GetProperty("forget").GetProperty("kept").GetInt32());
        Assert.Equal(saved.SnapshotId, found.SnapshotId);
        Assert.True(restored.ExitCode == 0, restored.Log);
        Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.In("restored"))));
    }

    private static ImmutableArray<string> Mover(MoverRig rig, string operation) =>
    [
        "dotnet", Path.Combine(AppContext.BaseDirectory, "backsnap.dll"), "mover", operation, "--repository", rig.Repository, "--host", "shop", "--path", "/srv",
        "--cache-dir", rig.In("cache"), "--result-file", rig.In("result"), "--restic", rig.Restic,
    ];

    private static async Task<(int ExitCode, string Output)> Start(MoverRig rig, string capabilities, string access, string volume, params ImmutableArray<string> command)
    {
        var start = new ProcessStartInfo("unshare") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (ImmutableArray<string>)["--mount", "sh", "-c", Pod, "pod", capabilities, access, volume, rig.In("").TrimEnd('/'), .. command])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in rig.Environment.SetItem("HOME", rig.In("")).SetItem("TMPDIR", rig.In("").TrimEnd('/')).SetItem("DOTNET_EnableDiagnostics", "0"))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output));
    }
}
