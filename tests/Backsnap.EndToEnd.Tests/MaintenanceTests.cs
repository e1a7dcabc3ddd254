using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public class MaintenanceTests
{
    private protected virtual bool Isolated => false;

    [Fact]
    public async Task A_repository_is_checked_and_pruned_by_hand_and_leaves_nothing_but_the_records()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 11);
        scenario.StartOperator("-manual");
        await scenario.BackUp("first", "orders");

        var check = await scenario.Maintain("check", new() { ["pvc"] = "orders", ["operation"] = "Check", ["readData"] = "1/1" });
        var prune = await scenario.Maintain("prune", new() { ["pvc"] = "orders", ["operation"] = "Prune" });

        Assert.Equal(("Succeeded", "Succeeded"), (check.Status!.Result, prune.Status!.Result));
        Assert.Contains(check.Status.Conditions!, condition => condition is { Type: "Complete", Status: "True" });
        Assert.NotNull(check.Status.Duration);
        await scenario.Clean();
    }

    [Fact]
    public async Task A_due_check_is_made_and_a_repository_that_is_not_there_fails_it_with_an_event_on_the_claim()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 12);
        var before = scenario.StartOperator("-manual");
        await scenario.BackUp("first", "orders");
        await before.Stop();
        scenario.StartOperator("--repository", scenario.Repository + "-elsewhere", "--check-schedule", "*/5 * * * * *", "--prune-schedule", "", "--schedule", "");

        IReadOnlyList<PvcMaintenance> made = [];
        await Eventually.True(
            async () => (made = await scenario.List(Resources.PvcMaintenances)).Any(item => item.Status?.Result is not null),
            () => $"no check finished\n{scenario.Story()}");
        var failed = made.First(item => item.Status?.Result is not null);

        Assert.Equal(("Failed", "RepositoryMissing", "Check"), (failed.Status!.Result, failed.Status.Reason, failed.Spec!.Operation));
        Assert.StartsWith("orders-check-", failed.Metadata.Name, StringComparison.Ordinal);
        await Eventually.True(
            async () => (await scenario.List(Resources.Events)).Any(told => told is { Type: "Warning", Reason: "CheckFailed", InvolvedObject.Name: "orders" }),
            () => $"no Event on the claim\n{scenario.Story()}");
    }
}
