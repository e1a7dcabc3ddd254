using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner;

/// <summary>The cluster's state, indexed once for the questions that planning asks of it.</summary>
internal sealed record Survey(
    ClusterState Cluster, IReadOnlyDictionary<ClaimRef, Claim> Claims, ILookup<ClaimRef, Backup> BackupsOf, ILookup<Uid, Snapshot> SnapshotsOf,
    System.Collections.Generic.HashSet<(NamespaceName, string)> BackupNames, ILookup<ClaimRef, Restore> RestoresInto, ILookup<Uid, Claim> ClaimsOf, ILookup<Uid, MoverJob> JobsOf, ILookup<Uid, MoverPod> PodsOf, ILookup<Uid, Identity> SecretsOf,
    IReadOnlyDictionary<Uid, Survey.Stage> Owners)
{
    /// <summary>How far an owner of ours is, as far as its children are concerned.</summary>
    /// <param name="HasMover">Whether its mover is being made or was, and it is not over.</param>
    /// <param name="End">When it was over.</param>
    internal readonly record struct Stage(bool HasMover, Option<Instant> End);

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
        Stages(cluster))
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
    public bool Knows(Owner owner) => Owners.ContainsKey(owner.Uid) || (owner.Kind == ObjectKind.PvcMaintenance.Kind && Cluster.Maintenances.IsNone);

    /// <summary>Whether a mover is being made or was made for something of ours that is not over.</summary>
    public bool HasMover(Uid owner) => Owners.TryGetValue(owner, out var stage) && stage.HasMover;

    /// <summary>When something of ours was over; None also of what is not there.</summary>
    public Option<Instant> EndOf(Uid owner) => Owners.TryGetValue(owner, out var stage) ? stage.End : None;

    /// <summary>The trouble that writing for an object met lately.</summary>
    public Option<Trouble> TroubleOf(ObjectKind kind, Identity id) =>
        Cluster.Troubles.IsEmpty ? None : Cluster.Troubles.Find(Trouble.KeyOf(kind, id.Namespace, id.Name));

    /// <summary>A namespace, if it was seen.</summary>
    public Option<NamespaceFacts> Namespace(NamespaceName name) => Cluster.Namespaces.Find(name);

    /// <summary>Whether a namespace can take new objects, as far as is known.</summary>
    public bool IsOpen(NamespaceName name) => !Namespace(name).Exists(found => found.Terminating);

    private static Dictionary<Uid, Stage> Stages(ClusterState cluster)
    {
        var stages = new Dictionary<Uid, Stage>(cluster.Backups.Count + cluster.Restores.Count);
        foreach (var backup in cluster.Backups)
        {
            stages[backup.Id.Uid] = new Stage(backup.Phase is BackupPhase.Provisioning or BackupPhase.Running, backup.FinishedAt);
        }

        foreach (var restore in cluster.Restores)
        {
            stages[restore.Id.Uid] = new Stage(
                restore.Phase is RestorePhase.Resolving or RestorePhase.Provisioning or RestorePhase.Running, restore.Phase is RestorePhase.Finished finished ? Some(finished.At) : None);
        }

        foreach (var maintenance in cluster.Maintenances.IfNone(Seq<Maintenance>()))
        {
            stages[maintenance.Id.Uid] = new Stage(maintenance.Phase is MaintenancePhase.Running, maintenance.FinishedAt);
        }

        return stages;
    }

    private static ILookup<Uid, T> ByOwner<T>(Seq<T> objects, Func<T, Identity> identity) =>
        objects.Where(item => identity(item).Controller.IsSome).ToLookup(item => identity(item).Controller.Map(owner => owner.Uid).IfNone(NoOwner));

    private static readonly Uid NoOwner = new("");
}
