using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Defaults of PersistentVolumes and StorageClasses.</summary>
internal static class VolumeRules
{
    private const string Protection = "kubernetes.io/pv-protection";

    public static void SetDefaults(JsonObject obj)
    {
        obj.SetDefault("Retain", "spec", "persistentVolumeReclaimPolicy");
        obj.SetDefault("Filesystem", "spec", "volumeMode");
        obj.SetDefault("Pending", "status", "phase");
        if (!obj.IsTerminating() && !obj.Texts("metadata", "finalizers").Contains(Protection))
        {
            obj.Set(new JsonArray([.. obj.Texts("metadata", "finalizers").Append(Protection).Select(JsonNode (text) => text)]), "metadata", "finalizers");
        }
    }

    public static void SetClassDefaults(JsonObject obj)
    {
        obj.SetDefault("Delete", "reclaimPolicy");
        obj.SetDefault("Immediate", "volumeBindingMode");
    }
}
