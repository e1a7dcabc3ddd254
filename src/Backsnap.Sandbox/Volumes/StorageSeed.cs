using System.Text.Json.Nodes;
using Backsnap.Sandbox.Controllers;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Volumes;

/// <summary>
/// The node and the storage classes that a sandbox starts with. <c>backsnap-local</c> is the default class, <c>backsnap-local-wait</c>
/// binds with the first pod, <c>backsnap-nosnap</c> belongs to a driver without snapshots; <c>backsnap-snapshot</c> is the snapshot class.
/// </summary>
internal static class StorageSeed
{
    public static void Plant(ObjectStore store, DateTimeOffset now)
    {
        store.Create(ResourceTypes.Nodes, Node.Manifest(now));
        store.Create(ResourceTypes.StorageClasses, Class("backsnap-local", Drivers.Local, "Immediate", isDefault: true));
        store.Create(ResourceTypes.StorageClasses, Class("backsnap-local-wait", Drivers.Local, "WaitForFirstConsumer", isDefault: false));
        store.Create(ResourceTypes.StorageClasses, Class("backsnap-nosnap", Drivers.WithoutSnapshots, "Immediate", isDefault: false));
        store.Create(ResourceTypes.VolumeSnapshotClasses, new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "backsnap-snapshot",
                ["annotations"] = new JsonObject { ["snapshot.storage.kubernetes.io/is-default-class"] = "true" },
            },
            ["driver"] = Drivers.Local,
            ["deletionPolicy"] = "Delete",
        });
    }

    private static JsonObject Class(string name, string driver, string binding, bool isDefault)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (isDefault) metadata["annotations"] = new JsonObject { ["storageclass.kubernetes.io/is-default-class"] = "true" };
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["provisioner"] = driver,
            ["reclaimPolicy"] = "Delete",
            ["volumeBindingMode"] = binding,
            ["allowVolumeExpansion"] = false,
        };
    }
}
