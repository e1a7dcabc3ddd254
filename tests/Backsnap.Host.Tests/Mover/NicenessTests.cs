using Backsnap.Host.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Mover;

/// <summary>restic stands back for others as far as it is told to; the mover itself, which has next to nothing to do, does not.</summary>
public sealed class NicenessTests
{
    [Theory]
    [InlineData(null, "0")]
    [InlineData("0", "0")]
    [InlineData("10", "10")]
    [InlineData("19", "19")]
    public async Task Restic_is_as_nice_as_it_is_told_and_the_mover_stays_as_it_was(string? nice, string expected)
    {
        using var rig = new MoverRig();
        rig.MakeTree();
        var told = rig.In("told");
        var restic = rig.In("restic");
        await File.WriteAllTextAsync(restic, $"#!/bin/sh\nnice >>'{told}'\nexec '{rig.Restic}' \"$@\"\n");
        Posix.SetMode(restic, 0x1C0);
        rig.Restic = restic;

        var run = await rig.Run(rig.Options(Operation.Backup) with { Nice = nice });

        Assert.True(run.ExitCode == 0, run.Log);
        Assert.Equal([expected], (await File.ReadAllLinesAsync(told)).Distinct());
        Assert.Equal("0", OwnNiceness());
    }

    // The 19th field; the second is the program's name in brackets.
    private static string OwnNiceness() => File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ')[16];
}
