using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
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
/// <param name="movers">The namespace in which movers run; None where they run beside the claims.</param>
/// <param name="labels">The names of the claims' labels that matter.</param>
internal sealed class ClusterCache(int namespaces, bool maintenance = false, Option<NamespaceName> movers = default, Seq<string> labels = default)
{
    private static int Everywhere(int namespaces) => Math.Max(1, namespaces);

    // Claims and snapshots are in the movers' namespace too; Jobs and pods are nowhere else, and Secrets are looked at nowhere else.
    private static int WithMovers(int namespaces, Option<NamespaceName> movers) => namespaces == 0 ? 1 : namespaces + (movers.IsSome ? 1 : 0);

    private static int AtMovers(int namespaces, Option<NamespaceName> movers) => movers.IsSome ? 1 : Everywhere(namespaces);

    // A wait that is not shortened is all that is lost with the oldest of too many.
    private const int MostDepartures = 4096;

    private readonly Queue<string> departures = new();
    private ObjectTable<PvcBackup, Backup>? backups;
    private ObjectTable<PvcRestore, Restore>? restores;
    private ObjectTable<PvcMaintenance, Maintenance>? maintenances;
    private readonly Dictionary<Uid, Headway> headways = [];
    private readonly ByName<Namespace, NamespaceFacts, NamespaceName> namespacesByName = new(found => found.Name);
    private readonly ByName<Kubernetes.StorageClass, StorageClass, string> storageClassesByName = new(found => found.Name);

    /// <summary>Namespaces.</summary>
    public ObjectTable<Namespace, NamespaceFacts> Namespaces { get; } = new(Reading.Namespace);

    /// <summary>Claims, all of them: any may have to be backed up.</summary>
    public ObjectTable<PersistentVolumeClaim, Claim> Claims { get; } = new(claim => Reading.Claim(claim, movers, labels), WithMovers(namespaces, movers));

    /// <summary>Volumes, for their driver.</summary>
    public ObjectTable<PersistentVolume, Volume> Volumes { get; } = new(volume => movers.IsSome ? Reading.WholeVolume(volume, movers) : Reading.Volume(volume));

    /// <summary>Storage classes.</summary>
    public ObjectTable<Kubernetes.StorageClass, StorageClass> StorageClasses { get; } = new(Reading.StorageClass);

    /// <summary>Snapshot classes.</summary>
    public ObjectTable<VolumeSnapshotClass, SnapshotClass> SnapshotClasses { get; } = new(Reading.SnapshotClass);

    /// <summary>PVCBackups.</summary>
    public ObjectTable<PvcBackup, Backup> Backups => backups ??= new(ReadingOwn.Backup, Everywhere(namespaces), Depart);

    /// <summary>PVCRestores.</summary>
    public ObjectTable<PvcRestore, Restore> Restores => restores ??= new(ReadingOwn.Restore, Everywhere(namespaces), Depart);

    /// <summary>PVCMaintenances.</summary>
    public ObjectTable<PvcMaintenance, Maintenance> Maintenances => maintenances ??= new(ReadingOwn.Maintenance, Everywhere(namespaces), Depart);

    /// <summary>VolumeSnapshots with our label.</summary>
    public ObjectTable<VolumeSnapshot, Snapshot> Snapshots { get; } = new(snapshot => Reading.Snapshot(snapshot, movers), WithMovers(namespaces, movers));

    /// <summary>VolumeSnapshotContents, all of them, for their handles; followed only where movers have a namespace of their own.</summary>
    public ObjectTable<VolumeSnapshotContent, SnapshotContent> SnapshotContents { get; } = new(content => Reading.SnapshotContent(content, movers));

    /// <summary>Jobs with our label.</summary>
    public ObjectTable<Job, MoverJob> Jobs { get; } = new(job => Reading.Job(job, movers), AtMovers(namespaces, movers));

    /// <summary>Pods with our label.</summary>
    public ObjectTable<Pod, MoverPod> Pods { get; } = new(Reading.Pod, AtMovers(namespaces, movers));

    /// <summary>Events FailedMount of pods, whosesoever. They explain and decide nothing: nobody waits for them.</summary>
    public ObjectTable<Event, PodEvent> FailedMounts { get; } = new(Reading.PodEvent, Everywhere(namespaces));

    /// <summary>Events FailedAttachVolume of pods, whosesoever.</summary>
    public ObjectTable<Event, PodEvent> FailedAttachments { get; } = new(Reading.PodEvent, Everywhere(namespaces));

    /// <summary>
    /// Secrets with our label in the movers' namespace: only that they are there, never what they hold. Elsewhere none is looked at; of those stand here
    /// the ones that this operator has made itself, as far as it knows.
    /// </summary>
    public ObjectTable<Secret, Identity> Secrets { get; } = new(secret => Reading.Identity(secret.Metadata, movers), AtMovers(namespaces, movers));

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
            ("pvcrestores", Restores.IsSynced), ("volumesnapshots", Snapshots.IsSynced), ("jobs", Jobs.IsSynced), ("pods", Pods.IsSynced), ("secrets", Secrets.IsSynced || movers.IsNone),
            ("volumesnapshotcontents", SnapshotContents.IsSynced || movers.IsNone),
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
        namespacesByName.Of(Namespaces),
        Claims.All,
        Volumes.All,
        storageClassesByName.Of(StorageClasses),
        SnapshotClasses.All,
        Backups.All,
        Restores.All,
        Snapshots.All,
        Jobs.All,
        Pods.All,
        Copies(),
        troubles)
    {
        Maintenances = maintenance ? Some(Maintenances.All) : None,
        PodTroubles = PodTroubles(),
        Headways = Headways(),
        SnapshotContents = Contents(),
        Departed = movers.IsSome ? toHashSet(departures.Distinct(StringComparer.Ordinal).Select(uid => new Uid(uid))) : default,
    };

    // Nobody tells that a Secret in a tenant's namespace has gone with its owner.
    private Seq<Identity> Copies()
    {
        if (movers.IsNone && Secrets.Count > 0)
        {
            Secrets.Keep(secret => secret.Controller.Exists(owner => IsThere(secret.Namespace.Value, owner)));
        }

        return Secrets.All;
    }

    private bool IsThere(string ns, Owner owner) =>
        Backups.Find(ns, owner.Name).Exists(backup => backup.Id.Uid == owner.Uid)
        || Restores.Find(ns, owner.Name).Exists(restore => restore.Id.Uid == owner.Uid)
        || Maintenances.Find(ns, owner.Name).Exists(item => item.Id.Uid == owner.Uid);

    // What is looked up by name: made anew only when something of the kind has changed.
    private sealed class ByName<TSource, TRead, TKey>(Func<TRead, TKey> key)
        where TSource : class, IKubernetesObject
        where TRead : notnull
    {
        private int changes = -1;
        private HashMap<TKey, TRead> known;

        public HashMap<TKey, TRead> Of(ObjectTable<TSource, TRead> table)
        {
            if (changes != table.Changes)
            {
                (known, changes) = (toHashMap(table.Values.Select(found => (key(found), found))), table.Changes);
            }

            return known;
        }
    }

    // Its children in the movers' namespace may go now; whether anybody waits for that.
    private bool Depart(string uid)
    {
        if (movers.IsNone)
        {
            return false;
        }

        departures.Enqueue(uid);
        if (departures.Count > MostDepartures)
        {
            departures.Dequeue();
        }

        return true;
    }

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

    // Of all the contents in a cluster those matter that are ours or behind a snapshot of ours.
    private Seq<SnapshotContent> Contents()
    {
        if (movers.IsNone)
        {
            return default;
        }

        var names = Snapshots.Values.Bind(snapshot => snapshot.Content.ToSeq()).ToHashSet(StringComparer.Ordinal);
        return SnapshotContents.Values.Where(content => content.Id.Controller.IsSome || names.Contains(content.Id.Name)).ToSeq().Strict();
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
