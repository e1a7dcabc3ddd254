using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Defaults and rules of Events. Their absent times are written as null.</summary>
/// <remarks>The rules of both forms are those of <c>pkg/apis/core/validation/events.go</c>, the names of fields too.</remarks>
internal static class EventRules
{
    private const int LongestWord = 128;
    private const int LongestMessage = 1024;
    private const int LongestName = 63;

    private static readonly string[] Told =
    [
        "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type", "eventTime", "action", "related", "reportingComponent",
        "reportingInstance",
    ];

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

    /// <summary>
    /// An event stands in the namespace of what it is about; what has no namespace tells its events in "default". One with a time of its own says who
    /// tells it, and what was done.
    /// </summary>
    public static IEnumerable<FieldError> Check(JsonObject obj) => Check(obj, "reportingComponent");

    /// <summary>What events.k8s.io/v1 demands of a new one.</summary>
    public static IEnumerable<FieldError> CheckNewForm(JsonObject obj)
    {
        foreach (var wrong in Check(obj, "reportingController").Concat(CheckSeries(obj)))
        {
            yield return wrong;
        }

        if (obj.At("eventTime") is null)
        {
            yield return FieldError.Required("eventTime");
        }

        if (obj.Text("type") is var type and not ("Normal" or "Warning"))
        {
            yield return FieldError.Invalid("type", "\"\"", $"has invalid value: {type}");
        }

        foreach (var (field, isSet) in new[] { ("firstTimestamp", obj.At("firstTimestamp") is not null), ("lastTimestamp", obj.At("lastTimestamp") is not null), ("count", obj.Number("count") is not (null or 0)) })
        {
            if (isSet)
            {
                yield return FieldError.Invalid(field, "\"\"", "needs to be unset");
            }
        }

        if (obj.Text("source", "component") is { Length: > 0 } || obj.Text("source", "host") is { Length: > 0 })
        {
            yield return FieldError.Invalid("source", "\"\"", "needs to be unset");
        }
    }

    /// <summary>What events.k8s.io/v1 lets change: the series, and nothing of what is told.</summary>
    public static IEnumerable<FieldError> CheckNewFormChange(JsonObject obj, JsonObject old)
    {
        var sent = (JsonObject)obj.DeepClone();
        SetDefaults(sent);
        return
        [
            .. Check(sent, "reportingController"),
            .. Told.Where(field => !JsonNode.DeepEquals(sent[field], old[field])).Select(field => FieldError.Invalid(
                field == "reportingComponent" ? "reportingController" : field, sent[field]?.ToJsonString(Wire.Plain) ?? "null", "field is immutable")),
            .. CheckSeries(sent),
        ];
    }

    private static IEnumerable<FieldError> Check(JsonObject obj, string controllerField)
    {
        var (own, about) = (obj.NamespaceOf(), obj.Text("involvedObject", "namespace") ?? "");
        if (obj.At("eventTime") is null)
        {
            return about != own && !(about.Length == 0 && own == "default") ? [Elsewhere(about)] : [];
        }

        return [.. about.Length == 0 && own is not ("default" or "kube-system") ? [Elsewhere(about)] : (FieldError[])[], .. CheckTeller(obj, controllerField), .. CheckWords(obj)];
    }

    private static FieldError Elsewhere(string about) => FieldError.Invalid("involvedObject.namespace", MetadataRules.Quote(about), "does not match event.namespace");

    private static IEnumerable<FieldError> CheckTeller(JsonObject obj, string controllerField)
    {
        var controller = obj.Text("reportingComponent") ?? "";
        if (controller.Length == 0)
        {
            yield return FieldError.Required(controllerField);
        }

        if (controller.Split('/') is not ([{ Length: > 0 and <= LongestName }] or [{ Length: > 0 }, { Length: > 0 and <= LongestName }]))
        {
            yield return FieldError.Invalid(controllerField, MetadataRules.Quote(controller), "a qualified name is a name of at most 63 characters, with an optional DNS subdomain prefix and '/'");
        }

        foreach (var wrong in Word(obj, "reportingInstance"))
        {
            yield return wrong;
        }
    }

    private static IEnumerable<FieldError> CheckWords(JsonObject obj) => Word(obj, "action").Concat(Word(obj, "reason")).Concat(
        Encoding.UTF8.GetByteCount(obj.Text("message") ?? "") > LongestMessage ? [FieldError.Invalid("message", "\"\"", $"can have at most {LongestMessage} characters")] : []);

    private static IEnumerable<FieldError> Word(JsonObject obj, string field)
    {
        var word = obj.Text(field) ?? "";
        if (word.Length == 0)
        {
            yield return FieldError.Required(field);
        }
        else if (Encoding.UTF8.GetByteCount(word) > LongestWord)
        {
            yield return FieldError.Invalid(field, "\"\"", $"can have at most {LongestWord} characters");
        }
    }

    private static IEnumerable<FieldError> CheckSeries(JsonObject obj)
    {
        if (obj.Child("series") is not { } series)
        {
            yield break;
        }

        if ((series.Number("count") ?? 0) < 2)
        {
            yield return FieldError.Invalid("series.count", "\"\"", "should be at least 2");
        }

        if (series.Text("lastObservedTime") is null)
        {
            yield return FieldError.Required("series.lastObservedTime");
        }
    }
}
