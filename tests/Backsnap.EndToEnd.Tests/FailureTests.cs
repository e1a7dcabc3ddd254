using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public class FailureTests
{
    private protected virtual bool Isolated => false;

    [Fact]
    public async Task A_wrong_password_is_a_failure_in_status_Event_and_log_and_loses_nothing()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 21);
        var right = scenario.StartOperator();
        Assert.Equal("Succeeded", (await scenario.BackUp("right", "orders")).Status!.Result);
        await right.Stop();
        var wrong = scenario.StartOperator("--secret-file", await SecretWithAnotherPassword());

        var failed = await scenario.BackUp("wrong", "orders");

        Assert.Equal(("Failed", "WrongPassword"), (failed.Status!.Result, failed.Status.Reason));
        Assert.Contains("password", failed.Status.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(failed.Status.Conditions!, condition => condition is { Type: "Failed", Status: "True", Reason: "WrongPassword" });
        await Eventually.True(
            async () => (await scenario.List(Resources.Events)).Any(news => news is { Reason: "WrongPassword", Type: "Warning", InvolvedObject.Name: "wrong" }),
            () => $"no Event\n{scenario.Story()}");
        Assert.Contains("password", wrong.Output, StringComparison.OrdinalIgnoreCase);
        await Eventually.True(
            async () => (await scenario.Temporary()).All(item => item.StartsWith("Job", StringComparison.Ordinal) || item.StartsWith("Pod", StringComparison.Ordinal) || item.StartsWith("PersistentVolume", StringComparison.Ordinal)),
            () => "the Secret and the snapshot are still there");

        await wrong.Stop();
        scenario.StartOperator();
        Assert.Equal("Succeeded", (await scenario.BackUp("right-again", "orders")).Status!.Result);
    }

    [Fact]
    public async Task A_repository_that_cannot_be_reached_is_a_failure_in_bounded_time()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 22);
        scenario.StartOperator("--repository", "rest:http://127.0.0.1:9/", "--store-timeout", "3s");

        var failed = await scenario.BackUp("unreachable", "orders");

        Assert.Equal(("Failed", "StoreUnreachable"), (failed.Status!.Result, failed.Status.Reason));
        Assert.Contains("127.0.0.1:9", failed.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_claims_trouble_does_not_hold_anothers_backup()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 23);
        scenario.StartOperator("--max-running-backups", "1");

        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "a-of-nothing", "not-there", null));
        Assert.Equal("Succeeded", (await scenario.BackUp("b-of-orders", "orders")).Status!.Result);

        var missing = await scenario.Finished(Resources.PvcBackups, "a-of-nothing", backup => backup.Status?.Result);
        Assert.Equal(("Failed", "ClaimNotFound"), (missing.Status!.Result, missing.Status.Reason));
    }

    [Fact]
    public async Task A_schedule_that_does_not_parse_is_told_on_the_claim_and_stops_nobody()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("broken", seed: 24, schedule: "every full moon");
        await scenario.FilledClaim("orders", seed: 25, schedule: "*/10 * * * * *");
        var running = scenario.StartOperator();

        await Eventually.True(
            async () => (await scenario.List(Resources.Events)).Any(news => news is { Reason: "InvalidSchedule", Type: "Warning", InvolvedObject.Name: "broken" }),
            () => $"no Event\n{scenario.Story()}");
        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).Any(backup => backup is { Spec.Pvc: "orders", Status.Result: "Succeeded" }),
            () => $"the other claim was not backed up\n{scenario.Story()}");

        Assert.Contains("every full moon", running.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(await scenario.List(Resources.PvcBackups), backup => backup.Spec!.Pvc == "broken");
    }

    [SkippableFact]
    public async Task Snapshots_that_fail_are_told_in_the_drivers_words_and_the_next_slot_is_tried()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "only the driver of the embedded cluster fails when it is asked to");
        await using var scenario = await Scenario.Begin(Isolated);
        var burning = $"burning-{scenario.Namespace}";
        await scenario.Create(Resources.VolumeSnapshotClasses, null, Manifests.FailingSnapshotClass(burning, "the array is on fire"));
        await scenario.FilledClaim("orders", seed: 26, schedule: "*/10 * * * * *");
        var failing = scenario.StartOperator("--snapshotclass", burning, "--snapshot-timeout", "2s");

        IReadOnlyList<PvcBackup> failed = [];
        await Eventually.True(
            async () => (failed = [.. (await scenario.List(Resources.PvcBackups)).Where(backup => backup.Status?.Result is not null)]).Count > 1,
            () => $"there were no two slots that failed\n{scenario.Story()}");
        Assert.All(failed, backup =>
        {
            Assert.Equal(("Failed", "SnapshotDeadlineExceeded"), (backup.Status!.Result, backup.Status.Reason));
            Assert.Contains("the array is on fire", backup.Status.Message, StringComparison.Ordinal);
        });
        Assert.Equal(failed.Count, failed.Select(backup => backup.Metadata.Annotations!["backsnap.skyb.it/slot"]).Distinct().Count());

        await failing.Stop();
        scenario.StartOperator();
        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).Any(backup => backup.Status?.Result == "Succeeded"),
            () => $"with a class that works, no slot was served\n{scenario.Story()}");
        await scenario.Patch(Resources.PersistentVolumeClaims, "orders", new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["backsnap.skyb.it/schedule"] = "" } } });
        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).All(backup => backup.Status?.Result is not null),
            () => $"backups go on\n{scenario.Story()}");
        await scenario.Clean();
        await scenario.Api.DeleteAsync(Resources.VolumeSnapshotClasses, null, burning, new DeleteOptions(), CancellationToken.None);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_is_a_failure_with_its_name_and_leaves_only_the_record()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 27);
        scenario.StartOperator("--image", "missing.invalid/x", "--pod-start-timeout", "15s");

        var failed = await scenario.BackUp("no-image", "orders");

        Assert.Equal(("Failed", "PodDidNotStart"), (failed.Status!.Result, failed.Status.Reason));
        Assert.Contains("missing.invalid/x", failed.Status.Message, StringComparison.Ordinal);
        Assert.Contains("pull", failed.Status.Message, StringComparison.OrdinalIgnoreCase);
        await scenario.Clean();
        Assert.Equal("no-image", Assert.Single(await scenario.List(Resources.PvcBackups)).Metadata.Name);
    }

    [Fact]
    public async Task A_failed_backups_log_is_there_as_long_as_its_record()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 28);
        var right = scenario.StartOperator();
        Assert.Equal("Succeeded", (await scenario.BackUp("right", "orders")).Status!.Result);
        await right.Stop();
        var wrong = scenario.StartOperator("--secret-file", await SecretWithAnotherPassword());
        Assert.Equal("Failed", (await scenario.BackUp("wrong", "orders")).Status!.Result);
        await Eventually.True(
            async () => (await scenario.Temporary()).All(item => item.StartsWith("Job", StringComparison.Ordinal) || item.StartsWith("Pod", StringComparison.Ordinal) || item.StartsWith("PersistentVolume", StringComparison.Ordinal)),
            () => $"more stays than the Job, its pod, the claim that the pod holds, and the volume of that claim\n{scenario.Story()}");

        var pod = Assert.Single(await scenario.ListAt(Resources.Pods, scenario.Movers, new ListOptions { LabelSelector = "app.kubernetes.io/managed-by=backsnap" })).Metadata.Name!;
        Assert.Contains("password", await scenario.Log(pod, scenario.Movers), StringComparison.OrdinalIgnoreCase);

        // The newest record of a claim stays whatever its age, so another one has to come first.
        await wrong.Stop();
        scenario.StartOperator("--failed-ttl", "10s");
        Assert.Equal("Succeeded", (await scenario.BackUp("right-again", "orders")).Status!.Result);
        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).Select(backup => backup.Metadata.Name).Order().SequenceEqual(["right", "right-again"]),
            () => $"the failed backup is still there\n{scenario.Story()}");
        await scenario.Clean();
    }

    private static async Task<string> SecretWithAnotherPassword()
    {
        var lines = await File.ReadAllLinesAsync((await TestCluster.Get()).SecretFile);
        var file = Path.Combine((await TestCluster.Get()).Home, "wrong-credentials");
        await File.WriteAllLinesAsync(file, lines.Where(line => !line.StartsWith("RESTIC_PASSWORD=", StringComparison.Ordinal)).Append("RESTIC_PASSWORD=not the one"));
        return file;
    }
}
