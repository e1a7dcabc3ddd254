using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Index;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner;

/// <summary>The cluster's state, ready for the questions that planning asks of it.</summary>
internal sealed class Survey
{
    private static readonly Uid NoOwner = new("");
    private readonly ClusterIndex index;

    /// <summary>A survey of what an index was last shown; it holds until the index is shown something else.</summary>
    public Survey(ClusterIndex index)
    {
        this.index = index;
        var cluster = index.Cluster;
        RestoresInto = cluster.Restores.Where(restore => !restore.Phase.IsFinished && !restore.Id.Deleting).ToLookup(restore => restore.TargetRef);
        SnapshotsOf = ByOwner(cluster.Snapshots, snapshot => snapshot.Id);
        JobsOf = ByOwner(cluster.Jobs, job => job.Id);
        PodsOf = ByOwner(cluster.Pods, pod => pod.Id);
        SecretsOf = ByOwner(cluster.Secrets, secret => secret);
        ClaimsOf = ByOwner(index.OwnedClaims.OrderBy(claim => claim.Ref.ToString(), StringComparer.Ordinal), claim => claim.Id);
        Contents = cluster.SnapshotContents.ToDictionary(content => content.Id.Name, StringComparer.Ordinal);
        ContentsOf = ByOwner(cluster.SnapshotContents, content => content.Id);
        VolumesOf = ByOwner(index.VolumesRead.OrderBy(volume => volume.Id.Name, StringComparer.Ordinal), volume => volume.Id);
    }

    /// <summary>The state.</summary>
    public ClusterState Cluster => index.Cluster;

    /// <summary>Everything of each claim, in the order of namespace and name.</summary>
    public IReadOnlyList<Dossier> Dossiers => index.Dossiers;

    /// <summary>The PVCBackups that are not over, in no order.</summary>
    public IReadOnlyCollection<Backup> OpenBackups => index.OpenBackups;

    /// <summary>The PVCMaintenances that are not over, in no order.</summary>
    public IReadOnlyCollection<Maintenance> OpenMaintenances => index.OpenMaintenances;

    /// <summary>The claims with Backsnap's label, in no order.</summary>
    public IReadOnlyCollection<Claim> LabelledClaims => index.LabelledClaims;

    /// <summary>The restores that are not over, by the claim that they fill.</summary>
    public ILookup<ClaimRef, Restore> RestoresInto { get; }

    /// <summary>The VolumeSnapshots by owner.</summary>
    public ILookup<Uid, Snapshot> SnapshotsOf { get; }

    /// <summary>The claims by owner.</summary>
    public ILookup<Uid, Claim> ClaimsOf { get; }

    /// <summary>The Jobs by owner.</summary>
    public ILookup<Uid, MoverJob> JobsOf { get; }

    /// <summary>The pods by Job.</summary>
    public ILookup<Uid, MoverPod> PodsOf { get; }

    /// <summary>The Secrets by owner, as far as they are seen.</summary>
    public ILookup<Uid, Identity> SecretsOf { get; }

    /// <summary>The snapshots as the storage system knows them, by name; none where movers run beside the claims.</summary>
    public IReadOnlyDictionary<string, SnapshotContent> Contents { get; }

    /// <summary>Those that Backsnap made, by the PVCBackup that they were made for.</summary>
    public ILookup<Uid, SnapshotContent> ContentsOf { get; }

    /// <summary>The volumes that are being handed over, by the PVCRestore that does it.</summary>
    public ILookup<Uid, VolumeFacts> VolumesOf { get; }

    /// <summary>Surveys a state from nothing.</summary>
    public static Survey Of(ClusterState cluster) => new(ClusterIndex.Of(cluster));

    /// <summary>A claim by name, if it was seen.</summary>
    public Option<Claim> Claim(ClaimRef claim) => index.Claim(claim);

    /// <summary>The PVCBackups of a claim, in the order of their names.</summary>
    public Seq<Backup> BackupsOf(ClaimRef claim) => index.BackupsOf(claim);

    /// <summary>A PVCBackup by uid.</summary>
    public Option<Backup> Backup(Uid uid) => index.Backup(uid);

    /// <summary>A PVCBackup by name, whichever claim it is for.</summary>
    public Option<Backup> Backup(NamespaceName home, string name) => index.Backup(home, name);

    /// <summary>A PVCMaintenance by name, whichever claim it is for.</summary>
    public Option<Maintenance> Maintenance(NamespaceName home, string name) => index.Maintenance(home, name);

    /// <summary>The PVCBackups that are over and of which something is left, or of which a write was refused; in no order.</summary>
    public IEnumerable<Backup> EndedBackups => Ended(ObjectKind.PvcBackup, index.Backup, index.Backup, backup => backup.Id).Where(backup => backup.Phase.IsFinished);

    /// <summary>The PVCMaintenances that are over and of which something is left, or of which a write was refused; in no order.</summary>
    public IEnumerable<Maintenance> EndedMaintenances =>
        Ended(ObjectKind.PvcMaintenance, index.Maintenance, index.Maintenance, maintenance => maintenance.Id).Where(maintenance => maintenance.Phase.IsFinished);

    /// <summary>A volume by name.</summary>
    public Option<Volume> Volume(string name) => index.Volume(name);

    /// <summary>Whether an owner of ours is there, or may be: of a kind that is not read nothing can be said.</summary>
    public bool Knows(Owner owner) =>
        index.Backup(owner.Uid).IsSome || index.Restores.ContainsKey(owner.Uid) || index.Maintenance(owner.Uid).IsSome
        || (owner.Kind == ObjectKind.PvcMaintenance.Kind && Cluster.Maintenances.IsNone);

    /// <summary>Whether a mover is being made or was made for something of ours that is not over.</summary>
    public bool HasMover(Uid owner) =>
        index.Backup(owner).Exists(backup => backup.Phase is BackupPhase.Provisioning or BackupPhase.Running)
        || (index.Restores.TryGetValue(owner, out var restore) && restore.Phase is RestorePhase.Resolving or RestorePhase.Provisioning or RestorePhase.Running)
        || index.Maintenance(owner).Exists(maintenance => maintenance.Phase is MaintenancePhase.Running);

    /// <summary>When something of ours was over; None also of what is not there.</summary>
    public Option<Instant> EndOf(Uid owner) =>
        index.Backup(owner).Bind(backup => backup.FinishedAt)
        | (index.Restores.TryGetValue(owner, out var restore) && restore.Phase is RestorePhase.Finished finished ? Some(finished.At) : None)
        | index.Maintenance(owner).Bind(maintenance => maintenance.FinishedAt);

    /// <summary>The trouble that writing for an object met lately.</summary>
    public Option<Trouble> TroubleOf(ObjectKind kind, Identity id) =>
        Cluster.Troubles.IsEmpty ? None : Cluster.Troubles.Find(Trouble.KeyOf(kind, id.Namespace, id.Name));

    /// <summary>A namespace, if it was seen.</summary>
    public Option<NamespaceFacts> Namespace(NamespaceName name) => Cluster.Namespaces.Find(name);

    /// <summary>Whether a namespace can take new objects, as far as is known.</summary>
    public bool IsOpen(NamespaceName name) => !Namespace(name).Exists(found => found.Terminating);

    private IEnumerable<Uid> Parents => JobsOf.Select(group => group.Key)
        .Concat(ClaimsOf.Select(group => group.Key)).Concat(SnapshotsOf.Select(group => group.Key)).Concat(ContentsOf.Select(group => group.Key)).Concat(SecretsOf.Select(group => group.Key));

    private IEnumerable<T> Ended<T>(ObjectKind kind, Func<Uid, Option<T>> byUid, Func<NamespaceName, string, Option<T>> byName, Func<T, Identity> identity) => Parents
        .SelectMany(uid => byUid(uid).ToSeq())
        .Concat(Cluster.Troubles.Keys.SelectMany(key => Trouble.Named(kind, key).Bind(named => byName(named.Namespace, named.Name)).ToSeq()))
        .DistinctBy(item => identity(item).Uid);

    private static ILookup<Uid, T> ByOwner<T>(IEnumerable<T> objects, Func<T, Identity> identity) =>
        objects.Where(item => identity(item).Controller.IsSome).ToLookup(item => identity(item).Controller.Map(owner => owner.Uid).IfNone(NoOwner));
}
