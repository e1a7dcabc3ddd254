using System.Text.Json.Serialization.Metadata;

namespace Backsnap.Kubernetes;

/// <summary>The kinds that Backsnap reads and writes.</summary>
public static class Resources
{
    /// <summary>Backsnap's API group.</summary>
    public const string BacksnapGroup = "backsnap.skyb.it";

    /// <summary>Backsnap's API version.</summary>
    public const string BacksnapVersion = "v1alpha1";

    private static KubeJson Json => KubeJson.Default;

    /// <summary>Namespaces.</summary>
    public static KubeResource<Namespace> Namespaces { get; } =
        OfCluster("", "v1", "namespaces", "Namespace", Json.Namespace, Json.ListDocumentNamespace);

    /// <summary>Claims.</summary>
    public static KubeResource<PersistentVolumeClaim> PersistentVolumeClaims { get; } =
        Namespaced("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", Json.PersistentVolumeClaim, Json.ListDocumentPersistentVolumeClaim);

    /// <summary>Volumes.</summary>
    public static KubeResource<PersistentVolume> PersistentVolumes { get; } =
        OfCluster("", "v1", "persistentvolumes", "PersistentVolume", Json.PersistentVolume, Json.ListDocumentPersistentVolume);

    /// <summary>Storage classes.</summary>
    public static KubeResource<StorageClass> StorageClasses { get; } =
        OfCluster("storage.k8s.io", "v1", "storageclasses", "StorageClass", Json.StorageClass, Json.ListDocumentStorageClass);

    /// <summary>Snapshot classes.</summary>
    public static KubeResource<VolumeSnapshotClass> VolumeSnapshotClasses { get; } =
        OfCluster(
            "snapshot.storage.k8s.io", "v1", "volumesnapshotclasses", "VolumeSnapshotClass",
            Json.VolumeSnapshotClass, Json.ListDocumentVolumeSnapshotClass);

    /// <summary>Snapshots of claims.</summary>
    public static KubeResource<VolumeSnapshot> VolumeSnapshots { get; } =
        Namespaced("snapshot.storage.k8s.io", "v1", "volumesnapshots", "VolumeSnapshot", Json.VolumeSnapshot, Json.ListDocumentVolumeSnapshot);

    /// <summary>Snapshots as the storage system knows them.</summary>
    public static KubeResource<VolumeSnapshotContent> VolumeSnapshotContents { get; } =
        OfCluster(
            "snapshot.storage.k8s.io", "v1", "volumesnapshotcontents", "VolumeSnapshotContent",
            Json.VolumeSnapshotContent, Json.ListDocumentVolumeSnapshotContent);

    /// <summary>Jobs.</summary>
    public static KubeResource<Job> Jobs { get; } =
        Namespaced("batch", "v1", "jobs", "Job", Json.Job, Json.ListDocumentJob);

    /// <summary>Pods.</summary>
    public static KubeResource<Pod> Pods { get; } =
        Namespaced("", "v1", "pods", "Pod", Json.Pod, Json.ListDocumentPod);

    /// <summary>Secrets.</summary>
    public static KubeResource<Secret> Secrets { get; } =
        Namespaced("", "v1", "secrets", "Secret", Json.Secret, Json.ListDocumentSecret);

    /// <summary>Events, as <c>v1</c> shows them.</summary>
    public static KubeResource<Event> Events { get; } =
        Namespaced("", "v1", "events", "Event", Json.Event, Json.ListDocumentEvent);

    /// <summary>Events, as <c>events.k8s.io/v1</c> shows the same ones.</summary>
    public static KubeResource<EventV1> EventsV1 { get; } =
        Namespaced("events.k8s.io", "v1", "events", "Event", Json.EventV1, Json.ListDocumentEventV1);

    /// <summary>Leases.</summary>
    public static KubeResource<Lease> Leases { get; } =
        Namespaced("coordination.k8s.io", "v1", "leases", "Lease", Json.Lease, Json.ListDocumentLease);

    /// <summary>Backups.</summary>
    public static KubeResource<PvcBackup> PvcBackups { get; } =
        Namespaced(BacksnapGroup, BacksnapVersion, "pvcbackups", "PVCBackup", Json.PvcBackup, Json.ListDocumentPvcBackup);

    /// <summary>Restores.</summary>
    public static KubeResource<PvcRestore> PvcRestores { get; } =
        Namespaced(BacksnapGroup, BacksnapVersion, "pvcrestores", "PVCRestore", Json.PvcRestore, Json.ListDocumentPvcRestore);

    /// <summary>Maintenance of repositories.</summary>
    public static KubeResource<PvcMaintenance> PvcMaintenances { get; } =
        Namespaced(BacksnapGroup, BacksnapVersion, "pvcmaintenances", "PVCMaintenance", Json.PvcMaintenance, Json.ListDocumentPvcMaintenance);

    /// <summary>Definitions of kinds.</summary>
    public static KubeResource<CustomResourceDefinition> CustomResourceDefinitions { get; } =
        OfCluster(
            "apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition",
            Json.CustomResourceDefinition, Json.ListDocumentCustomResourceDefinition);

    /// <summary>All of them, for tables by kind.</summary>
    public static IReadOnlyList<KubeResource> All { get; } =
    [
        Namespaces, PersistentVolumeClaims, PersistentVolumes, StorageClasses, VolumeSnapshotClasses, VolumeSnapshots, VolumeSnapshotContents, Jobs, Pods,
        Secrets, Events, EventsV1, Leases, PvcBackups, PvcRestores, PvcMaintenances, CustomResourceDefinitions,
    ];

    private static KubeResource<T> OfCluster<T>(
        string group, string version, string plural, string kind, JsonTypeInfo<T> json, JsonTypeInfo<ListDocument<T>> list)
        where T : class, IKubernetesObject =>
        new(json, list) { Group = group, Version = version, Plural = plural, Kind = kind, Namespaced = false };

    private static KubeResource<T> Namespaced<T>(
        string group, string version, string plural, string kind, JsonTypeInfo<T> json, JsonTypeInfo<ListDocument<T>> list)
        where T : class, IKubernetesObject =>
        new(json, list) { Group = group, Version = version, Plural = plural, Kind = kind, Namespaced = true };
}
