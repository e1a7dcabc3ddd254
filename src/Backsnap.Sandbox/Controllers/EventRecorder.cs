using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// Tells what happened to an object, as an Event beside it. The same message again about the same object counts up the Event that
/// is there, as client-go does. The component is who speaks, for example <c>job-controller</c>. Safe for any number of threads.
/// </summary>
internal sealed class EventRecorder(ObjectStore store, TimeProvider time, string component)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Uid, string Reason, string Message, string? FieldPath), string> told = [];

    public void Normal(JsonObject about, string reason, string message, string? fieldPath = null) => Tell(about, "Normal", reason, message, fieldPath);

    public void Warning(JsonObject about, string reason, string message, string? fieldPath = null) => Tell(about, "Warning", reason, message, fieldPath);

    /// <summary>An Event as the scheduler writes it: with a time of its own in microseconds, and never counted up.</summary>
    public void TellOnce(JsonObject about, string type, string reason, string message, string action)
    {
        var happened = About(about, type, reason, message, null);
        happened["eventTime"] = ObjectFields.MicroTimestamp(time.GetUtcNow());
        happened["firstTimestamp"] = null;
        happened["lastTimestamp"] = null;
        happened["action"] = action;
        happened["source"] = new JsonObject();
        happened["reportingInstance"] = $"{component}-{Node.Name}";
        store.Create(ResourceTypes.Events, happened);
    }

    private void Tell(JsonObject about, string type, string reason, string message, string? fieldPath)
    {
        var key = (about.UidOf(), reason, message, fieldPath);
        var now = ObjectFields.Timestamp(time.GetUtcNow());
        lock (gate)
        {
            if (told.TryGetValue(key, out var name)
                && store.Update(ResourceTypes.Events, NamespaceOf(about), name, current => CountedUp(current, now)) is StoreResult.Ok)
                return;

            var happened = About(about, type, reason, message, fieldPath);
            happened["eventTime"] = null;
            happened["firstTimestamp"] = now;
            happened["lastTimestamp"] = now;
            happened["count"] = 1;
            happened["source"] = component == Node.Kubelet
                ? new JsonObject { ["component"] = component, ["host"] = Node.Name }
                : new JsonObject { ["component"] = component };
            happened["reportingInstance"] = component == Node.Kubelet ? Node.Name : "";
            if (store.Create(ResourceTypes.Events, happened).ObjectOrNull is { } created) told[key] = created.NameOf();
        }
    }

    private static JsonObject CountedUp(JsonObject happened, string now)
    {
        happened["count"] = (happened.Number("count") ?? 0) + 1;
        happened["lastTimestamp"] = now;
        return happened;
    }

    private JsonObject About(JsonObject about, string type, string reason, string message, string? fieldPath)
    {
        var involved = new JsonObject
        {
            ["kind"] = about.Text("kind"),
            ["name"] = about.NameOf(),
            ["uid"] = about.UidOf(),
            ["apiVersion"] = about.Text("apiVersion"),
            ["resourceVersion"] = about.Text("metadata", "resourceVersion"),
        };
        if (about.NamespaceOf() is { Length: > 0 } ns) involved["namespace"] = ns;
        if (fieldPath is not null) involved["fieldPath"] = fieldPath;
        return new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{about.NameOf()}.{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..16]}",
                ["namespace"] = NamespaceOf(about),
            },
            ["involvedObject"] = involved,
            ["type"] = type,
            ["reason"] = reason,
            ["message"] = message,
            ["reportingComponent"] = component,
        };
    }

    /// <summary>Events about objects outside namespaces go to the default one.</summary>
    private static string NamespaceOf(JsonObject about) => about.NamespaceOf() is { Length: > 0 } ns ? ns : "default";
}
