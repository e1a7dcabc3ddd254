using Backsnap.Domain.Backups;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Maintenances;

/// <summary>The statuses that a PVCMaintenance goes through; written as a PVCBackup's are.</summary>
internal static class MaintenanceStatus
{
    /// <summary>Accepted and waiting; the message says for what.</summary>
    public static Seq<PlannedAction> Pending(Maintenance maintenance, Instant now, string reason, string message) =>
        Progress(maintenance, "Pending", None, now, reason, message, None);

    /// <summary>It has its place; the mover is made and runs.</summary>
    public static Seq<PlannedAction> Running(Maintenance maintenance, Instant startedAt, Instant now, string message) =>
        Progress(maintenance, "Running", Some(startedAt), now, "Running", message, Some(new Announcement(false, "Running", message)));

    /// <summary>Over, and well.</summary>
    public static Seq<PlannedAction> Succeeded(Maintenance maintenance, Instant startedAt, Instant at, Instant now, MoverReport report) => Finish(
        maintenance, report.Outcome == MoverOutcome.Partial ? Result.SucceededWithWarnings : Result.Succeeded, Some(startedAt), at, now, nameof(Result.Succeeded), report.Message, Some(report),
        new Announcement(report.Outcome == MoverOutcome.Partial, "MaintenanceSucceeded", report.Message));

    /// <summary>Over, for the reason given.</summary>
    public static Seq<PlannedAction> Failed(Maintenance maintenance, Option<Instant> startedAt, Instant at, Instant now, string reason, string message, Option<MoverReport> report) =>
        Finish(maintenance, Result.Failed, startedAt, at, now, reason, message, report, new Announcement(true, reason, message));

    private static Seq<PlannedAction> Progress(
        Maintenance maintenance, string phase, Option<Instant> startedAt, Instant now, string reason, string message, Option<Announcement> announce) =>
        maintenance.Phase.Word == phase && maintenance.Message == message
            ? Seq<PlannedAction>()
            : Seq1<PlannedAction>(new PlannedAction.SetStatus(ObjectKind.PvcMaintenance, maintenance.Id, Node.Object(
                Node.Set("phase", phase),
                Node.Maybe("startedAt", startedAt.Map(StatusWriting.Time)),
                Node.Set("reason", reason),
                Node.Set("message", message),
                Node.Set("observedGeneration", maintenance.Generation),
                Node.Set("conditions", StatusWriting.Conditions(Conditions.Progressing(maintenance.Conditions, now, reason, message), maintenance.Generation))), announce, message));

    private static Seq<PlannedAction> Finish(
        Maintenance maintenance, Result result, Option<Instant> startedAt, Instant at, Instant now, string reason, string message, Option<MoverReport> report, Announcement announce)
    {
        var conditions = result == Result.Failed
            ? Conditions.Failed(maintenance.Conditions, now, reason, message)
            : Conditions.Succeeded(maintenance.Conditions, now, reason, message);
        return Seq1<PlannedAction>(new PlannedAction.SetStatus(ObjectKind.PvcMaintenance, maintenance.Id, Node.Object(
            Node.Set("phase", result == Result.Failed ? "Failed" : "Succeeded"),
            Node.Set("result", result.ToString()),
            Node.Maybe("startedAt", startedAt.Map(StatusWriting.Time)),
            Node.Set("finishedAt", StatusWriting.Time(at)),
            Node.Maybe("duration", startedAt.Map(begin => GoDuration.Print(Duration.Max(Duration.Zero, at - begin)))),
            Node.Set("reason", reason),
            Node.Set("message", message),
            Node.Unless0("warnings", report.Map(StatusWriting.Warnings).IfNone(Seq<string>())),
            Node.Set("observedGeneration", maintenance.Generation),
            Node.Set("conditions", StatusWriting.Conditions(conditions, maintenance.Generation))), Some(announce), message));
    }
}
