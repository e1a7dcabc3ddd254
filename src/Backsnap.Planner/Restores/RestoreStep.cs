using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Movers;
using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Restores;

/// <summary>The next step of one restore. Every step is found from what is there, so it can be taken again after any crash.</summary>
internal static class RestoreStep
{
    /// <summary>Finds the snapshot: a mover without a volume asks the repository.</summary>
    public static Plan Resolve(Restore restore, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var name = Name(restore, "find", settings);
        var status = RestoreStatus.Resolving(restore, startedAt, now, $"looking for {Wanted(restore)} of claim {restore.Source}");
        return Job(restore, name, survey).Match(
            job => MoverWatch.Look(job, survey, settings.Deadlines, now) switch
            {
                MoverProgress.Starting starting => Start(restore, starting, startedAt, settings, now),
                MoverProgress.Running => Plan.Do(status) + Plan.Wait(ObjectKind.PvcRestore, restore.Id, $"Job {job.Id.Name} looks for the snapshot", job.EndsBy.Map(end => end + MoverWatch.Margin)),
                MoverProgress.Reporting reporting => Plan.Wait(ObjectKind.PvcRestore, restore.Id, $"Job {job.Id.Name} is over; its pod's report was not seen yet", Some(reporting.Until)),
                MoverProgress.Done done => done.Report.Snapshot.Match(
                    pinned => Provision(restore with { Pinned = pinned }, pinned, startedAt, survey, settings, now),
                    () => Fail(restore, startedAt, done.At, now, "ResultUnknown", $"Job {job.Id.Name} completed but named no snapshot", Some(done.Report))),
                MoverProgress.Broken broken => Fail(restore, startedAt, broken.At, now, broken.Reason, broken.Message + ThereIs(broken.Report), broken.Report),
            },
            () => InTime(restore, startedAt, startedAt, survey, settings, now, access => Plan.Do(Sequences.Join(
                status, Credentials(restore, access, settings), Seq1<PlannedAction>(new PlannedAction.Create(
                    MoverManifests.Job(ParentOf(restore, settings), name, access, "resolve", Sequences.Join(Arguments(restore, access, settings), MoverManifests.VolumeArguments(isDevice: false), Selection(restore)), None, settings),
                    $"the snapshot to restore is pinned before claim {restore.TargetRef} is made"))))));
    }

    /// <summary>Makes the claim and fills it from the pinned snapshot.</summary>
    public static Plan Fill(Restore restore, Instant startedAt, Survey survey, Settings settings, Instant now) =>
        restore.Filled.Match(
            filled => HandOver.Step(restore, filled, startedAt, survey, settings, now),
            () => FillFirst(restore, startedAt, survey, settings, now));

    private static Plan FillFirst(Restore restore, Instant startedAt, Survey survey, Settings settings, Instant now) =>
        restore.Pinned.Match(
            pinned => Job(restore, Name(restore, "fill", settings), survey).Match(
                job => Follow(restore, job, startedAt, survey, settings, now),
                () => Provision(restore, pinned, startedAt, survey, settings, now)),
            () => Resolve(restore, startedAt, survey, settings, now));

    private static Plan Provision(Restore restore, SavedSnapshot pinned, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var message = $"restoring snapshot {TargetClaim.Short(pinned)}{pinned.Time.Map(at => $" of {InstantPattern.General.Format(at)}").IfNone("")} into claim {restore.TargetRef}";
        return TargetClaim.Look(restore, survey) switch
        {
            TargetClaim.Absent when IsElsewhere(restore, settings) => ProvisionElsewhere(restore, pinned, message, startedAt, survey, settings, now),
            TargetClaim.Promised promised => Fail(
                restore, startedAt, now, now, "TargetExists", $"PVCRestore {promised.To.Id.Name} restores into claim {restore.TargetRef} already; nothing was written to it", None),
            TargetClaim.Taken => Fail(restore, startedAt, now, now, "TargetExists", $"claim {restore.TargetRef} was made by somebody else meanwhile; nothing was written to it", None),
            TargetClaim.Ours => InTime(restore, startedAt, PinnedAt(restore, startedAt, survey, settings), survey, settings, now, access => Plan.Do(Sequences.Join(
                RestoreStatus.Provisioning(restore, startedAt, now, pinned, message), Credentials(restore, access, settings), Mover(restore, pinned, restore.Target.Name, access, settings)))),
            TargetClaim.Absent => TargetClaim.Manifest(restore, pinned, survey, settings).Match(
                Right: claim => InTime(restore, startedAt, PinnedAt(restore, startedAt, survey, settings), survey, settings, now, access => Plan.Do(Sequences.Join(
                    RestoreStatus.Provisioning(restore, startedAt, now, pinned, message),
                    Seq1<PlannedAction>(new PlannedAction.Create(claim, $"snapshot {TargetClaim.Short(pinned)} is restored into it")),
                    Credentials(restore, access, settings),
                    Mover(restore, pinned, restore.Target.Name, access, settings)))),
                Left: why => Fail(restore, startedAt, now, now, "CannotMakeClaim", why, None)),
        };
    }

    // The claim in the tenant's namespace comes last: until then there is nothing that could be mistaken for the restored one.
    private static Plan ProvisionElsewhere(Restore restore, SavedSnapshot pinned, string message, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var parent = ParentOf(restore, settings);
        var filling = new ClaimRef(parent.Home, parent.NameOfChild());
        return survey.Claim(filling).Filter(found => !found.Id.IsChildOf(restore.Id.Uid)).Match(
            stranger => Fail(restore, startedAt, now, now, "NameTaken", $"claim {stranger.Ref} is not Backsnap's, and has the name of the claim to fill; it is left as it is: delete or rename it", None),
            () => TargetClaim.Filling(restore, parent, pinned, survey, settings).Match(
                Right: claim => InTime(restore, startedAt, PinnedAt(restore, startedAt, survey, settings), survey, settings, now, access => Plan.Do(Sequences.Join(
                    RestoreStatus.Provisioning(restore, startedAt, now, pinned, message),
                    survey.Claim(filling).IsSome ? Seq<PlannedAction>() : Seq1<PlannedAction>(new PlannedAction.Create(claim, $"snapshot {TargetClaim.Short(pinned)} is restored into it, and its volume then handed over to claim {restore.TargetRef}")),
                    Credentials(restore, access, settings),
                    Mover(restore, pinned, filling.Name, access, settings)))),
                Left: why => Fail(restore, startedAt, now, now, "CannotMakeClaim", why, None)));
    }

    private static Plan Follow(Restore restore, MoverJob job, Instant startedAt, Survey survey, Settings settings, Instant now) =>
        MoverWatch.Look(job, survey, settings.Deadlines, now) switch
        {
            MoverProgress.Starting starting => Start(restore, starting, startedAt, settings, now),
            MoverProgress.Running running => Plan.Do(RestoreStatus.Running(restore, startedAt, now, $"restic is filling claim {restore.TargetRef}", running.Headway))
                + Plan.Wait(ObjectKind.PvcRestore, restore.Id, $"Job {job.Id.Name} runs", job.EndsBy.Map(end => end + MoverWatch.Margin)),
            MoverProgress.Reporting reporting => Plan.Wait(ObjectKind.PvcRestore, restore.Id, $"Job {job.Id.Name} is over; its pod's report was not seen yet", Some(reporting.Until)),
            MoverProgress.Done { Report.Outcome: MoverOutcome.Succeeded } done when job.Id.IsElsewhere => HandOver.Begin(restore, startedAt, done.At, now, done.Report),
            MoverProgress.Done { Report.Outcome: MoverOutcome.Succeeded } done => Plan.Do(RestoreStatus.Succeeded(restore, Some(startedAt), done.At, now, done.Report)),
            MoverProgress.Done done => Fail(restore, startedAt, done.At, now, done.Report.Reason, done.Report.Message, Some(done.Report)),
            MoverProgress.Broken broken => Fail(
                restore, startedAt, broken.At, now, broken.Reason, job.Id.IsElsewhere ? broken.Message : $"{broken.Message}; claim {restore.TargetRef} may hold a part of the data: delete it before another try", broken.Report),
        };

    private static Plan Start(Restore restore, MoverProgress.Starting starting, Instant startedAt, Settings settings, Instant now) =>
        now >= starting.Deadline
            ? Fail(restore, startedAt, now, now, "PodDidNotStart", $"the mover's pod did not start within {GoDuration.Print(settings.Deadlines.PodStart)}: {starting.Diagnosis}", None)
            : Plan.Wait(ObjectKind.PvcRestore, restore.Id, starting.Diagnosis, Some(starting.Deadline));

    private static Plan Fail(Restore restore, Instant startedAt, Instant at, Instant now, string reason, string message, Option<MoverReport> report) =>
        Plan.Do(RestoreStatus.Failed(restore, Some(startedAt), at, now, reason, message, report));

    /// <summary>
    /// What to do about a restore whose writes are refused: wait for the next try, but not for ever. Somebody waits for their data, and must know
    /// that it does not come.
    /// </summary>
    public static Plan Refused(Restore restore, Trouble trouble, Survey survey, Settings settings, Instant now) => restore.Phase switch
    {
        RestorePhase.Resolving phase when LacksMover(restore, "find", survey, settings) => Tried(restore, trouble, phase.StartedAt, phase.StartedAt, settings, now),
        RestorePhase.Running phase when restore.Filled.IsSome => restore.Filled.Match(
            filled => Tried(restore, trouble, phase.StartedAt, filled.At, settings, now),
            () => Plan.Empty),
        RestorePhase.Provisioning phase when LacksMover(restore, "fill", survey, settings) => Tried(restore, trouble, phase.StartedAt, PinnedAt(restore, phase.StartedAt, survey, settings), settings, now),
        RestorePhase.New or RestorePhase.Pending or RestorePhase.Resolving or RestorePhase.Provisioning or RestorePhase.Running or RestorePhase.Finished =>
            Plan.Wait(ObjectKind.PvcRestore, restore.Id, $"the API server refused a write: {trouble.Why}", Some(trouble.Until)),
    };

    private static Plan Tried(Restore restore, Trouble trouble, Instant startedAt, Instant since, Settings settings, Instant now)
    {
        var deadline = since + (trouble.Forbidden ? Duration.Min(Trouble.Patience, settings.Deadlines.PodStart) : settings.Deadlines.PodStart);
        return now >= deadline && trouble.Forbidden
            ? Fail(restore, startedAt, now, now, Domain.Backups.FailureReason.Forbidden, trouble.Why, None)
            : now >= deadline
            ? Fail(restore, startedAt, now, now, "CannotStart", $"the mover could not be made within {GoDuration.Print(settings.Deadlines.PodStart)}: {trouble.Why}", None)
            : Plan.Wait(ObjectKind.PvcRestore, restore.Id, $"the API server refused a write: {trouble.Why}", Some(Instant.Min(trouble.Until, deadline)));
    }

    // The objects that a mover needs are made, or made again, but not for ever.
    private static Plan InTime(Restore restore, Instant startedAt, Instant since, Survey survey, Settings settings, Instant now, Func<RepositoryAccess, Plan> make)
    {
        var deadline = since + settings.Deadlines.PodStart;
        return now >= deadline && restore.Phase is not (RestorePhase.New or RestorePhase.Pending)
            ? Fail(
                restore, startedAt, now, now, "CannotStart",
                $"the mover could not be made within {GoDuration.Print(settings.Deadlines.PodStart)}; the Events of this PVCRestore say what was refused", None)
            : Restoring.Objection(restore, survey, settings).Match(
                objection => Fail(restore, startedAt, now, now, objection.Reason, objection.Message, None),
                () => RepositoryAccess.For(restore, survey, settings).Match(
                    Right: access => make(access) + (Plan.Empty with { WakeAt = Some(deadline) }),
                    Left: why => Fail(restore, startedAt, now, now, "NotAllowed", why, None)));
    }

    private static bool LacksMover(Restore restore, string step, Survey survey, Settings settings) => Job(restore, Name(restore, step, settings), survey).IsNone;

    // Finding the snapshot has its own time, however long it took.
    private static Instant PinnedAt(Restore restore, Instant startedAt, Survey survey, Settings settings) =>
        Job(restore, Name(restore, "find", settings), survey).Bind(job => job.State is JobState.Complete complete ? Some(complete.At) : None).IfNone(startedAt);

    private static Seq<PlannedAction> Credentials(Restore restore, RepositoryAccess access, Settings settings) =>
        MoverManifests.Credentials(ParentOf(restore, settings), access, "restore", settings.Mover);

    private static Seq<PlannedAction> Mover(Restore restore, SavedSnapshot pinned, string claim, RepositoryAccess access, Settings settings) => Seq1<PlannedAction>(new PlannedAction.Create(
        MoverManifests.Job(
            ParentOf(restore, settings), Name(restore, "fill", settings), access, "restore", Sequences.Join(
                Arguments(restore, access, settings), MoverManifests.VolumeArguments(TargetClaim.IsDevice(pinned)), Seq("--snapshot", pinned.Id)),
            Some(new Mount(claim, ReadOnly: false) { IsDevice = TargetClaim.IsDevice(pinned) }), settings),
        $"restic fills claim {restore.TargetRef}"));

    private static Seq<string> Arguments(Restore restore, RepositoryAccess access, Settings settings) => access.Arguments.Then(Seq(
        "--host", restore.Source.Namespace.Value, "--probe-timeout", GoDuration.Print(settings.Mover.ProbeTimeout), "--cache-dir", "/cache"));

    private static Seq<string> Selection(Restore restore) =>
        restore.SnapshotId.Map(id => Seq("--snapshot", id)).IfNone(
            restore.AsOf.Bind(asOf => asOf.ToOption()).Map(at => Seq("--as-of", InstantPattern.ExtendedIso.Format(at))).IfNone(Seq<string>()));

    private static string ThereIs(Option<MoverReport> report) => report.Filter(found => !found.Available.IsEmpty).Map(found =>
        $" There are: {string.Join(", ", found.Available.Map(saved => $"{TargetClaim.Short(saved)}{saved.Time.Map(at => $" of {InstantPattern.General.Format(at)}").IfNone("")}"))}.").IfNone("");

    private static string Wanted(Restore restore) =>
        restore.SnapshotId.Map(id => $"snapshot {id}").IfNone(
            restore.AsOf.Bind(asOf => asOf.ToOption()).Map(at => $"the newest snapshot not after {InstantPattern.ExtendedIso.Format(at)}").IfNone("the newest snapshot"));

    private static Option<MoverJob> Job(Restore restore, string name, Survey survey) => survey.JobsOf[restore.Id.Uid].Find(job => job.Id.Name == name);

    private static string Name(Restore restore, string step, Settings settings) => ParentOf(restore, settings).NameOfChild(step);

    private static Parent ParentOf(Restore restore, Settings settings) => Parent.Of(ObjectKind.PvcRestore, restore.Id, restore.Placement, settings);

    private static bool IsElsewhere(Restore restore, Settings settings) => settings.IsolatesMoversOf(restore.Id.Namespace);
}
