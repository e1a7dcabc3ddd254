using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Defaults and rules of Pods and of the pod templates in other kinds.</summary>
internal static class PodRules
{
    private const int DefaultMode = 420;

    public static void SetDefaults(JsonObject obj)
    {
        SetSpecDefaults(obj, "Always");
        obj.SetDefault(true, "spec", "enableServiceLinks");
        obj.SetDefault("Pending", "status", "phase");
    }

    /// <summary>The defaults of <paramref name="holder"/>.spec, a pod's spec.</summary>
    public static void SetSpecDefaults(JsonObject holder, string restartPolicy)
    {
        holder.SetDefault(restartPolicy, "spec", "restartPolicy");
        holder.SetDefault(30, "spec", "terminationGracePeriodSeconds");
        holder.SetDefault("ClusterFirst", "spec", "dnsPolicy");
        holder.SetDefault(new JsonObject(), "spec", "securityContext");
        holder.SetDefault("default-scheduler", "spec", "schedulerName");
        foreach (var container in holder.Items("spec", "initContainers").Concat(holder.Items("spec", "containers")).OfType<JsonObject>())
        {
            SetContainerDefaults(container);
        }

        foreach (var volume in holder.Items("spec", "volumes").OfType<JsonObject>())
        {
            SetVolumeDefaults(volume);
        }
    }

    public static IEnumerable<FieldError> Check(JsonObject obj) => CheckSpec(obj.Child("spec"), "spec");

    /// <summary>What is wrong with a pod's spec that stands at <paramref name="field"/>.</summary>
    public static IEnumerable<FieldError> CheckSpec(JsonObject? spec, string field)
    {
        if (spec.Items("containers").Count == 0)
        {
            yield return FieldError.Required($"{field}.containers");
        }

        var volumes = spec.Items("volumes").Select(volume => volume.Text("name")).ToHashSet();
        foreach (var (index, container) in spec.Items("containers").Index())
        {
            if (string.IsNullOrEmpty(container.Text("name")))
            {
                yield return FieldError.Required($"{field}.containers[{index}].name");
            }

            if (string.IsNullOrEmpty(container.Text("image")))
            {
                yield return FieldError.Required($"{field}.containers[{index}].image");
            }

            foreach (var (mount, name) in container.Items("volumeMounts").Select(mount => mount.Text("name")).Index())
            {
                if (!volumes.Contains(name))
                {
                    yield return new FieldError(
                        "FieldValueNotFound", $"Not found: {MetadataRules.Quote(name ?? "")}", $"{field}.containers[{index}].volumeMounts[{mount}].name");
                }
            }
        }
    }

    public static IEnumerable<FieldError> CheckChange(JsonObject obj, JsonObject old)
    {
        if (!JsonNode.DeepEquals(Fixed(obj), Fixed(old)))
        {
            yield return FieldError.Forbidden(
                "spec",
                "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
                + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)");
        }
    }

    private static void SetContainerDefaults(JsonObject container)
    {
        container.SetDefault(new JsonObject(), "resources");
        container.SetDefault("/dev/termination-log", "terminationMessagePath");
        container.SetDefault("File", "terminationMessagePolicy");
        container.SetDefault(PullPolicy(container.Text("image") ?? ""), "imagePullPolicy");
        foreach (var mount in container.Items("volumeMounts").OfType<JsonObject>())
        {
            DropFalse(mount, "readOnly");
        }

        foreach (var port in container.Items("ports").OfType<JsonObject>())
        {
            port.SetDefault("TCP", "protocol");
        }

        foreach (var field in container.Items("env").Select(variable => variable.Child("valueFrom", "fieldRef")).OfType<JsonObject>())
        {
            field.SetDefault("v1", "apiVersion");
        }
    }

    private static void SetVolumeDefaults(JsonObject volume)
    {
        foreach (var kind in (string[])["secret", "configMap", "projected", "downwardAPI"])
        {
            volume.Child(kind)?.SetDefault(DefaultMode, "defaultMode");
        }

        if (volume.Child("persistentVolumeClaim") is { } claim)
        {
            DropFalse(claim, "readOnly");
        }
    }

    /// <summary>The API does not write false where false is what absence means.</summary>
    private static void DropFalse(JsonObject obj, string field)
    {
        if (obj.ContainsKey(field) && !obj.Flag(field))
        {
            obj.Remove(field);
        }
    }

    private static string PullPolicy(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        return !name.Contains('@') && (!name.Contains(':') || name.EndsWith(":latest", StringComparison.Ordinal)) ? "Always" : "IfNotPresent";
    }

    private static JsonObject Fixed(JsonObject obj)
    {
        var spec = obj.Child("spec")?.DeepClone().AsObject() ?? [];
        foreach (var field in (string[])["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName"])
        {
            spec.Remove(field);
        }

        foreach (var container in spec.Items("initContainers").Concat(spec.Items("containers")).OfType<JsonObject>())
        {
            container.Remove("image");
        }

        return spec;
    }
}
