using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Controllers;

/// <summary>
/// What of an object is compared with the recording, as text without names, uids and times. What is left out, and why:
/// a Job's <c>ready</c> (between two looks of the controller a pod may become ready and end), the provisioner's finalizer on a snapshot
/// (two claims made at once may hold it together), messages about a registry, and addresses and container ids, which the recording cut.
/// </summary>
internal static partial class Projections
{
    private const string ProvisionerFinalizer = "provisioner.storage.kubernetes.io/volumesnapshot-as-source-protection";

    public static string Job(JsonObject job)
    {
        var status = job.Child("status")!.DeepClone().AsObject();
        status.Remove("ready");
        return Text(new JsonObject { ["isDeleted"] = job.IsTerminating(), ["status"] = status });
    }

    public static string Pod(JsonObject pod) => Text(new JsonObject
    {
        ["isDeleted"] = pod.IsTerminating(),
        ["nodeName"] = pod.Text("spec", "nodeName"),
        ["phase"] = pod.Text("status", "phase"),
        ["conditions"] = pod.At("status", "conditions")?.DeepClone(),
        ["containers"] = new JsonArray([.. pod.Items("status", "containerStatuses").Select(Container)]),
    });

    public static string Claim(JsonObject claim) => Text(new JsonObject
    {
        ["isDeleted"] = claim.IsTerminating(),
        ["annotations"] = claim.At("metadata", "annotations")?.DeepClone(),
        ["finalizers"] = claim.At("metadata", "finalizers")?.DeepClone(),
        ["spec"] = claim.At("spec")?.DeepClone(),
        ["status"] = claim.At("status")?.DeepClone(),
    });

    public static string Snapshot(JsonObject snapshot) => Text(new JsonObject
    {
        ["isDeleted"] = snapshot.IsTerminating(),
        ["generation"] = snapshot.Number("metadata", "generation"),
        ["finalizers"] = string.Join(' ', snapshot.Texts("metadata", "finalizers").Where(finalizer => finalizer != ProvisionerFinalizer)),
        ["spec"] = snapshot.At("spec")?.DeepClone(),
        ["status"] = snapshot.At("status")?.DeepClone(),
    });

    public static string Content(JsonObject content) => Text(new JsonObject
    {
        ["spec"] = content.At("spec")?.DeepClone(),
        ["status"] = content.At("status")?.DeepClone(),
    });

    /// <summary>The projections of a history, without immediate repetition.</summary>
    public static IReadOnlyList<string> Sequence(IEnumerable<JsonObject?> history, Func<JsonObject, string> projection)
    {
        var sequence = new List<string>();
        foreach (var text in history.Select(form => form is null ? "gone" : projection(form)))
            if (sequence.Count == 0 || sequence[^1] != text) sequence.Add(text);
        return sequence;
    }

    /// <summary>A text without what differs from run to run.</summary>
    public static string Neutral(string text)
    {
        text = Uid().Replace(text, "UID");
        text = Time().Replace(text, "TIME");
        text = Handle().Replace(text, "HANDLE");
        text = Nanoseconds().Replace(text, "\"creationTime\":TIME");
        text = Registry().Replace(text, "failed to pull");
        return PodSuffix().Replace(text, "$1-xxxxx");
    }

    private static JsonNode Container(JsonNode? status)
    {
        var state = status.Child("state")!.DeepClone().AsObject();
        state.Child("terminated")?.Remove("containerID");
        return new JsonObject { ["name"] = status.Text("name"), ["state"] = state, ["ready"] = status.Flag("ready"), ["restarts"] = status.Number("restartCount") };
    }

    private static string Text(JsonObject projected) => Neutral(Sorted(projected)!.ToJsonString(Plain));

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject obj => new JsonObject(obj.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Where(field => field.Key != "resourceVersion")
            .Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex("(?<=(Handle)\":\")(pvc-|snap-)?UID")]
    private static partial Regex Handle();

    [GeneratedRegex("\"creationTime\":\\d+")]
    private static partial Regex Nanoseconds();

    [GeneratedRegex("failed to pull and unpack image .*?(connection refused|no such host)")]
    private static partial Regex Registry();

    [GeneratedRegex(@"\b(ok|bad|retry|policy|noimage|noclaim|deadline|long|ttl|fill|read)-[a-z0-9]{5}\b")]
    private static partial Regex PodSuffix();
}
