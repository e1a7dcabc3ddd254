using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Defaults and rules of PersistentVolumeClaims.</summary>
internal static class ClaimRules
{
    private const string Protection = "kubernetes.io/pvc-protection";
    private const string DefaultClass = "storageclass.kubernetes.io/is-default-class";

    public static void SetDefaults(JsonObject obj, ObjectTables tables)
    {
        obj.SetDefault("Filesystem", "spec", "volumeMode");
        obj.SetDefault("Pending", "status", "phase");
        MirrorDataSource(obj);
        if (obj.Text("metadata", "resourceVersion") is not null)
        {
            return;
        }

        if (!obj.Texts("metadata", "finalizers").Contains(Protection))
        {
            obj.Set(new JsonArray([.. obj.Texts("metadata", "finalizers").Append(Protection).Select(JsonNode (text) => text)]), "metadata", "finalizers");
        }

        if (obj.At("spec", "storageClassName") is null && NewestDefaultClass(tables) is { } name)
        {
            obj.Set(name, "spec", "storageClassName");
        }
    }

    public static IEnumerable<FieldError> Check(JsonObject obj)
    {
        if (obj.Items("spec", "accessModes").Count == 0)
        {
            yield return FieldError.Required("spec.accessModes", "at least 1 access mode is required");
        }

        string[] modes = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
        foreach (var (index, mode) in obj.Texts("spec", "accessModes").Index())
        {
            if (!modes.Contains(mode))
            {
                yield return FieldError.NotSupported($"spec.accessModes[{index}]", MetadataRules.Quote(mode), modes.Select(MetadataRules.Quote));
            }
        }

        if (obj.At("spec", "resources", "requests", "storage") is null)
        {
            yield return FieldError.Required("spec.resources[storage]");
        }
    }

    public static IEnumerable<FieldError> CheckChange(JsonObject obj, JsonObject old)
    {
        var rebound = old.Text("spec", "volumeName") is { Length: > 0 } volume && obj.Text("spec", "volumeName") != volume;
        if (rebound || !JsonNode.DeepEquals(Fixed(obj), Fixed(old)))
        {
            yield return FieldError.Forbidden(
                "spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }
    }

    /// <summary>The part of the spec that must stay as it is; the volume's name may be set once.</summary>
    private static JsonObject Fixed(JsonObject obj)
    {
        var spec = obj.Child("spec")?.DeepClone().AsObject() ?? [];
        foreach (var field in (string[])["resources", "volumeName", "volumeAttributesClassName"])
        {
            spec.Remove(field);
        }

        return spec;
    }

    private static void MirrorDataSource(JsonObject obj)
    {
        var (source, reference) = (obj.Child("spec", "dataSource"), obj.Child("spec", "dataSourceRef"));
        if (source is not null && reference is null)
        {
            obj.Set(source.DeepClone(), "spec", "dataSourceRef");
        }
        else if (source is null && reference is not null && reference.Text("namespace") is null)
        {
            obj.Set(reference.DeepClone(), "spec", "dataSource");
        }
    }

    private static string? NewestDefaultClass(ObjectTables tables) =>
        tables.List(ResourceTypes.StorageClasses, null)
            .Where(stored => stored.Copy().Text("metadata", "annotations", DefaultClass) == "true")
            .OrderByDescending(stored => stored.Copy().Text("metadata", "creationTimestamp"), StringComparer.Ordinal)
            .ThenBy(stored => stored.Name, StringComparer.Ordinal)
            .FirstOrDefault()?.Name;
}
