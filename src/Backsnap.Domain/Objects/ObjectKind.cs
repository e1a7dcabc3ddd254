namespace Backsnap.Domain.Objects;

/// <summary>The kinds of object that a plan may touch, with their place in the API.</summary>
public sealed record ObjectKind
{
    private ObjectKind(string apiVersion, string kind, string plural) => (ApiVersion, Kind, Plural) = (apiVersion, kind, plural);

    /// <summary>Group and version, as in a manifest.</summary>
    public string ApiVersion { get; }

    /// <summary>The kind, as in a manifest.</summary>
    public string Kind { get; }

    /// <summary>The resource's name in paths and in kubectl.</summary>
    public string Plural { get; }

    /// <summary>The API group of Backsnap's own kinds.</summary>
    public const string Group = "backsnap.skyb.it";

    /// <summary>One backup of one claim.</summary>
    public static ObjectKind PvcBackup { get; } = new($"{Group}/v1alpha1", "PVCBackup", "pvcbackups");

    /// <summary>One restore into one claim.</summary>
    public static ObjectKind PvcRestore { get; } = new($"{Group}/v1alpha1", "PVCRestore", "pvcrestores");

    /// <summary>One prune or check of one claim's repository.</summary>
    public static ObjectKind PvcMaintenance { get; } = new($"{Group}/v1alpha1", "PVCMaintenance", "pvcmaintenances");

    /// <summary>A CSI snapshot of a volume.</summary>
    public static ObjectKind VolumeSnapshot { get; } = new("snapshot.storage.k8s.io/v1", "VolumeSnapshot", "volumesnapshots");

    /// <summary>A snapshot as the storage system knows it: an object of the whole cluster.</summary>
    public static ObjectKind SnapshotContent { get; } = new("snapshot.storage.k8s.io/v1", "VolumeSnapshotContent", "volumesnapshotcontents");

    /// <summary>A volume: an object of the whole cluster.</summary>
    public static ObjectKind Volume { get; } = new("v1", "PersistentVolume", "persistentvolumes");

    /// <summary>A claim to a volume.</summary>
    public static ObjectKind Claim { get; } = new("v1", "PersistentVolumeClaim", "persistentvolumeclaims");

    /// <summary>A Job, whose pod is the mover.</summary>
    public static ObjectKind Job { get; } = new("batch/v1", "Job", "jobs");

    /// <summary>A Secret: the copy of the repository's credentials that one mover reads.</summary>
    public static ObjectKind Secret { get; } = new("v1", "Secret", "secrets");

    /// <summary>The kind of an owner that is ours (<see cref="Owner.IsOurs"/>).</summary>
    public static ObjectKind OfOwner(Owner owner) => owner.Kind == PvcBackup.Kind ? PvcBackup : owner.Kind == PvcMaintenance.Kind ? PvcMaintenance : PvcRestore;

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
