using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tree;

namespace Backsnap.Host.Tests.Stores;

public sealed class S3Tests
{
    [SkippableFact]
    public async Task A_volume_goes_to_s3_and_comes_back_alike()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var server = await S3Server.Start();
        using var rig = Rig(server, S3Server.Bucket);
        rig.MakeTree(seed: 3);
        var before = TreeFingerprint.Of(rig.Volume);

        var saved = await rig.Backup(keep: "last=1");
        Assert.True(saved.ExitCode == 0, saved.Log);
        rig.EmptyVolume();
        var restored = await rig.Restore(saved.SnapshotId);

        Assert.True(restored.ExitCode == 0, restored.Log);
        Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Volume)));
    }

    [SkippableFact]
    public async Task A_missing_bucket_is_named_within_the_probe_s_time()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var server = await S3Server.Start();
        using var rig = Rig(server, "no-such-bucket");

        var run = await rig.Run(rig.Options(Backsnap.Host.Mover.Operation.Resolve) with { ProbeTimeout = "4s" });

        Assert.True(run.ExitCode == 22, run.Log);
        Assert.Equal("BucketMissing", run.Reason);
    }

    [SkippableFact]
    public async Task A_certificate_of_an_unknown_authority_is_named()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var server = await S3Server.Start();
        using var rig = Rig(server, S3Server.Bucket);
        rig.Environment = rig.Environment.Remove("RESTIC_CACERT");

        var run = await rig.Run(rig.Options(Backsnap.Host.Mover.Operation.Resolve) with { ProbeTimeout = "4s" });

        Assert.True(run.ExitCode == 24, run.Log);
    }

    private static MoverRig Rig(S3Server server, string bucket)
    {
        var rig = new MoverRig { Repository = $"s3:{server.Address}/{bucket}/shop/orders" };
        rig.Environment = rig.Environment.SetItems(server.Environment);
        return rig;
    }
}
