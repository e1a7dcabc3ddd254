using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>The next step of one backup. Every step is found from what is there, so it can be taken again after any crash.</summary>
internal static class BackupStep
{
    /// <summary>The name of all children of a backup in its own namespace; they differ in kind.</summary>
    public static string ChildName(Backup backup) => Domain.Objects.ChildName.For(backup.Id.Name, backup.Id.Uid);

    /// <summary>The backup as the parent of its mover and of what that needs.</summary>
    public static Parent MoverParent(Backup backup, Settings settings) => Parent.Of(ObjectKind.PvcBackup, backup.Id, backup.Placement, settings);

    /// <summary>Takes a place: says so in the status first, then takes the snapshot.</summary>
    public static Plan Begin(Backup backup, Suitability.Suitable suitable, Instant now) =>
        Plan.Do(BackupStatus.Snapshotting(backup, now, $"taking a snapshot of claim {backup.Claim} with class {suitable.Class.Name}").Then(Seq1<PlannedAction>(Snapshot(backup, suitable))));

    /// <summary>Waits for the claim, within measure.</summary>
    public static Plan BePatient(Backup backup, Suitability.NotYet notYet, Instant now)
    {
        var deadline = backup.Id.Created + notYet.Patience;
        return now >= deadline
            ? Plan.Do(BackupStatus.Failed(backup, None, now, now, notYet.Reason, $"{notYet.Message}, {Ago(now - backup.Id.Created)} after the backup was asked for", None))
            : Plan.Do(BackupStatus.Pending(backup, now, notYet.Reason, notYet.Message)) + Plan.Wait(ObjectKind.PvcBackup, backup.Id, notYet.Message, Some(deadline));
    }

    /// <summary>Leads a backup that holds a place one step on.</summary>
    public static Plan Advance(Backup backup, Survey survey, Settings settings, Instant now)
    {
        var startedAt = StartedAt(backup).IfNone(now);
        var job = survey.JobsOf[backup.Id.Uid].HeadOrNone();
        var snapshot = survey.SnapshotsOf[backup.Id.Uid].Where(found => !found.Id.IsElsewhere).ToSeq().HeadOrNone();
        return backup.StopAsked && !job.Exists(found => found.State is not JobState.Unfinished) ? Stop(backup, now) : job.Match(
            found => Follow(backup, found, startedAt, survey, settings, now),
            () => snapshot.Match(
                found => AwaitSnapshot(backup, found, startedAt, survey, settings, now),
                () => Retake(backup, startedAt, survey, settings, now)));
    }

    /// <summary>Ends a backup that somebody wants stopped, unless its mover has ended already. Its slot counts as served, so it does not come again.</summary>
    public static Plan Stop(Backup backup, Instant now) => Plan.Do(BackupStatus.Failed(
        backup, StartedAt(backup), now, now, "Stopped", $"stopped, as the annotation {Marks.Stop} asks{(backup.Slot.IsSome ? "; the next slot is tried" : "")}", None));

    // The place is taken but the snapshot is not there: the operator was stopped in between, or somebody removed it.
    private static Plan Retake(Backup backup, Instant startedAt, Survey survey, Settings settings, Instant now) =>
        Suitability.Of(backup.Claim, survey, settings) switch
        {
            Suitability.Suitable suitable when now < startedAt + settings.Deadlines.Snapshot =>
                Plan.Do(Snapshot(backup, suitable)) with { WakeAt = Some(startedAt + settings.Deadlines.Snapshot) },
            Suitability.Suitable => Plan.Do(BackupStatus.Failed(
                backup, Some(startedAt), now, now, "SnapshotDeadlineExceeded", $"the snapshot of claim {backup.Claim} was not made within {GoDuration.Print(settings.Deadlines.Snapshot)}", None)),
            Suitability.NotYet notYet => Plan.Do(BackupStatus.Failed(backup, Some(startedAt), now, now, notYet.Reason, notYet.Message, None)),
            Suitability.Unsuitable never => Plan.Do(BackupStatus.Failed(backup, Some(startedAt), now, now, never.Reason, never.Message, None)),
        };

    private static Plan AwaitSnapshot(Backup backup, Snapshot snapshot, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var deadline = snapshot.Id.Created + settings.Deadlines.Snapshot;
        return snapshot switch
        {
            { Id.Deleting: true } => Plan.Do(BackupStatus.Failed(
                backup, Some(startedAt), now, now, "SnapshotDeleted", $"VolumeSnapshot {snapshot.Id.Name} was deleted before its backup ran", None)),
            // Ready or not: a mover is told what the claim was, and nobody takes a snapshot of what is gone. The place is wanted by others.
            _ when survey.Claim(backup.Claim).IsNone => Plan.Do(BackupStatus.Failed(
                backup, Some(startedAt), now, now, "ClaimNotFound", $"claim {backup.Claim} was deleted while its backup was being prepared", None)),
            { Ready: true } => survey.Claim(backup.Claim).Map(source => Provision(backup, snapshot, source, startedAt, survey, settings, now)).IfNone(Plan.Empty),
            _ when now >= deadline => Plan.Do(BackupStatus.Failed(
                backup, Some(startedAt), now, now, "SnapshotDeadlineExceeded",
                $"VolumeSnapshot {snapshot.Id.Name} was not ready within {GoDuration.Print(settings.Deadlines.Snapshot)}" + snapshot.Error.Map(error => $": {error}").IfNone(""), None)),
            _ => Await(backup, startedAt, snapshot, deadline, now),
        };
    }

    // The snapshotter retries what failed, so its error is shown and waited out, not final by itself.
    private static Plan Await(Backup backup, Instant startedAt, Snapshot snapshot, Instant deadline, Instant now)
    {
        var wait = Plan.Wait(ObjectKind.PvcBackup, backup.Id, $"VolumeSnapshot {snapshot.Id.Name} is not ready" + snapshot.Error.Map(error => $": {error}").IfNone(""), Some(deadline));
        return snapshot.Error.Match(
            error => Plan.Do(BackupStatus.Trouble(backup, startedAt, now, "SnapshotError", $"VolumeSnapshot {snapshot.Id.Name}: {error}")) + wait,
            () => wait);
    }

    // What stands in the way of the mover for good, a name that is taken or a write that is refused again and again, must not hold the place.
    private static Plan Provision(Backup backup, Snapshot snapshot, Claim source, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var patience = settings.Deadlines.Snapshot + settings.Deadlines.PodStart;
        var parent = MoverParent(backup, settings);
        return survey.Claim(new ClaimRef(parent.Home, parent.NameOfChild())).Filter(found => !found.Id.IsChildOf(backup.Id.Uid)).Match(
            stranger => Plan.Do(BackupStatus.Failed(
                backup, Some(startedAt), now, now, "NameTaken", $"claim {stranger.Ref} is not Backsnap's, and has the name of the temporary claim; it is left as it is: delete or rename it", None)),
            () => backup.Phase is BackupPhase.Provisioning && now >= startedAt + patience
                ? Plan.Do(BackupStatus.Failed(
                    backup, Some(startedAt), now, now, "CannotProvision", $"the mover could not be made within {GoDuration.Print(patience)}; {Rebinding.Diagnosis(backup, survey).IfNone("the Events of this PVCBackup say what was refused")}", None))
                // Somebody removed the Job. Soon after the beginning it is made again; later its snapshot is old, and another attempt takes a new one.
                : backup.Phase is BackupPhase.Running && now >= startedAt + patience
                ? Plan.Do(BackupStatus.Failed(backup, Some(startedAt), now, now, "JobDeleted", $"the Job of the mover was deleted while it ran, more than {GoDuration.Print(patience)} after the backup began", None))
                : RepositoryAccess.For(backup.Claim, survey, settings).Match(
                    Right: access => (settings.IsolatesMoversOf(backup.Id.Namespace) ? Rebinding.Bring(backup, snapshot, source, startedAt, survey, settings, now) : Right<Plan, Snapshot>(snapshot)).Match(
                        Right: usable => Make(backup, usable, source, access, startedAt, survey, settings, now),
                        Left: meanwhile => meanwhile) with
                    { WakeAt = Some(startedAt + patience) },
                    Left: why => Plan.Do(BackupStatus.Failed(backup, Some(startedAt), now, now, "InvalidRepositorySecret", why, None))));
    }

    // The Job is made together with the temporary claim: a claim of a class that waits for its first consumer is bound by the pod.
    private static Plan Make(Backup backup, Snapshot snapshot, Claim source, RepositoryAccess access, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var parent = MoverParent(backup, settings);
        var name = parent.NameOfChild();
        var arguments = Sequences.Join(access.Arguments, Seq(
            "--host", backup.Id.Namespace.Value,
            "--probe-timeout", GoDuration.Print(settings.Mover.ProbeTimeout), "--cache-dir", "/cache"),
            snapshot.TakenAt.Map(at => Seq("--time", NodaTime.Text.InstantPattern.General.Format(at))).IfNone(Seq<string>()),
            MoverManifests.VolumeArguments(source.Mode == VolumeMode.Block),
            ClaimFacts.Tags(source).Bind(tag => Seq("--tag", tag)),
            BackupWishes.Of(source, survey, settings).Arguments,
            GoneMovers.Arguments(backup, survey, settings));
        var missing = Sequences.Join(
            survey.ClaimsOf[backup.Id.Uid].Any() ? Seq<PlannedAction>() : Seq1<PlannedAction>(new PlannedAction.Create(
                VolumeManifests.FromSnapshot(parent, name, source, snapshot, settings.StorageClass, VolumeManifests.SharesSnapshots(source, survey, settings)), $"the mover reads the snapshot of {backup.Claim} through a temporary claim")),
            MoverManifests.Credentials(parent, access, "backup", settings.Mover),
            Seq1<PlannedAction>(new PlannedAction.Create(
                MoverManifests.Job(parent, name, access, "backup", arguments, Some(new Mount(name, ReadOnly: true) { IsDevice = source.Mode == VolumeMode.Block }), settings), $"restic backs up the snapshot of {backup.Claim}")));
        return Plan.Do(BackupStatus.Provisioning(backup, startedAt, now, $"VolumeSnapshot {snapshot.Id.Name} is ready; starting the mover").Then(missing));
    }

    private static Plan Follow(Backup backup, MoverJob job, Instant startedAt, Survey survey, Settings settings, Instant now) =>
        MoverWatch.Look(job, survey, settings.Deadlines, now) switch
        {
            MoverProgress.Starting starting when now >= starting.Deadline => Plan.Do(BackupStatus.Failed(
                backup, Some(startedAt), now, now, "PodDidNotStart", $"the mover's pod did not start within {GoDuration.Print(settings.Deadlines.PodStart)}: {starting.Diagnosis}", None)),
            MoverProgress.Starting starting => Plan.Do(BackupStatus.Provisioning(backup, startedAt, now, Provisioned(backup)))
                + Plan.Wait(ObjectKind.PvcBackup, backup.Id, starting.Diagnosis, Some(starting.Deadline)),
            MoverProgress.Running running => Plan.Do(BackupStatus.Running(backup, startedAt, now, $"restic is backing up claim {backup.Claim}", running.Headway))
                + Plan.Wait(ObjectKind.PvcBackup, backup.Id, $"Job {job.Id.Name} runs", job.EndsBy.Map(end => end + MoverWatch.Margin)),
            MoverProgress.Reporting reporting => Plan.Wait(ObjectKind.PvcBackup, backup.Id, $"Job {job.Id.Name} is over; its pod's report was not seen yet", Some(reporting.Until)),
            MoverProgress.Done done => Plan.Do(BackupStatus.Succeeded(backup, Some(startedAt), done.At, now, done.Report)),
            MoverProgress.Broken broken => Plan.Do(BackupStatus.Failed(backup, Some(startedAt), broken.At, now, broken.Reason, broken.Message, broken.Report)),
        };

    private static string Provisioned(Backup backup) => backup.Phase is BackupPhase.Provisioning && backup.Message.Length > 0 ? backup.Message : "the mover's pod is starting";

    private static PlannedAction.Create Snapshot(Backup backup, Suitability.Suitable suitable) => new PlannedAction.Create(
        VolumeManifests.Snapshot(Parent.Beside(ObjectKind.PvcBackup, backup.Id, backup.Placement), ChildName(backup), suitable.Claim, suitable.Class), $"a point-in-time copy of claim {backup.Claim}");

    /// <summary>When it got its place.</summary>
    public static Option<Instant> StartedAt(Backup backup) => backup.Phase switch
    {
        BackupPhase.New or BackupPhase.Pending => None,
        BackupPhase.Snapshotting phase => Some(phase.StartedAt),
        BackupPhase.Provisioning phase => Some(phase.StartedAt),
        BackupPhase.Running phase => Some(phase.StartedAt),
        BackupPhase.Finished phase => phase.StartedAt,
    };

    private static string Ago(Duration duration) => GoDuration.Print(duration);
}
