using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Host.Tests.Stores;

namespace Backsnap.EndToEnd.Tests;

public sealed class S3Tests
{
    [SkippableFact]
    public async Task A_claim_goes_to_S3_and_comes_back_with_the_original_operators_flags()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "the S3 server of the tests is only reachable from the embedded cluster; BACKSNAP_E2E_REPOSITORY names another cluster's");
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var store = await S3Server.Start();
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 41);
        var before = await scenario.SnapshotFingerprint("orders");
        scenario.Guard("on no page of this", S3Server.SecretKey);
        var running = BacksnapProcess.Start(
        [
            "-kubeconfig", scenario.Kubeconfig, "-namespaces", scenario.Namespace, "-image", E2ESettings.Image, "-metrics-bind-address=0", "-health-probe-bind-address=0",
            "-s3-host", store.Address, "-s3-bucket", S3Server.Bucket, "-s3-access-key-id", S3Server.AccessKey, "-s3-secret-access-key", S3Server.SecretKey,
            "-restic-password", "on no page of this", "-max-running-backups", "2", "-sleep-between-backups", "1", "-schedule", "",
            "--ca-file", store.AuthorityFile,
        ]);
        await using var stopped = running;

        var saved = await scenario.BackUp("saved", "orders");
        var again = await scenario.BackUp("again", "orders");
        await scenario.DeleteClaim("orders");
        var restore = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders" });

        Assert.True(saved.Status!.Result == "Succeeded", $"{saved.Status}\n{running.Output}");
        Assert.Equal("Succeeded", again.Status!.Result);
        Assert.True(again.Status.BytesAdded < saved.Status.BytesAdded / 10, $"first added {saved.Status.BytesAdded}, second {again.Status.BytesAdded}");
        Assert.True(restore.Status!.Result == "Succeeded", $"{restore.Status}\n{running.Output}");
        Assert.Equal(before, await scenario.Fingerprint("orders"));
        await scenario.Clean();
        Assert.Contains("--restic-password on the command line can be read by everybody", running.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("password=on no page of this", running.Output, StringComparison.Ordinal);
    }
}
