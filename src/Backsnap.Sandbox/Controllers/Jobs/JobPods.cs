using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers.Jobs;

/// <summary>The pods of one Job, sorted by what the Job makes of them.</summary>
internal sealed record JobPods(JsonObject Job, IReadOnlyList<JsonObject> All)
{
    /// <summary>Holds a pod back until it has been counted.</summary>
    public const string Tracking = "batch.kubernetes.io/job-tracking";

    /// <summary>Running, or on the way there.</summary>
    public IEnumerable<JsonObject> Active => All.Where(pod => !IsOver(pod) && !pod.IsTerminating());

    /// <summary>Deleted, but not ended.</summary>
    public IEnumerable<JsonObject> Terminating => All.Where(pod => !IsOver(pod) && pod.IsTerminating());

    public IEnumerable<JsonObject> Ready => Active.Where(pod =>
        pod.Items("status", "conditions").Any(condition => condition.Text("type") == "Ready" && condition.Text("status") == "True"));

    /// <summary>Ended well, and not in the Job's figures yet.</summary>
    public IEnumerable<JsonObject> NewlySucceeded => All.Where(pod => pod.HasFinalizer(Tracking) && pod.Text("status", "phase") == "Succeeded");

    /// <summary>Ended badly, and not in the Job's figures yet. A deleted pod counts as failed, unless the Job replaces only pods that ended.</summary>
    public IEnumerable<JsonObject> NewlyFailed => All.Where(pod => pod.HasFinalizer(Tracking)
        && (pod.Text("status", "phase") == "Failed"
            || (pod.IsTerminating() && pod.Text("status", "phase") != "Succeeded" && !ReplacesOnlyEnded)));

    /// <summary>Whether a new pod has to wait until the one before it has ended.</summary>
    public bool ReplacesOnlyEnded => Job.Text("spec", "podReplacementPolicy") == "Failed";

    /// <summary>How often containers of running pods were started again.</summary>
    public long Restarts => Active.Sum(pod => pod.Items("status", "containerStatuses").Sum(container => container.Number("restartCount") ?? 0));

    /// <summary>When the last failed pod ended.</summary>
    public DateTimeOffset? LastFailure => All.Where(pod => pod.Text("status", "phase") == "Failed")
        .SelectMany(pod => pod.Items("status", "containerStatuses"))
        .Select(container => ParseTime(container.Text("state", "terminated", "finishedAt")))
        .Max();

    public static bool IsOver(JsonObject pod) => pod.Text("status", "phase") is "Succeeded" or "Failed";

    public static DateTimeOffset? ParseTime(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>A new pod for the Job.</summary>
    public static JsonObject Manifest(JsonObject job)
    {
        var template = job.Child("spec", "template");
        var metadata = new JsonObject
        {
            ["generateName"] = job.NameOf() + "-",
            ["namespace"] = job.NamespaceOf(),
            ["finalizers"] = new JsonArray(Tracking),
            ["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = ResourceTypes.Jobs.ApiVersion,
                ["kind"] = ResourceTypes.Jobs.Kind,
                ["name"] = job.NameOf(),
                ["uid"] = job.UidOf(),
                ["controller"] = true,
                ["blockOwnerDeletion"] = true,
            }),
        };
        if (template.Child("metadata", "labels") is { } labels) metadata["labels"] = labels.DeepClone();
        if (template.Child("metadata", "annotations") is { } annotations) metadata["annotations"] = annotations.DeepClone();
        return new JsonObject { ["metadata"] = metadata, ["spec"] = template.Child("spec")?.DeepClone() };
    }
}
