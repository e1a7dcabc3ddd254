using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>The defaults and the rules of the built-in kinds; each is in a file of its own.</summary>
internal static class KindRules
{
    /// <summary>Fills in what the API fills in for the kind.</summary>
    public static void SetDefaults(ResourceType type, JsonObject obj, ObjectTables tables)
    {
        if (type == ResourceTypes.Namespaces)
        {
            NamespaceRules.SetDefaults(obj);
        }
        else if (type == ResourceTypes.PersistentVolumeClaims)
        {
            ClaimRules.SetDefaults(obj, tables);
        }
        else if (type == ResourceTypes.PersistentVolumes)
        {
            VolumeRules.SetDefaults(obj);
        }
        else if (type == ResourceTypes.Pods)
        {
            PodRules.SetDefaults(obj);
        }
        else if (type == ResourceTypes.Jobs)
        {
            JobRules.SetDefaults(obj);
        }
        else if (type == ResourceTypes.Secrets)
        {
            SecretRules.SetDefaults(obj);
        }
        else if (type == ResourceTypes.Events)
        {
            EventRules.SetDefaults(obj);
        }
        else if (type == ResourceTypes.StorageClasses)
        {
            VolumeRules.SetClassDefaults(obj);
        }
        else if (type == ResourceTypes.CustomResourceDefinitions)
        {
            CustomDefinition.SetDefaults(obj);
        }
    }

    /// <summary>What is wrong with the object by itself.</summary>
    public static IEnumerable<FieldError> Check(ResourceType type, JsonObject obj) =>
        type == ResourceTypes.PersistentVolumeClaims ? ClaimRules.Check(obj)
        : type == ResourceTypes.Jobs ? JobRules.Check(obj)
        : type == ResourceTypes.Pods ? PodRules.Check(obj)
        : type == ResourceTypes.Events ? EventRules.Check(obj)
        : type == ResourceTypes.VolumeSnapshotContents ? SnapshotRules.CheckContent(obj)
        : type == ResourceTypes.VolumeSnapshots ? SnapshotRules.CheckSnapshot(obj)
        : [];

    /// <summary>What is wrong with the change from <paramref name="old"/>.</summary>
    public static IEnumerable<FieldError> CheckChange(ResourceType type, JsonObject obj, JsonObject old) =>
        type == ResourceTypes.PersistentVolumeClaims ? ClaimRules.CheckChange(obj, old)
        : type == ResourceTypes.Jobs ? JobRules.CheckChange(obj, old)
        : type == ResourceTypes.Pods ? PodRules.CheckChange(obj, old)
        : type == ResourceTypes.VolumeSnapshotContents ? SnapshotRules.CheckContentChange(obj, old)
        : type == ResourceTypes.VolumeSnapshots ? SnapshotRules.CheckSnapshotChange(obj, old)
        : type == ResourceTypes.Secrets || type == ResourceTypes.ConfigMaps ? SecretRules.CheckChange(obj, old)
        : [];
}
