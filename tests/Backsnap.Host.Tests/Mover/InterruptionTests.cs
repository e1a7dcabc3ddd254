using System.Diagnostics;

namespace Backsnap.Host.Tests.Mover;

public sealed class InterruptionTests
{
    [Fact]
    public async Task Sigterm_stops_restic_cleanly_and_is_reported()
    {
        using var rig = new MoverRig();
        await rig.Backup();
        MakeLargeFile(rig);
        var result = rig.In("termination-log");
        using var mover = Start(rig, result);

        await Until(mover, IsProgress);
        Assert.Equal("Interrupted", MoverRig.ReadResult(result).GetProperty("reason").GetString());
        using (var kill = Process.Start("kill", ["-TERM", $"{mover.Id}"]))
            await kill.WaitForExitAsync();
        await mover.StandardOutput.ReadToEndAsync();
        await mover.WaitForExitAsync();

        Assert.Equal(130, mover.ExitCode);
        Assert.Equal(130, MoverRig.ReadResult(result).GetProperty("exitCode").GetInt32());
        Assert.Equal("", (await rig.Ask("list", "locks", "--no-lock")).Trim());
        Assert.Equal(1, await rig.CountSnapshots());
    }

    [Fact]
    public async Task A_mover_killed_outright_leaves_a_true_result_and_a_repository_that_the_next_one_uses()
    {
        using var rig = new MoverRig();
        await rig.Backup();
        MakeLargeFile(rig);
        var result = rig.In("termination-log");
        using (var mover = Start(rig, result))
        {
            await Until(mover, IsProgress);
            mover.Kill(entireProcessTree: true);
            await mover.WaitForExitAsync();
        }

        Assert.Equal("Failed", MoverRig.ReadResult(result).GetProperty("outcome").GetString());
        File.Delete(Path.Combine(rig.Volume, "large"));
        Assert.Equal(0, (await rig.Backup()).ExitCode);
        Assert.Equal(2, await rig.CountSnapshots());
    }

    [Fact]
    public async Task Being_told_to_stop_before_it_began_is_an_interruption()
    {
        using var rig = new MoverRig();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        var run = await rig.Backup(stop: stop.Token);

        Assert.Equal(130, run.ExitCode);
        Assert.False(Directory.Exists(rig.Repository));
    }

    // A hole: costs no disk, and restic some seconds to read through.
    private static void MakeLargeFile(MoverRig rig)
    {
        using var file = File.Create(Path.Combine(rig.Volume, "large"));
        file.SetLength(64L << 30);
    }

    private static Process Start(MoverRig rig, string result)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "backsnap.dll"), "mover", "backup", "--repository", rig.Repository, "--host", rig.Namespace, "--path", rig.Volume,
                "--cache-dir", rig.In("cache"), "--result-file", result, "--restic", rig.Restic,
            },
        };
        foreach (var (name, value) in rig.Environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    // Only now does restic hold a lock.
    private static bool IsProgress(string line) => line.StartsWith("backup ", StringComparison.Ordinal) && line.Contains(" files  ", StringComparison.Ordinal);

    private static async Task Until(Process mover, Func<string, bool> seen)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await mover.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            if (seen(line))
                return;
        Assert.Fail("the mover ended before it made progress");
    }
}
