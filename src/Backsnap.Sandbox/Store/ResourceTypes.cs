namespace Backsnap.Sandbox.Store;

/// <summary>The kinds that every cluster has. Those that no controller here acts on are stored as they come, so that ordinary manifests apply.</summary>
internal static class ResourceTypes
{
    public static readonly ResourceType Namespaces = Cluster("", "v1", "namespaces", "Namespace", "ns") with { HasStatus = true };
    public static readonly ResourceType Nodes = Cluster("", "v1", "nodes", "Node", "no") with { HasStatus = true };
    public static readonly ResourceType PersistentVolumes =
        Cluster("", "v1", "persistentvolumes", "PersistentVolume", "pv") with { HasStatus = true, ReturnsDeletedObject = true };
    public static readonly ResourceType PersistentVolumeClaims =
        Spaced("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", "pvc") with { HasStatus = true, ReturnsDeletedObject = true };
    public static readonly ResourceType Pods =
        Spaced("", "v1", "pods", "Pod", "po") with { HasStatus = true, HasGeneration = true, ReturnsDeletedObject = true, Categories = ["all"] };
    public static readonly ResourceType Secrets = Spaced("", "v1", "secrets", "Secret");
    public static readonly ResourceType ConfigMaps = Spaced("", "v1", "configmaps", "ConfigMap", "cm");
    public static readonly ResourceType Events = Spaced("", "v1", "events", "Event", "ev");
    public static readonly ResourceType ServiceAccounts =
        Spaced("", "v1", "serviceaccounts", "ServiceAccount", "sa") with { ReturnsDeletedObject = true };
    public static readonly ResourceType Services =
        Spaced("", "v1", "services", "Service", "svc") with { HasStatus = true, Categories = ["all"], ReturnsDeletedObject = true };
    public static readonly ResourceType Endpoints = Spaced("", "v1", "endpoints", "Endpoints", "ep") with { Singular = "endpoints", ListKindName = "EndpointsList" };
    public static readonly ResourceType LimitRanges = Spaced("", "v1", "limitranges", "LimitRange", "limits");
    public static readonly ResourceType ResourceQuotas =
        Spaced("", "v1", "resourcequotas", "ResourceQuota", "quota") with { HasStatus = true, ReturnsDeletedObject = true };

    public static readonly ResourceType Deployments =
        Spaced("apps", "v1", "deployments", "Deployment", "deploy") with { HasStatus = true, HasGeneration = true, Categories = ["all"] };
    public static readonly ResourceType StatefulSets =
        Spaced("apps", "v1", "statefulsets", "StatefulSet", "sts") with { HasStatus = true, HasGeneration = true, Categories = ["all"] };
    public static readonly ResourceType DaemonSets =
        Spaced("apps", "v1", "daemonsets", "DaemonSet", "ds") with { HasStatus = true, HasGeneration = true, Categories = ["all"] };
    public static readonly ResourceType ReplicaSets =
        Spaced("apps", "v1", "replicasets", "ReplicaSet", "rs") with { HasStatus = true, HasGeneration = true, Categories = ["all"] };

    public static readonly ResourceType Jobs =
        Spaced("batch", "v1", "jobs", "Job") with { HasStatus = true, HasGeneration = true, Categories = ["all"] };
    public static readonly ResourceType CronJobs =
        Spaced("batch", "v1", "cronjobs", "CronJob", "cj") with { HasStatus = true, HasGeneration = true, Categories = ["all"] };

    public static readonly ResourceType Leases = Spaced("coordination.k8s.io", "v1", "leases", "Lease");
    public static readonly ResourceType NetworkPolicies =
        Spaced("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", "netpol") with { Singular = "networkpolicy", HasGeneration = true };
    public static readonly ResourceType PodDisruptionBudgets =
        Spaced("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", "pdb") with { HasStatus = true, HasGeneration = true };

    public static readonly ResourceType Roles = Spaced("rbac.authorization.k8s.io", "v1", "roles", "Role");
    public static readonly ResourceType RoleBindings = Spaced("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding");
    public static readonly ResourceType ClusterRoles = Cluster("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole");
    public static readonly ResourceType ClusterRoleBindings = Cluster("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding");

    public static readonly ResourceType PriorityClasses =
        Cluster("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", "pc") with { Singular = "priorityclass", HasGeneration = true };
    public static readonly ResourceType StorageClasses =
        Cluster("storage.k8s.io", "v1", "storageclasses", "StorageClass", "sc") with { Singular = "storageclass", ReturnsDeletedObject = true };
    public static readonly ResourceType CsiDrivers = Cluster("storage.k8s.io", "v1", "csidrivers", "CSIDriver") with { ReturnsDeletedObject = true };
    public static readonly ResourceType VolumeAttachments =
        Cluster("storage.k8s.io", "v1", "volumeattachments", "VolumeAttachment") with { HasStatus = true, ReturnsDeletedObject = true };

    public static readonly ResourceType CustomResourceDefinitions =
        Cluster("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", "crd", "crds") with
        {
            HasStatus = true,
            HasGeneration = true,
            Categories = ["api-extensions"],
        };

    public static readonly ResourceType VolumeSnapshots =
        Spaced("snapshot.storage.k8s.io", "v1", "volumesnapshots", "VolumeSnapshot", "vs") with { HasStatus = true, HasGeneration = true, IsCustom = true };
    public static readonly ResourceType VolumeSnapshotContents =
        Cluster("snapshot.storage.k8s.io", "v1", "volumesnapshotcontents", "VolumeSnapshotContent", "vsc", "vscs") with
        {
            HasStatus = true,
            HasGeneration = true,
            IsCustom = true,
        };
    public static readonly ResourceType VolumeSnapshotClasses =
        Cluster("snapshot.storage.k8s.io", "v1", "volumesnapshotclasses", "VolumeSnapshotClass", "vsclass", "vsclasses") with
        {
            Singular = "volumesnapshotclass",
            HasGeneration = true,
            IsCustom = true,
        };

    /// <summary>Every built-in kind.</summary>
    public static readonly IReadOnlyList<ResourceType> BuiltIn =
    [
        Namespaces, Nodes, PersistentVolumes, PersistentVolumeClaims, Pods, Secrets, ConfigMaps, Events, ServiceAccounts, Services, Endpoints,
        LimitRanges, ResourceQuotas, Deployments, StatefulSets, DaemonSets, ReplicaSets, Jobs, CronJobs, Leases, NetworkPolicies,
        PodDisruptionBudgets, Roles, RoleBindings, ClusterRoles, ClusterRoleBindings, PriorityClasses, StorageClasses, CsiDrivers,
        VolumeAttachments, CustomResourceDefinitions, VolumeSnapshots, VolumeSnapshotContents, VolumeSnapshotClasses,
    ];

    private static ResourceType Spaced(string group, string version, string plural, string kind, params string[] shortNames) =>
        Of(group, version, plural, kind, namespaced: true, shortNames);

    private static ResourceType Cluster(string group, string version, string plural, string kind, params string[] shortNames) =>
        Of(group, version, plural, kind, namespaced: false, shortNames);

    private static ResourceType Of(string group, string version, string plural, string kind, bool namespaced, string[] shortNames) => new()
    {
        Group = group,
        Version = version,
        Plural = plural,
        Singular = kind.ToLowerInvariant(),
        Kind = kind,
        Namespaced = namespaced,
        ShortNames = shortNames,
    };
}
