using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>
/// The Job controller: makes pods, counts those that failed against backoffLimit, heeds podFailurePolicy and activeDeadlineSeconds, and
/// writes conditions in the order of a real one (FailureTarget before Failed, SuccessCriteriaMet before Complete).
/// </summary>
internal sealed class JobController(ClusterModel cluster) : Controller(cluster)
{
    private static readonly Duration Second = Duration.FromSeconds(1);
    private static readonly Duration Backoff = Duration.FromSeconds(10);

    protected override string Name => "job-controller";

    public override void Hear(Change change)
    {
        var found = change.Object;
        if (found.Kind == Resources.Jobs && change.Kind == ChangeKind.Added)
        {
            Later(found, Second, Begin);
        }
        else if (found.Kind == Resources.Pods && change.Kind != ChangeKind.Added && Store.Find(found.Controller) is { } job && job.Kind == Resources.Jobs)
        {
            // A pod that somebody takes away before it ended counts as failed.
            if (change.Kind == ChangeKind.Deleted && Ending(found) is null)
            {
                Cluster.LostPods[job.Uid] = Cluster.LostPods.GetValueOrDefault(job.Uid) + 1;
            }

            Later(job, Second, Sync);
        }
    }

    private void Begin(Stored job)
    {
        Store.Update(job, Name, json =>
        {
            json.Make("status")["startTime"] = Now;
            json.Make("status")["active"] = 1;
        });
        if (job.Json.Number("spec", "activeDeadlineSeconds") is { } seconds)
        {
            Later(job, Duration.FromSeconds(seconds), Expire);
        }

        StartPod(job);
    }

    private void StartPod(Stored job)
    {
        if (IsOver(job) || Condition(job, "FailureTarget") || Pods(job).Any(pod => !pod.Deleting && Ending(pod) is null))
        {
            return;
        }

        var number = Cluster.PodsMade[job.Uid] = Cluster.PodsMade.GetValueOrDefault(job.Uid) + 1;
        var template = job.Json.At("spec", "template");
        var labels = (JsonObject?)template.At("metadata", "labels")?.DeepClone() ?? [];
        labels["batch.kubernetes.io/job-name"] = job.Name;
        labels["job-name"] = job.Name;
        Store.Create(Resources.Pods, job.Namespace, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{job.Name}-{number:x5}",
                ["labels"] = labels,
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = job.Name, ["uid"] = job.Uid, ["controller"] = true }),
            },
            ["spec"] = template.At("spec")?.DeepClone(),
        }, Name);
    }

    private void Sync(Stored job)
    {
        if (IsOver(job))
        {
            return;
        }

        var pods = Pods(job).ToList();
        var ended = pods.Select(pod => (Pod: pod, End: Ending(pod))).Where(pair => pair.End is not null).ToList();
        var failed = ended.Where(pair => pair.End.Number("exitCode") != 0 && !Disrupted(pair.Pod)).ToList();
        var lost = Cluster.LostPods.GetValueOrDefault(job.Uid);
        if (Condition(job, "FailureTarget"))
        {
            if (pods.All(pod => Ending(pod) is not null))
            {
                Conclude(job, "Failed", Reason(job, "FailureTarget"), Message(job, "FailureTarget"));
            }
        }
        else if (ended.Any(pair => pair.End.Number("exitCode") == 0))
        {
            Conclude(job, "SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods");
            Conclude(Store.Find(job.Uid)!, "Complete", "CompletionsReached", "Reached expected number of succeeded pods");
        }
        else if (failed.FirstOrDefault(pair => Final(job).Contains(pair.End.Number("exitCode") ?? -1)) is { Pod: not null } final)
        {
            var message = $"Container mover for pod {job.Namespace}/{final.Pod.Name} failed with exit code {final.End.Number("exitCode")} matching FailJob rule at index 1";
            Fail(job, "PodFailurePolicy", message);
        }
        else if (failed.Count + lost > (job.Json.Number("spec", "backoffLimit") ?? 6))
        {
            Fail(job, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }
        else if (pods.All(pod => pod.Deleting || Ending(pod) is not null))
        {
            Later(job, Backoff, StartPod);
        }
    }

    private void Fail(Stored job, string reason, string message)
    {
        Conclude(job, "FailureTarget", reason, message);
        Conclude(Store.Find(job.Uid)!, "Failed", reason, message);
    }

    private void Expire(Stored job)
    {
        if (IsOver(job))
        {
            return;
        }

        Conclude(job, "FailureTarget", "DeadlineExceeded", "Job was active longer than specified deadline");
        foreach (var pod in Pods(job).Where(pod => Ending(pod) is null && !pod.Deleting).ToList())
        {
            Store.Delete(pod.Kind, pod.Namespace, pod.Name, pod.Uid, null, Name);
        }

        Later(job, Second, Sync);
    }

    private void Conclude(Stored job, string type, string reason, string message) => Store.Update(job, Name, json =>
    {
        var status = json.Make("status");
        status.Remove("active");
        if (type == "Complete")
        {
            status["completionTime"] = Now;
            status["succeeded"] = 1;
        }

        var conditions = status["conditions"] as JsonArray ?? [];
        status["conditions"] = null;
        conditions.Add((JsonNode)new JsonObject { ["type"] = type, ["status"] = "True", ["reason"] = reason, ["message"] = message, ["lastTransitionTime"] = Now });
        status["conditions"] = conditions;
    });

    private IEnumerable<Stored> Pods(Stored job) => Store.ChildrenOf(job.Uid);

    /// <summary>How a pod's container ended, if it did.</summary>
    public static JsonNode? Ending(Stored pod) => pod.Json.List("status", "containerStatuses").FirstOrDefault().At("state", "terminated");

    private static bool Disrupted(Stored pod) => pod.Json.List("status", "conditions").Any(condition => condition.Text("type") == "DisruptionTarget");

    private static HashSet<long> Final(Stored job) =>
        [.. job.Json.List("spec", "podFailurePolicy", "rules").Where(rule => rule.Text("action") == "FailJob").SelectMany(rule => rule.Texts("onExitCodes", "values")).Select(long.Parse)];

    private static bool IsOver(Stored job) => Condition(job, "Complete") || Condition(job, "Failed");

    private static bool Condition(Stored job, string type) => job.Json.List("status", "conditions").Any(condition => condition.Text("type") == type);

    private static string Reason(Stored job, string type) => job.Json.List("status", "conditions").First(condition => condition.Text("type") == type).Text("reason")!;

    private static string Message(Stored job, string type) => job.Json.List("status", "conditions").First(condition => condition.Text("type") == type).Text("message")!;
}
