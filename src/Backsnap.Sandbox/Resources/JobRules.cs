using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Defaults and rules of Jobs.</summary>
internal static class JobRules
{
    private static readonly string[] Prefixes = ["batch.kubernetes.io/", ""];

    public static void SetDefaults(JsonObject obj)
    {
        obj.SetDefault(1, "spec", "parallelism");
        obj.SetDefault(1, "spec", "completions");
        obj.SetDefault(6, "spec", "backoffLimit");
        obj.SetDefault(false, "spec", "manualSelector");
        obj.SetDefault("NonIndexed", "spec", "completionMode");
        obj.SetDefault(false, "spec", "suspend");
        obj.SetDefault(
            obj.Child("spec", "podFailurePolicy") is null ? "TerminatingOrFailed" : "Failed", "spec", "podReplacementPolicy");
        SetFailurePolicyDefaults(obj);
        obj.SetDefault(new JsonObject(), "status");
        if (!obj.Flag("spec", "manualSelector"))
        {
            SetSelector(obj);
        }

        if (obj.Child("spec", "template") is { } template)
        {
            PodRules.SetSpecDefaults(template, "Always");
        }
    }

    public static IEnumerable<FieldError> Check(JsonObject obj) =>
    [
        .. MetadataRules.CheckLabels(obj.Child("spec", "template", "metadata", "labels"), "spec.template.labels"),
        .. PodRules.CheckSpec(obj.Child("spec", "template", "spec"), "spec.template.spec"),
        .. CheckRestartPolicy(obj.Text("spec", "template", "spec", "restartPolicy")),
    ];

    public static IEnumerable<FieldError> CheckChange(JsonObject obj, JsonObject old)
    {
        foreach (var field in (string[])["completions", "selector", "template", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy"])
        {
            if (!JsonNode.DeepEquals(obj.At("spec", field), old.At("spec", field)))
            {
                yield return FieldError.Invalid($"spec.{field}", obj.At("spec", field)?.ToJsonString(Wire.Plain) ?? "null", "field is immutable");
            }
        }
    }

    private static IEnumerable<FieldError> CheckRestartPolicy(string? policy)
    {
        if (policy is "Always")
        {
            yield return FieldError.NotSupported("spec.template.spec.restartPolicy", "\"Always\"", ["\"OnFailure\"", "\"Never\""]);
        }
    }

    private static void SetSelector(JsonObject obj)
    {
        var uid = obj.UidOf();
        foreach (var prefix in Prefixes)
        {
            obj.Set(uid, "spec", "template", "metadata", "labels", prefix + "controller-uid");
            obj.Set(obj.NameOf(), "spec", "template", "metadata", "labels", prefix + "job-name");
        }

        obj.SetDefault(new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid }, "spec", "selector", "matchLabels");
        if (obj.Child("metadata", "labels") is null && obj.Child("spec", "template", "metadata", "labels") is { } labels)
        {
            obj.Set(labels.DeepClone(), "metadata", "labels");
        }
    }

    private static void SetFailurePolicyDefaults(JsonObject obj)
    {
        foreach (var pattern in obj.Items("spec", "podFailurePolicy", "rules").SelectMany(rule => rule.Items("onPodConditions")).OfType<JsonObject>())
        {
            pattern.SetDefault("True", "status");
        }
    }
}
