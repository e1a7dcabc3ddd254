using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Defaults and rules of Events. Their absent times are written as null.</summary>
internal static class EventRules
{
    public static void SetDefaults(JsonObject obj)
    {
        obj.SetDefault(new JsonObject(), "source");
        obj.SetDefault("", "reportingComponent");
        obj.SetDefault("", "reportingInstance");
        foreach (var time in (string[])["firstTimestamp", "lastTimestamp", "eventTime"])
        {
            if (!obj.ContainsKey(time))
            {
                obj[time] = null;
            }
        }
    }

    /// <summary>An event stands in the namespace of what it is about; what has no namespace tells its events in "default".</summary>
    public static IEnumerable<FieldError> Check(JsonObject obj)
    {
        var (own, about) = (obj.NamespaceOf(), obj.Text("involvedObject", "namespace") ?? "");
        if (about != own && !(about.Length == 0 && own is "default" or "kube-system"))
        {
            yield return FieldError.Invalid("involvedObject.namespace", MetadataRules.Quote(about), "does not match event.namespace");
        }
    }
}
