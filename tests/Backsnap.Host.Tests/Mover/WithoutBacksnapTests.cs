using System.Diagnostics;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Mover;

/// <summary>The page docs/restore-without-backsnap.md, run as it stands with plain restic on a repository that the mover wrote.</summary>
public sealed class WithoutBacksnapTests
{
    public static TheoryData<string> Restics => SelectionTests.Restics;

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task What_the_mover_saved_is_read_with_plain_restic_as_the_page_says(string restic)
    {
        using var rig = new MoverRig { Restic = restic };
        rig.Repository = rig.In("base/shop/orders");
        rig.MakeTree(seed: 3);
        Assert.Equal(0, (await rig.Backup(keep: "last=1")).ExitCode);
        Directory.CreateDirectory(rig.In("bin"));
        Directory.CreateDirectory(rig.In("home"));
        File.CreateSymbolicLink(rig.In("bin/restic"), restic);
        // The volume of the test is no pod's: it lies elsewhere.
        var commands = string.Join('\n', Blocks()).Replace("/data", rig.Volume, StringComparison.Ordinal);

        var start = new ProcessStartInfo("sh", ["-euc", commands]) { WorkingDirectory = rig.In("home"), RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{rig.In("bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment["HOME"] = rig.In("home");
        start.Environment["BASE"] = rig.In("base");
        start.Environment["PASSWORD"] = MoverRig.Password;
        using var shell = Process.Start(start)!;
        var output = await Task.WhenAll(shell.StandardOutput.ReadToEndAsync(), shell.StandardError.ReadToEndAsync());
        await shell.WaitForExitAsync();

        Assert.True(shell.ExitCode == 0, string.Concat(output));
        Assert.Equal(File.ReadAllBytes(Path.Combine(rig.Volume, "README.txt")), File.ReadAllBytes(rig.In("home/README.txt")));
        // The directory itself is made by restic here: only what is in it comes back whole.
        Assert.DoesNotContain(
            TreeComparison.Differences(TreeFingerprint.Of(rig.Volume), TreeFingerprint.Of(rig.In("home/restored"))),
            difference => !difference.StartsWith(".:", StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_has_commands() => Assert.InRange(Blocks().Count(), 4, 20);

    private static IEnumerable<string> Blocks() =>
        File.ReadAllText(Page()).Split("```sh\n").Skip(1).Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]);

    private static string Page()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (Path.Combine(directory.FullName, "docs", "restore-without-backsnap.md") is var page && File.Exists(page))
                return page;
        throw new FileNotFoundException("docs/restore-without-backsnap.md");
    }
}
