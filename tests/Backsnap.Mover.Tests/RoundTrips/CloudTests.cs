using Backsnap.Host.Mover;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.RoundTrips;

/// <summary>The stores of which no server can be had: a backup, retention, a prune, a check and a restore against as much of them as restic uses.</summary>
public sealed class CloudTests
{
    [Fact]
    public async Task Swift_is_reached_with_a_user_and_a_key()
    {
        await using var swift = new SwiftStub();
        await swift.Start();
        using var rig = new MoverRig { Repository = "swift:backups:/shop/orders" };
        rig.Environment = rig.Environment.SetItems(swift.Variables);

        await ThereAndBack(rig);

        Assert.Contains("shop/orders/config", swift.Objects.Keys);
        rig.Environment = rig.Environment.SetItem("ST_KEY", "another key");
        var refused = await rig.Run(rig.Options(Operation.Resolve) with { ProbeTimeout = "20s" });
        Assert.True(refused.ExitCode == 20, refused.Log);
    }

    [Fact]
    public async Task Google_is_reached_with_the_key_of_a_service_account()
    {
        await using var google = await GoogleStub.StartNew();
        using var rig = new MoverRig { Repository = "gs:backups:/shop/orders" };
        rig.Environment = rig.Environment.SetItems(google.Variables);

        await ThereAndBack(rig);

        Assert.Contains("shop/orders/config", google.Objects.Keys);
    }

    private static async Task ThereAndBack(MoverRig rig)
    {
        rig.MakeTree(seed: 5);
        await Good(rig.Backup(keep: "last=1"));
        TreeEditor.Edit(rig.Volume, seed: 6);
        var before = TreeFingerprint.Of(rig.Volume);
        var saved = await Good(rig.Backup(keep: "last=1"));
        await Good(rig.Run(rig.Options(Operation.Prune)));
        await Good(rig.Run(rig.Options(Operation.Check) with { ReadDataSubset = "1/1" }));
        rig.EmptyVolume();

        await Good(rig.Restore(saved.SnapshotId));

        Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Volume)));
    }

    private static async Task<MoverRun> Good(Task<MoverRun> running)
    {
        var run = await running;
        Assert.True(run.ExitCode == 0, run.Log);
        return run;
    }
}
