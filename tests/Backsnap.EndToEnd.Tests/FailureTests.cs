using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public sealed class FailureTests
{
    [Fact]
    public async Task A_wrong_password_is_a_failure_in_status_Event_and_log_and_loses_nothing()
    {
        await using var scenario = await Scenario.Begin();
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
            async () => (await scenario.Temporary()).All(item => item.StartsWith("Job", StringComparison.Ordinal) || item.StartsWith("Pod", StringComparison.Ordinal) || item.StartsWith("PersistentVolumeClaim", StringComparison.Ordinal)),
            () => "the Secret and the snapshot are still there");

        await wrong.Stop();
        scenario.StartOperator();
        Assert.Equal("Succeeded", (await scenario.BackUp("right-again", "orders")).Status!.Result);
    }

    [Fact]
    public async Task A_repository_that_cannot_be_reached_is_a_failure_in_bounded_time()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 22);
        scenario.StartOperator("--repository", "rest:http://127.0.0.1:9/", "--store-timeout", "3s");

        var failed = await scenario.BackUp("unreachable", "orders");

        Assert.Equal(("Failed", "StoreUnreachable"), (failed.Status!.Result, failed.Status.Reason));
        Assert.Contains("127.0.0.1:9", failed.Status.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_claims_trouble_does_not_hold_anothers_backup()
    {
        await using var scenario = await Scenario.Begin();
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
        await using var scenario = await Scenario.Begin();
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

    private static async Task<string> SecretWithAnotherPassword()
    {
        var lines = await File.ReadAllLinesAsync((await TestCluster.Get()).SecretFile);
        var file = Path.Combine((await TestCluster.Get()).Home, "wrong-credentials");
        await File.WriteAllLinesAsync(file, lines.Where(line => !line.StartsWith("RESTIC_PASSWORD=", StringComparison.Ordinal)).Append("RESTIC_PASSWORD=not the one"));
        return file;
    }
}
