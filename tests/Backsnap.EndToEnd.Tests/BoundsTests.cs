using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

/// <summary>What is bounded, and what people stop.</summary>
public sealed class BoundsTests
{
    [Fact]
    public async Task A_backup_that_is_told_to_stop_fails_with_that_reason_and_leaves_only_its_record()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 41);
        // Its pod never starts, so that it is surely still on its way when it is told.
        scenario.StartOperator("--image", "missing.invalid/x", "--pod-start-timeout", "1h");

        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "unwanted", "orders", null));
        await Eventually.True(async () => (await scenario.Temporary()).Any(item => item.StartsWith("Job", StringComparison.Ordinal)), () => $"no Job came\n{scenario.Story()}");
        await scenario.Patch(Resources.PvcBackups, "unwanted", new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["backsnap.skyb.it/stop"] = "" } } });

        var stopped = await scenario.Finished(Resources.PvcBackups, "unwanted", backup => backup.Status?.Result);
        Assert.Equal(("Failed", "Stopped"), (stopped.Status!.Result, stopped.Status.Reason));
        await scenario.Clean();
    }

    [Fact]
    public async Task Failed_backups_are_few_and_hold_no_more_volumes_than_allowed()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 42);
        await scenario.FilledClaim("bills", seed: 43);
        scenario.StartOperator("--repository", "rest:http://127.0.0.1:9/", "--store-timeout", "2s", "--failed-history", "2", "--failed-pods", "1");

        foreach (var (name, claim) in new[] { ("one", "orders"), ("two", "orders"), ("three", "orders"), ("other", "bills") })
        {
            Assert.Equal("StoreUnreachable", (await scenario.BackUp(name, claim)).Status!.Reason);
        }

        await Eventually.True(
            async () => (await scenario.List(Resources.PvcBackups)).Select(backup => backup.Metadata.Name).Order().SequenceEqual(["other", "three", "two"]),
            () => $"of three failures of a claim two were to stay\n{scenario.Story()}");
        await Eventually.True(
            async () => (await scenario.Temporary()).Where(item => item.StartsWith("Job", StringComparison.Ordinal)).ToList() is [var job] && job.Contains("other", StringComparison.Ordinal)
                && (await scenario.Temporary()).Count(item => item.StartsWith("PersistentVolumeClaim", StringComparison.Ordinal)) <= 1,
            () => $"more than the newest failure holds a pod or a volume\n{scenario.Story()}");
    }

    [Fact]
    public async Task Mass_deletion_stops_at_the_breaker_and_is_told()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 44);
        var keeping = scenario.StartOperator();
        foreach (var name in new[] { "one", "two", "three", "four" })
        {
            Assert.Equal("Succeeded", (await scenario.BackUp(name, "orders")).Status!.Result);
        }

        await keeping.Stop();
        // The three older ones are due at once; two may go.
        scenario.StartOperator("--ttl", "1s", "--max-deletions-per-plan", "2");
        await Eventually.True(
            async () => (await scenario.List(Resources.Events)).Any(news => news is { Reason: "TooManyDeletions", Type: "Warning" }),
            () => $"no Event\n{scenario.Story()}");
        Assert.Equal(4, (await scenario.List(Resources.PvcBackups)).Count);
    }

    [Fact]
    public async Task A_mover_that_fits_on_no_node_is_a_failure_in_the_schedulers_words()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 45);
        scenario.StartOperator("--pod-start-timeout", "10s");
        var wish = Manifests.Backup(scenario.Namespace, "nowhere", "orders", null);
        wish["spec"]!["nodeSelector"] = new JsonObject { ["example.com/no-such-node"] = "true" };
        await scenario.Create(Resources.PvcBackups, scenario.Namespace, wish);

        var failed = await scenario.Finished(Resources.PvcBackups, "nowhere", backup => backup.Status?.Result);

        Assert.Equal(("Failed", "PodDidNotStart"), (failed.Status!.Result, failed.Status.Reason));
        Assert.Contains("node", failed.Status.Message, StringComparison.Ordinal);
        await scenario.Clean();
    }

    [Fact]
    public async Task A_mover_that_runs_longer_than_allowed_is_stopped_and_the_place_is_free_for_others()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 46);
        await scenario.FilledClaim("bills", seed: 47);
        // Nobody answers there, and the mover would wait for ten minutes.
        scenario.StartOperator("--repository", "rest:http://192.0.2.1:9/", "--store-timeout", "10m", "--job-timeout", "10s", "--max-running-backups", "1");

        var stopped = await scenario.BackUp("endless", "orders");
        var next = await scenario.BackUp("next", "bills");

        Assert.Equal(("Failed", "DeadlineExceeded"), (stopped.Status!.Result, stopped.Status.Reason));
        Assert.Equal("DeadlineExceeded", next.Status!.Reason);
    }
}
