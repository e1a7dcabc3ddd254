using System.Text.Json.Nodes;
using Backsnap.Sandbox.Controllers;
using Backsnap.Sandbox.Controllers.Jobs;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>What was not recorded, by Kubernetes' documentation: podFailurePolicy in full, retries within a pod, pauses.</summary>
public sealed class JobRulesTests
{
    private const string Rules = """
        [{"action":"FailJob","onExitCodes":{"containerName":"main","operator":"In","values":[12,20]}},
         {"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]},
         {"action":"Count","onExitCodes":{"operator":"In","values":[11]}},
         {"action":"FailJob","onExitCodes":{"operator":"NotIn","values":[1,130]}}]
        """;

    [Theory]
    [InlineData(12, "main", null, "Container main for pod ns/p failed with exit code 12 matching FailJob rule at index 0")]
    [InlineData(12, "other", null, "Container other for pod ns/p failed with exit code 12 matching FailJob rule at index 3")]
    [InlineData(130, "main", "DisruptionTarget", "ignored")]
    [InlineData(12, "main", "DisruptionTarget", "Container main for pod ns/p failed with exit code 12 matching FailJob rule at index 0")]
    [InlineData(11, "main", null, "counted")]
    [InlineData(1, "main", null, "counted")]
    [InlineData(130, "main", null, "counted")]
    [InlineData(5, "main", null, "Container main for pod ns/p failed with exit code 5 matching FailJob rule at index 3")]
    public void The_first_rule_that_matches_decides_about_a_failed_pod(int exitCode, string container, string? condition, string expected)
    {
        var job = new JsonObject { ["spec"] = new JsonObject { ["podFailurePolicy"] = new JsonObject { ["rules"] = JsonNode.Parse(Rules) } } };
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["namespace"] = "ns", ["name"] = "p" },
            ["status"] = new JsonObject
            {
                ["conditions"] = condition is null ? [] : new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True" }),
                ["containerStatuses"] = new JsonArray(new JsonObject
                {
                    ["name"] = container,
                    ["state"] = new JsonObject { ["terminated"] = new JsonObject { ["exitCode"] = exitCode } },
                }),
            },
        };

        var said = PodFailurePolicy.For(job, pod) switch
        {
            PodFailurePolicy.FailJob fail => fail.Message,
            PodFailurePolicy.Ignore => "ignored",
            PodFailurePolicy.Count => "counted",
        };

        Assert.Equal(expected, said);
    }

    [Fact]
    public async Task A_failure_that_is_ignored_does_not_count_and_the_pod_is_replaced()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.PersistentVolumeClaims, Manifests.Claim("data"));
        var job = Manifests.Job("j", "test -e /data/second || { touch /data/second; exit 130; }", "data");
        job.Set(JsonNode.Parse("""{"rules":[{"action":"Ignore","onExitCodes":{"operator":"In","values":[130]}}]}"""), "spec", "podFailurePolicy");

        cluster.Create(ResourceTypes.Jobs, job);

        var done = await cluster.EventuallyAsync(ResourceTypes.Jobs, "j", found => JobCondition.Finished(found) is not null);
        Assert.NotNull(JobCondition.Find(done, "Complete"));
        Assert.Null(done.Number("status", "failed"));
        Assert.Equal(2, cluster.Store.List(ResourceTypes.Pods).Count);
    }

    [Fact]
    public async Task Restarts_within_a_pod_count_towards_the_limit()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var job = Manifests.Job("j", "exit 1");
        job.Set("OnFailure", "spec", "template", "spec", "restartPolicy");
        job.Set(1, "spec", "backoffLimit");

        cluster.Create(ResourceTypes.Jobs, job);

        var done = await cluster.EventuallyAsync(ResourceTypes.Jobs, "j", found => JobCondition.Finished(found) is not null);
        Assert.Equal("BackoffLimitExceeded", JobCondition.Find(done, "Failed").Text("reason"));
    }

    [Fact]
    public async Task Several_pods_at_once_and_as_many_completions_as_asked()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var job = Manifests.Job("j", "true");
        job.Set(3, "spec", "completions");
        job.Set(2, "spec", "parallelism");

        cluster.Create(ResourceTypes.Jobs, job);

        var done = await cluster.EventuallyAsync(ResourceTypes.Jobs, "j", found => JobCondition.Finished(found) is not null);
        Assert.Equal(3, done.Number("status", "succeeded"));
        Assert.All(cluster.History(ResourceTypes.Jobs, "j"), form => Assert.True((form!.Number("status", "active") ?? 0) <= 2));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 20)]
    [InlineData(2, 40)]
    [InlineData(5, 320)]
    [InlineData(6, 600)]
    [InlineData(1000, 600)]
    public void Pauses_double_up_to_a_limit(int earlier, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Pause(earlier, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10)));
}
