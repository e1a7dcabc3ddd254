using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using Backsnap.Kubernetes;
using LanguageExt;
using static LanguageExt.Prelude;
using Claim = Backsnap.Domain.Claims.Claim;
using StorageClass = Backsnap.Domain.Volumes.StorageClass;

namespace Backsnap.Host.Observation;

/// <summary>
/// The cluster as the operator sees it: a table for each kind that planning needs. It holds nothing that a restart would lose.
/// Not thread-safe: it belongs to the operator's loop.
/// </summary>
/// <param name="namespaces">How many namespaces the operator is limited to; 0 for all.</param>
/// <param name="maintenance">Whether the cluster knows the kind PVCMaintenance, which came later than the others.</param>
internal sealed class ClusterCache(int namespaces, bool maintenance = false)
{
    private readonly Dictionary<Uid, Headway> headways = [];

    /// <summary>Namespaces.</summary>
    public ObjectTable<Namespace, NamespaceFacts> Namespaces { get; } = new(Reading.Namespace);

    /// <summary>Claims, all of them: any may have to be backed up.</summary>
    public ObjectTable<PersistentVolumeClaim, Claim> Claims { get; } = new(Reading.Claim, Math.Max(1, namespaces));

    /// <summary>Volumes, for their driver.</summary>
    public ObjectTable<PersistentVolume, Volume> Volumes { get; } = new(Reading.Volume);

    /// <summary>Storage classes.</summary>
    public ObjectTable<Kubernetes.StorageClass, StorageClass> StorageClasses { get; } = new(Reading.StorageClass);

    /// <summary>Snapshot classes.</summary>
    public ObjectTable<VolumeSnapshotClass, SnapshotClass> SnapshotClasses { get; } = new(Reading.SnapshotClass);

    /// <summary>PVCBackups.</summary>
    public ObjectTable<PvcBackup, Backup> Backups { get; } = new(ReadingOwn.Backup, Math.Max(1, namespaces));

    /// <summary>PVCRestores.</summary>
    public ObjectTable<PvcRestore, Restore> Restores { get; } = new(ReadingOwn.Restore, Math.Max(1, namespaces));

    /// <summary>PVCMaintenances.</summary>
    public ObjectTable<PvcMaintenance, Maintenance> Maintenances { get; } = new(ReadingOwn.Maintenance, Math.Max(1, namespaces));

    /// <summary>VolumeSnapshots with our label.</summary>
    public ObjectTable<VolumeSnapshot, Snapshot> Snapshots { get; } = new(Reading.Snapshot, Math.Max(1, namespaces));

    /// <summary>Jobs with our label.</summary>
    public ObjectTable<Job, MoverJob> Jobs { get; } = new(Reading.Job, Math.Max(1, namespaces));

    /// <summary>Pods with our label.</summary>
    public ObjectTable<Pod, MoverPod> Pods { get; } = new(Reading.Pod, Math.Max(1, namespaces));

    /// <summary>Events FailedMount of pods, whosesoever. They explain and decide nothing: nobody waits for them.</summary>
    public ObjectTable<Event, PodEvent> FailedMounts { get; } = new(Reading.PodEvent, Math.Max(1, namespaces));

    /// <summary>Events FailedAttachVolume of pods, whosesoever.</summary>
    public ObjectTable<Event, PodEvent> FailedAttachments { get; } = new(Reading.PodEvent, Math.Max(1, namespaces));

    /// <summary>Secrets with our label: only that they are there, never what they hold.</summary>
    public ObjectTable<Secret, Identity> Secrets { get; } = new(secret => Reading.Identity(secret.Metadata), Math.Max(1, namespaces));

    /// <summary>Remembers how far a mover's pod is, as long as the pod is there; whether that is news.</summary>
    public bool Note(Uid pod, Headway headway)
    {
        var news = !headways.TryGetValue(pod, out var known) || known != headway;
        headways[pod] = headway;
        return news;
    }

    /// <summary>The kinds of which no whole list was seen yet.</summary>
    public IReadOnlyList<string> Unsynced =>
    [
        .. new (string Name, bool Synced)[]
        {
            ("namespaces", Namespaces.IsSynced), ("persistentvolumeclaims", Claims.IsSynced), ("persistentvolumes", Volumes.IsSynced),
            ("storageclasses", StorageClasses.IsSynced), ("volumesnapshotclasses", SnapshotClasses.IsSynced), ("pvcbackups", Backups.IsSynced),
            ("pvcrestores", Restores.IsSynced), ("volumesnapshots", Snapshots.IsSynced), ("jobs", Jobs.IsSynced), ("pods", Pods.IsSynced), ("secrets", Secrets.IsSynced),
            ("pvcmaintenances", Maintenances.IsSynced || !maintenance),
        }.Where(kind => !kind.Synced).Select(kind => kind.Name),
    ];

    /// <summary>Forgets everything: who takes over does not go by what was true when it last looked.</summary>
    public void Clear()
    {
        Namespaces.Clear();
        Claims.Clear();
        Volumes.Clear();
        StorageClasses.Clear();
        SnapshotClasses.Clear();
        Backups.Clear();
        Restores.Clear();
        Maintenances.Clear();
        Snapshots.Clear();
        Jobs.Clear();
        Pods.Clear();
        FailedMounts.Clear();
        FailedAttachments.Clear();
        Secrets.Clear();
    }

    /// <summary>Everything as one immutable state, with the troubles that writing met.</summary>
    public ClusterState State(HashMap<string, Trouble> troubles) => new(
        toHashMap(Namespaces.Values.Select(found => (found.Name, found))),
        Claims.Values.ToSeq().Strict(),
        toHashMap(Volumes.Values.Select(volume => (volume.Name, volume))),
        toHashMap(StorageClasses.Values.Select(found => (found.Name, found))),
        SnapshotClasses.Values.ToSeq().Strict(),
        Backups.Values.ToSeq().Strict(),
        Restores.Values.ToSeq().Strict(),
        Snapshots.Values.ToSeq().Strict(),
        Jobs.Values.ToSeq().Strict(),
        Pods.Values.ToSeq().Strict(),
        Secrets.Values.ToSeq().Strict(),
        troubles)
    {
        Maintenances = maintenance ? Some(Maintenances.Values.ToSeq().Strict()) : None,
        PodTroubles = PodTroubles(),
        Headways = Headways(),
    };

    private HashMap<Uid, Headway> Headways()
    {
        if (headways.Count == 0)
        {
            return default;
        }

        var running = Pods.Values.Where(pod => pod.State is PodState.Running).Select(pod => pod.Id.Uid).ToHashSet();
        foreach (var gone in headways.Keys.Where(pod => !running.Contains(pod)).ToList())
        {
            headways.Remove(gone);
        }

        return toHashMap(headways.Select(pair => (pair.Key, pair.Value)));
    }

    // Of one instant both kinds may tell: then the words decide, lest two looks at one cluster differ.
    private HashMap<Uid, string> PodTroubles()
    {
        if (FailedMounts.Count + FailedAttachments.Count == 0)
        {
            return default;
        }

        var ours = Pods.Values.Select(pod => pod.Id.Uid).ToHashSet();
        return toHashMap(FailedMounts.Values.Concat(FailedAttachments.Values)
            .Where(seen => ours.Contains(seen.Pod))
            .GroupBy(seen => seen.Pod, (pod, all) => (pod, all.OrderByDescending(seen => seen.At).ThenBy(seen => seen.Text, StringComparer.Ordinal).First().Text)));
    }
}
