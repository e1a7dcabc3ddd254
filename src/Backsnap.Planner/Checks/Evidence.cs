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

namespace Backsnap.Planner.Checks;

/// <summary>
/// What the laws are held against: the state, indexed once for thousands of actions. It shares nothing with the planner's own
/// <see cref="Survey"/>, so that a mistake there is not repeated here.
/// </summary>
internal sealed record Evidence
{
    private readonly ClusterState state;
    private readonly Dictionary<(NamespaceName, string), Claim> claims;
    private readonly Dictionary<Uid, Claim> claimsByUid;
    private readonly Dictionary<Uid, Backup> backups;
    private readonly Dictionary<Uid, Restore> restores;
    private readonly Dictionary<Uid, Maintenance> maintenances;
    private readonly ILookup<ClaimRef, Backup> staying;
    private readonly ILookup<Uid, MoverJob> jobs;
    private readonly ILookup<Uid, MoverPod> pods;
    private readonly ILookup<(NamespaceName, string), Manifest> coming;

    private Evidence(ClusterState state, Plan plan)
    {
        this.state = state;
        claims = Index(state.Claims, claim => (claim.Id.Namespace, claim.Id.Name));
        claimsByUid = Index(state.Claims, claim => claim.Id.Uid);
        backups = Index(state.Backups, backup => backup.Id.Uid);
        restores = Index(state.Restores, restore => restore.Id.Uid);
        maintenances = Index(state.Maintenances.IfNone(Seq<Maintenance>()), maintenance => maintenance.Id.Uid);
        var deleted = plan.Actions.Bind(action => action is PlannedAction.Delete delete ? Seq1(delete.Of.Uid) : Seq<Uid>()).ToHashSet();
        staying = state.Backups.Where(backup => !backup.Id.Deleting && !deleted.Contains(backup.Id.Uid)).ToLookup(backup => backup.Claim);
        jobs = Owned(state.Jobs, job => job.Id);
        pods = Owned(state.Pods, pod => pod.Id);
        coming = plan.Actions
            .Bind(action => action is PlannedAction.Create create && create.Object.Kind == ObjectKind.Claim ? Seq1(create.Object) : Seq<Manifest>())
            .ToLookup(made => (made.Namespace, made.Name));
    }

    /// <summary>Indexes what was seen and what is planned.</summary>
    public static Evidence Of(ClusterState state, Plan plan) => new(state, plan);

    /// <summary>A claim by name.</summary>
    public Option<Claim> Claim(NamespaceName home, string name) => Find(claims, (home, name));

    /// <summary>A claim by uid.</summary>
    public Option<Claim> Claim(Uid uid) => Find(claimsByUid, uid);

    /// <summary>A claim of this name that the plan makes.</summary>
    public Option<Manifest> Coming(NamespaceName home, string name) => coming[(home, name)].ToSeq().HeadOrNone();

    /// <summary>A PVCBackup by uid.</summary>
    public Option<Backup> Backup(Uid uid) => Find(backups, uid);

    /// <summary>A PVCRestore by uid.</summary>
    public Option<Restore> Restore(Uid uid) => Find(restores, uid);

    /// <summary>A volume by uid, where what handing it over needs was read of it.</summary>
    public Option<VolumeFacts> Volume(Uid uid) => VolumesRead.Find(volume => volume.Id.Uid == uid);

    /// <summary>The volumes that a restore hands over.</summary>
    public Seq<VolumeFacts> VolumesOf(Uid restore) => VolumesRead.Filter(volume => volume.Id.IsChildOf(restore));

    /// <summary>Whether a backup's snapshot was brought into the movers' namespace, and is there yet.</summary>
    public bool HasRebound(Uid backup) =>
        state.SnapshotContents.Exists(content => content.Id.IsChildOf(backup)) || state.Snapshots.Exists(snapshot => snapshot.Id.IsElsewhere && snapshot.Id.IsChildOf(backup));

    /// <summary>Whether a stored snapshot is the one that was taken for a backup.</summary>
    public bool IsSnapshotOf(Uid backup, string handle) => state.SnapshotContents.Exists(content => content.Handle.Contains(handle)
        && state.Snapshots.Exists(snapshot => !snapshot.Id.IsElsewhere && snapshot.Id.IsChildOf(backup) && snapshot.Content.Contains(content.Id.Name) && content.For.Contains(snapshot.Id.Uid)));

    /// <summary>Whether an owner's deletion was seen.</summary>
    public bool HasDeparted(Owner owner) => state.Departed.Contains(owner.Uid);

    // Rarely asked for: an index would cost every plan.
    private Seq<VolumeFacts> VolumesRead => state.Volumes.Values.Bind(volume => volume.Facts.ToSeq()).ToSeq().Strict();

    /// <summary>Whether an owner is not there; of a kind that was not read that cannot be known.</summary>
    public bool IsGone(Owner owner) =>
        !backups.ContainsKey(owner.Uid) && !restores.ContainsKey(owner.Uid) && !maintenances.ContainsKey(owner.Uid) && (owner.Kind != "PVCMaintenance" || state.Maintenances.IsSome);

    /// <summary>A PVCMaintenance by uid.</summary>
    public Option<Maintenance> Maintenance(Uid uid) => Find(maintenances, uid);

    /// <summary>The maintenance that runs within the scope; what is being deleted takes its mover with it.</summary>
    public Seq<Maintenance> RunningMaintenance(NamespaceScope scope) => maintenances.Values
        .Where(maintenance => maintenance.Phase is MaintenancePhase.Running && !maintenance.Id.Deleting && scope.Covers(maintenance.Id.Namespace)
            && !state.Namespaces.Find(maintenance.Id.Namespace).Exists(home => home.Terminating))
        .ToSeq().Strict();

    /// <summary>Whether a restore from a claim's repository is under way.</summary>
    public bool IsRestoredFrom(ClaimRef claim) => restores.Values.Any(restore => restore.Source == claim && !restore.Phase.IsFinished && !restore.Id.Deleting);

    /// <summary>Whether this is a PVCBackup, PVCRestore or PVCMaintenance that is over.</summary>
    public bool IsFinished(Uid uid) =>
        Find(backups, uid).Exists(backup => backup.Phase.IsFinished) || Find(restores, uid).Exists(restore => restore.Phase.IsFinished)
        || Find(maintenances, uid).Exists(maintenance => maintenance.Phase.IsFinished);

    /// <summary>Whether this is a PVCRestore that filled its claim.</summary>
    public bool HasSucceeded(Uid restore) => Find(restores, restore).Exists(found => found.Phase is RestorePhase.Finished { Result: not Result.Failed });

    /// <summary>The successes of a claim that neither go already nor are deleted by the plan.</summary>
    public IEnumerable<Backup> SuccessesThatStay(ClaimRef claim) => staying[claim].Where(backup => backup.IsSuccess);

    /// <summary>The scheduled backups of a claim that neither go already nor are deleted by the plan.</summary>
    public IEnumerable<Backup> ScheduledThatStay(ClaimRef claim) => staying[claim].Where(backup => backup.Slot.IsSome);

    /// <summary>What the movers of a PVCBackup or PVCRestore reported, of those whose Job is over.</summary>
    public IEnumerable<MoverReport> ReportsFor(Uid owner) =>
        jobs[owner].Where(job => job.State is not JobState.Unfinished)
            .SelectMany(job => pods[job.Id.Uid])
            .SelectMany(pod => pod.State is PodState.Ended end ? end.Report.ToSeq() : Seq<MoverReport>());

    /// <summary>Whether a mover of a PVCBackup, PVCRestore or PVCMaintenance may still run.</summary>
    public bool MayRun(Uid owner) => jobs[owner].Any(job => job.State is JobState.Unfinished);

    /// <summary>Whether something of ours has come so far that it has, or may have, a copy of credentials, and is not over.</summary>
    public bool HasMover(Uid uid) =>
        Find(backups, uid).Exists(backup => backup.Phase is BackupPhase.Provisioning or BackupPhase.Running)
        || Find(restores, uid).Exists(restore => restore.Phase is RestorePhase.Resolving or RestorePhase.Provisioning or RestorePhase.Running)
        || Find(maintenances, uid).Exists(maintenance => maintenance.Phase is MaintenancePhase.Running);

    /// <summary>Whether nothing of ours has this uid.</summary>
    public bool IsUnknown(Uid uid) => !backups.ContainsKey(uid) && !restores.ContainsKey(uid) && !maintenances.ContainsKey(uid);

    /// <summary>The backups that hold a place. What is being deleted gives its place back, for its mover goes with it.</summary>
    public Seq<Backup> HoldingPlaces(NamespaceScope scope) =>
        state.Backups
            .Filter(backup => backup.Phase.HoldsPlace && !backup.Id.Deleting && scope.Covers(backup.Id.Namespace) && !state.Namespaces.Find(backup.Id.Namespace).Exists(home => home.Terminating))
            .Strict();

    /// <summary>The CSI driver that a backup burdens: that of its claim's volume, or else of the temporary claim's.</summary>
    public Option<string> DriverOf(Backup backup) =>
        (Find(claims, (backup.Claim.Namespace, backup.Claim.Name)) | state.Claims.Find(claim => claim.Id.IsChildOf(backup.Id.Uid))).Bind(claim =>
            claim.VolumeName.Bind(name => state.Volumes.Find(name)).Match(volume => volume.Driver, () => claim.Class.Bind(name => state.StorageClasses.Find(name)).Map(found => found.Provisioner)));

    /// <summary>The node that a backup burdens: where its mover's pod is, or else where it has to be.</summary>
    public Option<string> NodeOf(Backup backup) =>
        jobs[backup.Id.Uid].SelectMany(job => pods[job.Id.Uid]).SelectMany(pod => pod.Node.ToSeq()).ToSeq().HeadOrNone()
        | Find(claims, (backup.Claim.Namespace, backup.Claim.Name)).Bind(claim => claim.VolumeName).Bind(name => state.Volumes.Find(name)).Bind(volume => volume.Node)
        | backup.Placement.NodeSelector.Find("kubernetes.io/hostname");

    /// <summary>How many VolumeSnapshots that were made for backups are neither ready nor on their way out.</summary>
    public int UnreadySnapshots => state.Snapshots.Count(snapshot => !snapshot.Ready && !snapshot.Id.Deleting && !snapshot.Id.IsElsewhere && snapshot.Id.Controller.Exists(owner => owner.Kind == ObjectKind.PvcBackup.Kind));

    /// <summary>When the last backup ended.</summary>
    public Option<Instant> NewestEnd => state.Backups.Bind(backup => backup.FinishedAt.ToSeq()).OrderByDescending(at => at).ToSeq().HeadOrNone();

    private static Option<TValue> Find<TKey, TValue>(Dictionary<TKey, TValue> index, TKey key)
        where TKey : notnull => index.TryGetValue(key, out var found) ? Some(found) : None;

    // Total, where ToDictionary would throw: a state with two objects of one key is odd, but no reason for a crash.
    private static Dictionary<TKey, TValue> Index<TKey, TValue>(Seq<TValue> values, Func<TValue, TKey> key)
        where TKey : notnull
    {
        var index = new Dictionary<TKey, TValue>();
        foreach (var value in values)
        {
            index[key(value)] = value;
        }

        return index;
    }

    private static ILookup<Uid, T> Owned<T>(Seq<T> objects, Func<T, Identity> identity) =>
        objects.SelectMany(item => identity(item).Controller.Map(owner => (Owner: owner.Uid, Item: item)).ToSeq()).ToLookup(pair => pair.Owner, pair => pair.Item);
}
