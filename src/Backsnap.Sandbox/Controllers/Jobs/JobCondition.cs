using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers.Jobs;

/// <summary>How a Job ends: first announced (while pods are still being stopped or counted), then final.</summary>
internal sealed record JobEnd(string Announced, string Final, string Reason, string Message)
{
    public static JobEnd Complete { get; } = new("SuccessCriteriaMet", "Complete", "CompletionsReached", "Reached expected number of succeeded pods");

    public static JobEnd BackoffLimitExceeded { get; } = Failure("BackoffLimitExceeded", "Job has reached the specified backoff limit");

    public static JobEnd DeadlineExceeded { get; } = Failure("DeadlineExceeded", "Job was active longer than specified deadline");

    public bool IsSuccess => Final == "Complete";

    public static JobEnd FailedByPolicy(string message) => Failure("PodFailurePolicy", message);

    /// <summary>The end that was announced before, if any.</summary>
    public static JobEnd? AnnouncedBy(JsonObject job) =>
        JobCondition.Find(job, "FailureTarget") is { } failing ? Failure(failing.Text("reason") ?? "", failing.Text("message") ?? "")
        : JobCondition.Find(job, "SuccessCriteriaMet") is not null ? Complete
        : null;

    private static JobEnd Failure(string reason, string message) => new("FailureTarget", "Failed", reason, message);
}

/// <summary>The conditions in a Job's status.</summary>
internal static class JobCondition
{
    /// <summary>The condition, if it is true.</summary>
    public static JsonNode? Find(JsonObject job, string type) =>
        job.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type && condition.Text("status") == "True");

    /// <summary>The condition that says that the Job has ended.</summary>
    public static JsonNode? Finished(JsonObject job) => Find(job, "Complete") ?? Find(job, "Failed");

    /// <summary>Sets a condition in a Job's status; one that is so already stays as it is.</summary>
    public static void Set(JsonObject job, string type, bool status, string reason, string message, DateTimeOffset now)
    {
        var conditions = job.Items("status", "conditions").OfType<JsonObject>().Select(condition => condition.DeepClone().AsObject()).ToList();
        var old = conditions.FindIndex(condition => condition.Text("type") == type);
        var text = status ? "True" : "False";
        if (old >= 0 && conditions[old].Text("status") == text) return;
        var time = ObjectFields.Timestamp(now);
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = text,
            ["lastProbeTime"] = time,
            ["lastTransitionTime"] = time,
            ["reason"] = reason,
            ["message"] = message,
        };
        if (old >= 0) conditions[old] = condition;
        else conditions.Add(condition);
        job.Set(new JsonArray([.. conditions]), "status", "conditions");
    }
}
