using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public class CrashTests
{
    private protected virtual bool Isolated => false;

    [Fact]
    public async Task What_a_crashed_operator_began_the_next_one_finishes()
    {
        await using var scenario = await Scenario.Begin(Isolated);
        await scenario.FilledClaim("orders", seed: 61);
        var before = await scenario.SnapshotFingerprint("orders");
        await CrashOnce("VolumeSnapshot", scenario, () => scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "saved", "orders", null)));

        scenario.StartOperator();
        Assert.Equal("Succeeded", (await scenario.Finished(Resources.PvcBackups, "saved", backup => backup.Status?.Result)).Status!.Result);
        await scenario.Clean();
        await scenario.DeleteClaim("orders");
        await StopAll(scenario);

        await CrashOnce("Job", scenario, () => scenario.Create(Resources.PvcRestores, scenario.Namespace, Manifests.Restore(scenario.Namespace, "back", new JsonObject { ["sourcePvc"] = "orders" })));
        scenario.StartOperator();
        Assert.Equal("Succeeded", (await scenario.Finished(Resources.PvcRestores, "back", restore => restore.Status?.Result)).Status!.Result);
        await scenario.Clean();
        Assert.Equal(before, await scenario.Fingerprint("orders"));
    }

    // An operator that is killed as soon as the first object of a kind is there.
    private static async Task CrashOnce(string kind, Scenario scenario, Func<Task> ask)
    {
        var doomed = scenario.StartOperator();
        await ask();
        await Eventually.True(
            async () => (await scenario.Temporary()).Any(item => item.StartsWith(kind, StringComparison.Ordinal)),
            () => $"no {kind} came\n{scenario.Story()}");
        await doomed.Crash();
    }

    private static async Task StopAll(Scenario scenario)
    {
        foreach (var running in scenario.Operators)
        {
            await running.Stop();
        }
    }
}
