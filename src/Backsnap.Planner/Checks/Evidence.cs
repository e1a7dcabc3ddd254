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

namespace Backsnap.Planner.Checks;

/// <summary>
/// What the laws are held against: the state, and what is planned. With the planner's own <see cref="Survey"/> it shares the index of what was seen, in
/// which nothing is judged, and no more: a mistake there is not repeated here.
/// </summary>
internal sealed record Evidence
{
    private readonly ClusterIndex index;
    private readonly ClusterState state;
    private readonly System.Collections.Generic.HashSet<Uid> deleted;
    private readonly ILookup<Uid, MoverJob> jobs;
    private readonly ILookup<Uid, MoverPod> pods;
    private readonly ILookup<(NamespaceName, string), Manifest> coming;

    private Evidence(ClusterIndex index, Plan plan)
    {
        this.index = index;
        state = index.Cluster;
        deleted = plan.Actions.Bind(action => action is PlannedAction.Delete delete ? Seq1(delete.Of.Uid) : Seq<Uid>()).ToHashSet();
        jobs = Owned(state.Jobs, job => job.Id);
        pods = Owned(state.Pods, pod => pod.Id);
        coming = plan.Actions
            .Bind(action => action is PlannedAction.Create create && create.Object.Kind == ObjectKind.Claim ? Seq1(create.Object) : Seq<Manifest>())
            .ToLookup(made => (made.Namespace, made.Name));
    }

    /// <summary>Takes what was seen and what is planned.</summary>
    public static Evidence Of(ClusterIndex index, Plan plan) => new(index, plan);

    /// <summary>A claim by name.</summary>
    public Option<Claim> Claim(NamespaceName home, string name) => index.Claim(new ClaimRef(home, name));

    /// <summary>A claim by uid. Seldom asked for: the claims are gone through.</summary>
    public Option<Claim> Claim(Uid uid) => state.Claims.Find(claim => claim.Id.Uid == uid);

    /// <summary>A claim of this name that the plan makes.</summary>
    public Option<Manifest> Coming(NamespaceName home, string name) => coming[(home, name)].ToSeq().HeadOrNone();

    /// <summary>A PVCBackup by uid.</summary>
    public Option<Backup> Backup(Uid uid) => index.Backup(uid);

    /// <summary>A PVCRestore by uid.</summary>
    public Option<Restore> Restore(Uid uid) => index.Restores.TryGetValue(uid, out var found) ? Some(found) : None;

    /// <summary>A volume by uid, where what handing it over needs was read of it.</summary>
    public Option<VolumeFacts> Volume(Uid uid) => index.VolumesRead.AsEnumerable().Where(volume => volume.Id.Uid == uid).ToSeq().HeadOrNone();

    /// <summary>The volumes that a restore hands over.</summary>
    public Seq<VolumeFacts> VolumesOf(Uid restore) => index.VolumesRead.Where(volume => volume.Id.IsChildOf(restore)).ToSeq().Strict();

    /// <summary>Whether a backup's snapshot was brought into the movers' namespace, and is there yet.</summary>
    public bool HasRebound(Uid backup) =>
        state.SnapshotContents.Exists(content => content.Id.IsChildOf(backup)) || state.Snapshots.Exists(snapshot => snapshot.Id.IsElsewhere && snapshot.Id.IsChildOf(backup));

    /// <summary>Whether a stored snapshot is the one that was taken for a backup.</summary>
    public bool IsSnapshotOf(Uid backup, string handle) => state.SnapshotContents.Exists(content => content.Handle.Contains(handle)
        && state.Snapshots.Exists(snapshot => !snapshot.Id.IsElsewhere && snapshot.Id.IsChildOf(backup) && snapshot.Content.Contains(content.Id.Name) && content.For.Contains(snapshot.Id.Uid)));

    /// <summary>Whether an owner's deletion was seen.</summary>
    public bool HasDeparted(Owner owner) => state.Departed.Contains(owner.Uid);

    /// <summary>Whether an owner is not there; of a kind that was not read that cannot be known.</summary>
    public bool IsGone(Owner owner) =>
        IsUnknown(owner.Uid) && (owner.Kind != "PVCMaintenance" || state.Maintenances.IsSome);

    /// <summary>A PVCMaintenance by uid.</summary>
    public Option<Maintenance> Maintenance(Uid uid) => index.Maintenance(uid);

    /// <summary>The maintenance that runs within the scope; what is being deleted takes its mover with it.</summary>
    public Seq<Maintenance> RunningMaintenance(NamespaceScope scope) => index.OpenMaintenances
        .Where(maintenance => maintenance.Phase is MaintenancePhase.Running && !maintenance.Id.Deleting && scope.Covers(maintenance.Id.Namespace)
            && !state.Namespaces.Find(maintenance.Id.Namespace).Exists(home => home.Terminating))
        .ToSeq().Strict();

    /// <summary>Whether a restore from a claim's repository is under way.</summary>
    public bool IsRestoredFrom(ClaimRef claim) => index.Restores.Values.Any(restore => restore.Source == claim && !restore.Phase.IsFinished && !restore.Id.Deleting);

    /// <summary>Whether this is a PVCBackup, PVCRestore or PVCMaintenance that is over.</summary>
    public bool IsFinished(Uid uid) =>
        index.Backup(uid).Exists(backup => backup.Phase.IsFinished) || Restore(uid).Exists(restore => restore.Phase.IsFinished)
        || index.Maintenance(uid).Exists(maintenance => maintenance.Phase.IsFinished);

    /// <summary>Whether this is a PVCRestore that filled its claim.</summary>
    public bool HasSucceeded(Uid restore) => Restore(restore).Exists(found => found.Phase is RestorePhase.Finished { Result: not Result.Failed });

    /// <summary>The successes of a claim that neither go already nor are deleted by the plan.</summary>
    public IEnumerable<Backup> SuccessesThatStay(ClaimRef claim) => Staying(claim).Where(backup => backup.IsSuccess);

    /// <summary>The scheduled backups of a claim that neither go already nor are deleted by the plan.</summary>
    public IEnumerable<Backup> ScheduledThatStay(ClaimRef claim) => Staying(claim).Where(backup => backup.Slot.IsSome);

    /// <summary>What the movers of a PVCBackup or PVCRestore reported, of those whose Job is over.</summary>
    public IEnumerable<MoverReport> ReportsFor(Uid owner) =>
        jobs[owner].Where(job => job.State is not JobState.Unfinished)
            .SelectMany(job => pods[job.Id.Uid])
            .SelectMany(pod => pod.State is PodState.Ended end ? end.Report.ToSeq() : Seq<MoverReport>());

    /// <summary>Whether a mover of a PVCBackup, PVCRestore or PVCMaintenance may still run.</summary>
    public bool MayRun(Uid owner) => jobs[owner].Any(job => job.State is JobState.Unfinished);

    /// <summary>Whether something of ours has come so far that it has, or may have, a copy of credentials, and is not over.</summary>
    public bool HasMover(Uid uid) =>
        index.Backup(uid).Exists(backup => backup.Phase is BackupPhase.Provisioning or BackupPhase.Running)
        || Restore(uid).Exists(restore => restore.Phase is RestorePhase.Resolving or RestorePhase.Provisioning or RestorePhase.Running)
        || index.Maintenance(uid).Exists(maintenance => maintenance.Phase is MaintenancePhase.Running);

    /// <summary>Whether nothing of ours has this uid.</summary>
    public bool IsUnknown(Uid uid) => index.Backup(uid).IsNone && Restore(uid).IsNone && index.Maintenance(uid).IsNone;

    /// <summary>The backups that hold a place. What is being deleted gives its place back, for its mover goes with it.</summary>
    public Seq<Backup> HoldingPlaces(NamespaceScope scope) =>
        index.OpenBackups
            .Where(backup => backup.Phase.HoldsPlace && !backup.Id.Deleting && scope.Covers(backup.Id.Namespace) && !state.Namespaces.Find(backup.Id.Namespace).Exists(home => home.Terminating))
            .ToSeq().Strict();

    /// <summary>The CSI driver that a backup burdens: that of its claim's volume, or else of the temporary claim's.</summary>
    public Option<string> DriverOf(Backup backup) =>
        (index.Claim(backup.Claim) | index.OwnedClaims.Where(claim => claim.Id.IsChildOf(backup.Id.Uid)).ToSeq().HeadOrNone()).Bind(claim =>
            claim.VolumeName.Bind(index.Volume).Match(volume => volume.Driver, () => claim.Class.Bind(name => state.StorageClasses.Find(name)).Map(found => found.Provisioner)));

    /// <summary>The node that a backup burdens: where its mover's pod is, or else where it has to be.</summary>
    public Option<string> NodeOf(Backup backup) =>
        jobs[backup.Id.Uid].SelectMany(job => pods[job.Id.Uid]).SelectMany(pod => pod.Node.ToSeq()).ToSeq().HeadOrNone()
        | index.Claim(backup.Claim).Bind(claim => claim.VolumeName).Bind(index.Volume).Bind(volume => volume.Node)
        | backup.Placement.NodeSelector.Find("kubernetes.io/hostname");

    /// <summary>How many VolumeSnapshots that were made for backups are neither ready nor on their way out.</summary>
    public int UnreadySnapshots => state.Snapshots.Count(snapshot => !snapshot.Ready && !snapshot.Id.Deleting && !snapshot.Id.IsElsewhere && snapshot.Id.Controller.Exists(owner => owner.Kind == ObjectKind.PvcBackup.Kind));

    /// <summary>When the last backup ended.</summary>
    public Option<Instant> NewestEnd => index.Dossiers.SelectMany(dossier => dossier.Backups).SelectMany(backup => backup.FinishedAt.ToSeq())
        .Fold(Option<Instant>.None, (newest, at) => Some(newest.Match(known => Instant.Max(known, at), () => at)));

    private IEnumerable<Backup> Staying(ClaimRef claim) => index.BackupsOf(claim).Where(backup => !backup.Id.Deleting && !deleted.Contains(backup.Id.Uid));

    private static ILookup<Uid, T> Owned<T>(Seq<T> objects, Func<T, Identity> identity) =>
        objects.SelectMany(item => identity(item).Controller.Map(owner => (Owner: owner.Uid, Item: item)).ToSeq()).ToLookup(pair => pair.Owner, pair => pair.Item);
}
