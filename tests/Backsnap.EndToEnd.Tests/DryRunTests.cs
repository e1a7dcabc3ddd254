using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public sealed class DryRunTests
{
    [Fact]
    public async Task A_dry_run_says_what_would_be_done_and_changes_nothing()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 31, schedule: "*/2 * * * * *");
        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "by-hand", "orders", null));
        var before = await Versions(scenario);

        var running = scenario.StartOperator("--dry-run");
        await Eventually.True(
            () => Task.FromResult(running.Output.Contains("create   VolumeSnapshot", StringComparison.Ordinal) || running.Output.Contains("VolumeSnapshot", StringComparison.Ordinal)),
            () => $"no plan was printed\n{running.Output}");
        Assert.Equal(0, await running.Stop());
        var (status, json) = await BacksnapProcess.Run(scenario.Flags("-o", "json").Prepend("plan"));
        var (_, yaml) = await BacksnapProcess.Run(scenario.Flags("-o", "yaml").Prepend("plan"));
        var (_, table) = await BacksnapProcess.Run(scenario.Flags().Prepend("plan"));

        Assert.Equal(0, status);
        Assert.Contains("\"kind\": \"VolumeSnapshot\"", json, StringComparison.Ordinal);
        Assert.Contains("kind: VolumeSnapshot", yaml, StringComparison.Ordinal);
        Assert.Contains($"{scenario.Namespace}/orders", table, StringComparison.Ordinal);
        Assert.Contains("covered", table, StringComparison.Ordinal);
        Assert.Equal(before, await Versions(scenario));
        Assert.Empty(await scenario.Temporary());
        Assert.Null((await scenario.Get(Resources.PvcBackups, "by-hand")).Status?.Phase);
    }

    private static async Task<IReadOnlyList<string>> Versions(Scenario scenario) =>
    [
        .. (await scenario.List(Resources.PersistentVolumeClaims)).Select(item => $"claim {item.Metadata.Name} {item.Metadata.Uid}"),
        .. (await scenario.List(Resources.PvcBackups)).Select(item => $"backup {item.Metadata.Name} {item.Metadata.ResourceVersion}"),
        .. (await scenario.List(Resources.VolumeSnapshots)).Select(item => $"snapshot {item.Metadata.Name}"),
        .. (await scenario.List(Resources.Jobs)).Select(item => $"job {item.Metadata.Name}"),
        .. (await scenario.List(Resources.Secrets)).Select(item => $"secret {item.Metadata.Name}"),
    ];
}
