using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using LanguageExt;

namespace Backsnap.Domain.Cluster;

/// <summary>A namespace: its wishes for the claims in it, and whether it is going.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Terminating">Nothing can be created in it any more.</param>
/// <param name="Schedule">The annotation <see cref="Marks.Schedule"/>, empty text included.</param>
/// <param name="TimeZone">The annotation <see cref="Marks.TimeZone"/>.</param>
/// <param name="AllowRestoreTo">The annotation <see cref="Marks.AllowRestoreTo"/>.</param>
public sealed record NamespaceFacts(NamespaceName Name, bool Terminating, Option<string> Schedule, Option<string> TimeZone, Option<string> AllowRestoreTo)
{
    /// <summary>All annotations of Backsnap's own prefix, by their full names (see <see cref="Objects.Marks"/>): wishes for the claims in it.</summary>
    public HashMap<string, string> Marks { get; init; }
}

/// <summary>
/// Everything that a plan depends on, as it was seen at one moment. It may be older than the world: what is done about it
/// carries preconditions, and what is missing from it may only not have been seen yet.
/// </summary>
public sealed record ClusterState(
    HashMap<NamespaceName, NamespaceFacts> Namespaces, Seq<Claim> Claims, Seq<Volume> Volumes, HashMap<string, StorageClass> StorageClasses,
    Seq<SnapshotClass> SnapshotClasses, Seq<Backup> Backups, Seq<Restore> Restores, Seq<Snapshot> Snapshots, Seq<MoverJob> Jobs, Seq<MoverPod> Pods, Seq<Identity> Secrets,
    HashMap<string, Trouble> Troubles)
{
    /// <summary>The PVCMaintenances; None where the cluster does not know the kind, or Backsnap may not read it.</summary>
    public Option<Seq<Maintenance>> Maintenances { get; init; }

    /// <summary>The snapshots as the storage system knows them: those behind VolumeSnapshots of Backsnap's, and those that Backsnap made. Read only where movers have a namespace of their own.</summary>
    public Seq<SnapshotContent> SnapshotContents { get; init; }

    /// <summary>
    /// PVCBackups, PVCRestores and PVCMaintenances whose deletion was seen: uids do not come back. It only shortens waits, for a restart forgets it; read
    /// only where movers have a namespace of their own.
    /// </summary>
    public LanguageExt.HashSet<Uid> Departed { get; init; }

    /// <summary>Why a mover's pod has not its volumes, by the pod's uid: the last Event FailedMount or FailedAttachVolume. Empty where Backsnap may not read Events.</summary>
    public HashMap<Uid, string> PodTroubles { get; init; }

    /// <summary>How far a mover's pod was when its log was last looked at, by the pod's uid; only of those that run longer than a minute.</summary>
    public HashMap<Uid, Headway> Headways { get; init; }

    /// <summary>A cluster with nothing in it.</summary>
    public static ClusterState Empty { get; } = new(
        default, Seq<Claim>.Empty, Seq<Volume>.Empty, default, Seq<SnapshotClass>.Empty, Seq<Backup>.Empty, Seq<Restore>.Empty, Seq<Snapshot>.Empty, Seq<MoverJob>.Empty, Seq<MoverPod>.Empty, Seq<Identity>.Empty, default);
}
