using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Movers;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Maintenances;

/// <summary>The next step of one maintenance. It is found from what is there, so it can be taken again after any crash.</summary>
internal static class MaintenanceStep
{
    /// <summary>Takes its place, which the status says before the mover is made, and makes the mover.</summary>
    public static Plan Begin(Maintenance maintenance, MaintenanceKind kind, Survey survey, Settings settings, Instant now) =>
        RepositoryAccess.For(maintenance.Claim, survey, settings).Match(
            Right: access => Plan.Do(MaintenanceStatus.Running(maintenance, now, now, InWords(maintenance, kind)).Then(Make(maintenance, kind, access, settings))),
            Left: why => Plan.Do(MaintenanceStatus.Failed(maintenance, None, now, now, "InvalidRepositorySecret", why, None)));

    /// <summary>Leads a maintenance that has its place to its end.</summary>
    public static Plan Advance(Maintenance maintenance, MaintenanceKind kind, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var patience = startedAt + settings.Deadlines.PodStart;
        return survey.JobsOf[maintenance.Id.Uid].HeadOrNone().Match(
            job => MoverWatch.Look(job, survey, settings.Deadlines, now, savesSnapshot: false) switch
            {
                MoverProgress.Starting starting when now >= starting.Deadline => Plan.Do(MaintenanceStatus.Failed(
                    maintenance, Some(startedAt), now, now, "PodDidNotStart", $"the mover's pod did not start within {GoDuration.Print(settings.Deadlines.PodStart)}: {starting.Diagnosis}", None)),
                MoverProgress.Starting starting => Plan.Wait(ObjectKind.PvcMaintenance, maintenance.Id, starting.Diagnosis, Some(starting.Deadline)),
                MoverProgress.Running => Plan.Wait(ObjectKind.PvcMaintenance, maintenance.Id, $"Job {job.Id.Name} runs", job.EndsBy.Map(end => end + MoverWatch.Margin)),
                MoverProgress.Reporting reporting => Plan.Wait(
                    ObjectKind.PvcMaintenance, maintenance.Id, $"Job {job.Id.Name} is over; its pod's report was not seen yet", Some(reporting.Until)),
                MoverProgress.Done done => Plan.Do(MaintenanceStatus.Succeeded(maintenance, startedAt, done.At, now, done.Report)),
                MoverProgress.Broken broken => Plan.Do(MaintenanceStatus.Failed(maintenance, Some(startedAt), broken.At, now, broken.Reason, broken.Message, broken.Report)),
            },
            () => now >= patience
                ? Plan.Do(MaintenanceStatus.Failed(
                    maintenance, Some(startedAt), now, now, "CannotStart",
                    $"the mover could not be made within {GoDuration.Print(settings.Deadlines.PodStart)}; the Events of this PVCMaintenance say what was refused", None))
                : RepositoryAccess.For(maintenance.Claim, survey, settings).Match(
                    Right: access => Plan.Do(Make(maintenance, kind, access, settings)) with { WakeAt = Some(patience) },
                    Left: why => Plan.Do(MaintenanceStatus.Failed(maintenance, Some(startedAt), now, now, "InvalidRepositorySecret", why, None))));
    }

    /// <summary>Removes what a finished maintenance made; a failed mover's Job stays, with its pod and log, until the PVCMaintenance goes.</summary>
    public static Plan After(Maintenance maintenance, Instant finishedAt, Survey survey)
    {
        var uid = maintenance.Id.Uid;
        return Plan.Do(Sequences.Join(
            Delete(ObjectKind.Job, survey.JobsOf[uid].Where(job => maintenance.IsSuccess || job.Outlived(finishedAt)).Select(job => job.Id)),
            Delete(ObjectKind.Secret, survey.SecretsOf[uid])));

        Seq<PlannedAction> Delete(ObjectKind kind, IEnumerable<Identity> objects) =>
            objects.Where(item => !item.Deleting)
                .OrderBy(item => item.Name, StringComparer.Ordinal)
                .Select(item => Removal.Delete(kind, item, $"PVCMaintenance {maintenance.Id.Name} is finished"))
                .ToSeq().Strict();
    }

    private static Seq<PlannedAction> Make(Maintenance maintenance, MaintenanceKind kind, RepositoryAccess access, Settings settings)
    {
        var parent = Parent.Of(ObjectKind.PvcMaintenance, maintenance.Id, maintenance.Placement, settings);
        var name = parent.NameOfChild();
        var arguments = Sequences.Join(
            Seq1(MaintenanceName.Word(kind)),
            access.Arguments,
            Seq("--probe-timeout", GoDuration.Print(settings.Mover.ProbeTimeout), "--cache-dir", "/cache"),
            maintenance.ReadData.Bind(part => part.ToOption()).Map(part => Seq("--read-data-subset", part.ToString())).IfNone(Seq<string>()));
        return Sequences.Join(
            MoverManifests.Credentials(parent, access, Operation, settings.Mover),
            Seq1<PlannedAction>(new PlannedAction.Create(MoverManifests.Job(parent, name, access, Operation, arguments, None, settings), InWords(maintenance, kind))));
    }

    private const string Operation = "maintain";

    private static string InWords(Maintenance maintenance, MaintenanceKind kind) => kind switch
    {
        MaintenanceKind.Prune => $"restic prunes the repository of claim {maintenance.Claim}",
        MaintenanceKind.Check => $"restic checks the repository of claim {maintenance.Claim}"
            + maintenance.ReadData.Bind(part => part.ToOption()).Map(part => part.Of == 1 ? " and reads all its data" : $" and reads part {part.Number} of {part.Of} of its data").IfNone(""),
    };
}
