using System.Collections.Immutable;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Trees;

namespace Backsnap.Mover.Tests.RoundTrips;

public sealed class RandomTreeTests
{
    private const int Histories = 5;

    [Fact]
    public void Whatever_happens_to_a_tree_between_backups_each_of_them_comes_back_as_it_was()
    {
        using var rig = new MoverRig();
        var number = 0;
        Laws.Hold(RandomTree.Histories, history => ComesBack(rig, history, $"case-{++number}").GetAwaiter().GetResult(), Histories);
    }

    // All cases share one repository, under a host of their own each: making one costs as much as a backup.
    private static async Task<bool> ComesBack(MoverRig rig, RandomHistory history, string host)
    {
        rig.EmptyVolume();
        var states = ImmutableArray.CreateBuilder<(string Snapshot, TreeFingerprint Tree)>();
        RandomTree.Make(rig.Volume, history.Entries);
        states.Add(await Save());
        foreach (var day in history.Days)
        {
            foreach (var edit in day)
                RandomTree.Apply(rig.Volume, edit);
            states.Add(await Save());
        }

        foreach (var (snapshot, tree) in (ReadOnlySpan<(string, TreeFingerprint)>)[states[^1], states[history.Older % states.Count]])
        {
            rig.EmptyVolume();
            Restore(snapshot).GetAwaiter().GetResult();
            Assert.Empty(TreeComparison.Differences(tree, TreeFingerprint.Of(rig.Volume)));
        }

        return true;

        async Task<(string, TreeFingerprint)> Save()
        {
            var tree = TreeFingerprint.Of(rig.Volume);
            var run = await rig.Run(rig.Options(Backsnap.Host.Mover.Operation.Backup) with { Host = host });
            Assert.True(run.ExitCode == 0, run.Log);
            return (run.SnapshotId, tree);
        }

        async Task Restore(string snapshot)
        {
            var run = await rig.Run(rig.Options(Backsnap.Host.Mover.Operation.Restore) with { Host = host, Snapshot = snapshot });
            Assert.True(run.ExitCode == 0, run.Log);
        }
    }
}
