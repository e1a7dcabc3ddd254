using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>One condition of a pod, as wanted; times come from what was there before.</summary>
internal sealed record PodCondition(string Type, bool Status, string? Reason = null, string? Message = null)
{
    public static JsonObject Scheduled(DateTimeOffset now) => new PodCondition("PodScheduled", true).ToJson(now, null);

    public static JsonObject Unschedulable(string message, DateTimeOffset now, long? generation) =>
        new PodCondition("PodScheduled", false, "Unschedulable", message).ToJson(now, generation);

    /// <summary>
    /// The conditions in the API's form: <paramref name="wanted"/>, with the time of the last transition kept where the status stays the
    /// same, then those of <paramref name="before"/> that are not the kubelet's to tell.
    /// </summary>
    public static JsonArray Merge(IReadOnlyList<PodCondition> wanted, IReadOnlyList<JsonNode?> before, DateTimeOffset now, long? generation)
    {
        var merged = new JsonArray();
        foreach (var condition in wanted)
        {
            // As a JsonNode, or the array would add it by reflection, which a trimmed program cannot.
            JsonNode json = condition.ToJson(now, generation);
            if (before.FirstOrDefault(old => old.Text("type") == condition.Type) is { } old && old.Text("status") == json.Text("status"))
                json["lastTransitionTime"] = old.Text("lastTransitionTime");
            merged.Add(json);
        }
        foreach (var other in before.OfType<JsonObject>().Where(old => wanted.All(condition => condition.Type != old.Text("type"))))
            merged.Add(other.DeepClone());
        return merged;
    }

    private JsonObject ToJson(DateTimeOffset now, long? generation)
    {
        var json = new JsonObject { ["type"] = Type };
        if (generation is { } observed) json["observedGeneration"] = observed;
        json["status"] = Status ? "True" : "False";
        json["lastProbeTime"] = null;
        json["lastTransitionTime"] = ObjectFields.Timestamp(now);
        if (Reason is not null) json["reason"] = Reason;
        if (Message is not null) json["message"] = Message;
        return json;
    }
}
