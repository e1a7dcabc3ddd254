using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner;

/// <summary>The cluster's state, indexed once for the questions that planning asks of it.</summary>
internal sealed record Survey(
    ClusterState Cluster, IReadOnlyDictionary<ClaimRef, Claim> Claims, ILookup<ClaimRef, Backup> BackupsOf, ILookup<Uid, Snapshot> SnapshotsOf,
    System.Collections.Generic.HashSet<(NamespaceName, string)> BackupNames, ILookup<ClaimRef, Restore> RestoresInto, ILookup<Uid, Claim> ClaimsOf, ILookup<Uid, MoverJob> JobsOf, ILookup<Uid, MoverPod> PodsOf, ILookup<Uid, Identity> SecretsOf,
    System.Collections.Generic.HashSet<Uid> Owners)
{
    /// <summary>The snapshots as the storage system knows them, by name; none where movers run beside the claims.</summary>
    public required IReadOnlyDictionary<string, SnapshotContent> Contents { get; init; }

    /// <summary>Those that Backsnap made, by the PVCBackup that they were made for.</summary>
    public required ILookup<Uid, SnapshotContent> ContentsOf { get; init; }

    /// <summary>The volumes that are being handed over, by the PVCRestore that does it.</summary>
    public required ILookup<Uid, VolumeFacts> VolumesOf { get; init; }

    /// <summary>Indexes a state.</summary>
    public static Survey Of(ClusterState cluster) => new(
        cluster,
        cluster.Claims.ToDictionary(claim => claim.Ref),
        cluster.Backups.ToLookup(backup => backup.Claim),
        ByOwner(cluster.Snapshots, snapshot => snapshot.Id),
        cluster.Backups.Select(backup => (backup.Id.Namespace, backup.Id.Name)).ToHashSet(),
        cluster.Restores.Where(restore => !restore.Phase.IsFinished && !restore.Id.Deleting).ToLookup(restore => restore.TargetRef),
        ByOwner(cluster.Claims, claim => claim.Id),
        ByOwner(cluster.Jobs, job => job.Id),
        ByOwner(cluster.Pods, pod => pod.Id),
        ByOwner(cluster.Secrets, secret => secret),
        cluster.Backups.AsEnumerable().Select(backup => backup.Id.Uid).Concat(cluster.Restores.AsEnumerable().Select(restore => restore.Id.Uid))
            .Concat(cluster.Maintenances.IfNone(Seq<Maintenance>()).Select(maintenance => maintenance.Id.Uid)).ToHashSet())
    {
        Contents = cluster.SnapshotContents.ToDictionary(content => content.Id.Name, StringComparer.Ordinal),
        ContentsOf = ByOwner(cluster.SnapshotContents, content => content.Id),
        VolumesOf = ByOwner(cluster.Volumes.Values.Bind(volume => volume.Facts.ToSeq()).Where(facts => facts.Id.Controller.IsSome).ToSeq().Strict(), facts => facts.Id),
    };

    /// <summary>A claim by name, if it was seen.</summary>
    public Option<Claim> Claim(ClaimRef claim) => Claims.TryGetValue(claim, out var found) ? Some(found) : None;

    /// <summary>Whether there is a PVCBackup of this name, whichever claim it is for.</summary>
    public bool HasBackup(NamespaceName home, string name) => BackupNames.Contains((home, name));

    /// <summary>Whether an owner of ours is there, or may be: of a kind that is not read nothing can be said.</summary>
    public bool Knows(Owner owner) => Owners.Contains(owner.Uid) || (owner.Kind == ObjectKind.PvcMaintenance.Kind && Cluster.Maintenances.IsNone);

    /// <summary>The trouble that writing for an object met lately.</summary>
    public Option<Trouble> TroubleOf(ObjectKind kind, Identity id) =>
        Cluster.Troubles.IsEmpty ? None : Cluster.Troubles.Find(Trouble.KeyOf(kind, id.Namespace, id.Name));

    /// <summary>A namespace, if it was seen.</summary>
    public Option<NamespaceFacts> Namespace(NamespaceName name) => Cluster.Namespaces.Find(name);

    /// <summary>Whether a namespace can take new objects, as far as is known.</summary>
    public bool IsOpen(NamespaceName name) => !Namespace(name).Exists(found => found.Terminating);

    private static ILookup<Uid, T> ByOwner<T>(Seq<T> objects, Func<T, Identity> identity) =>
        objects.Where(item => identity(item).Controller.IsSome).ToLookup(item => identity(item).Controller.Map(owner => owner.Uid).IfNone(NoOwner));

    private static readonly Uid NoOwner = new("");
}
