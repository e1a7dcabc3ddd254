using System.Collections.Immutable;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>
/// The statuses that a PVCBackup goes through. Each is written whole, against the very state that was seen, and only where it
/// differs from what is there: a plan for a state that needs nothing is empty.
/// </summary>
internal static class BackupStatus
{
    /// <summary>Accepted and waiting; the message says for what.</summary>
    public static Seq<PlannedAction> Pending(Backup backup, Instant now, string reason, string message) =>
        Progress(backup, "Pending", None, now, reason, message, None);

    /// <summary>It holds a place now; its snapshot is being taken.</summary>
    public static Seq<PlannedAction> Snapshotting(Backup backup, Instant now, string message) =>
        Progress(backup, "Snapshotting", Some(now), now, "Snapshotting", message, Some(new Announcement(false, "Snapshotting", message) { OnClaim = Some(Begun(backup, message)) }));

    /// <summary>Still being snapshotted, with trouble that may pass.</summary>
    public static Seq<PlannedAction> Trouble(Backup backup, Instant startedAt, Instant now, string reason, string message) =>
        Progress(backup, "Snapshotting", Some(startedAt), now, reason, message, Some(new Announcement(true, reason, message)));

    /// <summary>The snapshot is ready.</summary>
    public static Seq<PlannedAction> Provisioning(Backup backup, Instant startedAt, Instant now, string message) =>
        Progress(backup, "Provisioning", Some(startedAt), now, "Provisioning", message, None);

    /// <summary>The mover runs, and is so far, where that is known. One of which nothing new is known stays as it is told.</summary>
    public static Seq<PlannedAction> Running(Backup backup, Instant startedAt, Instant now, string message, Option<Headway> headway) =>
        backup.Phase is not BackupPhase.Running
            ? Progress(backup, "Running", Some(startedAt), now, "Running", message, Some(new Announcement(false, "Running", message)))
            : headway.Match(
                found => Progress(backup, "Running", Some(startedAt), now, "Running", $"{message}: {found.Text}", None, Some(found)),
                () => Seq<PlannedAction>());

    /// <summary>Over, with a snapshot in the repository.</summary>
    public static Seq<PlannedAction> Succeeded(Backup backup, Option<Instant> startedAt, Instant at, Instant now, MoverReport report)
    {
        var partial = report.Outcome == MoverOutcome.Partial;
        var result = partial ? Result.SucceededWithWarnings : Result.Succeeded;
        return Finish(
            backup, result, startedAt, at, now, result.ToString(), report.Message, Some(report),
            Told(backup, partial, partial ? "BackupIncomplete" : "BackupSucceeded", report.Message));
    }

    /// <summary>Over, for the reason given; what the mover reported stands beside it.</summary>
    public static Seq<PlannedAction> Failed(Backup backup, Option<Instant> startedAt, Instant at, Instant now, string reason, string message, Option<MoverReport> report) =>
        Finish(
            backup, Result.Failed, startedAt, at, now, reason, message, report,
            new Announcement(true, reason, message) { OnClaim = Some(new ClaimNews(backup.Claim, "BackupFailed", $"PVCBackup {backup.Id.Name}: {reason}: {message}")) });

    private static Announcement Told(Backup backup, bool isWarning, string reason, string message) =>
        new(isWarning, reason, message) { OnClaim = Some(new ClaimNews(backup.Claim, reason, $"PVCBackup {backup.Id.Name}: {message}")) };

    private static ClaimNews Begun(Backup backup, string message) => backup.Slot.IsSome && backup.Attempt > 1
        ? new(backup.Claim, "BackupRetried", $"PVCBackup {backup.Id.Name}, attempt {backup.Attempt}: {message}")
        : new(backup.Claim, "BackupBegun", $"PVCBackup {backup.Id.Name}: {message}");

    private static Seq<PlannedAction> Progress(
        Backup backup, string phase, Option<Instant> startedAt, Instant now, string reason, string message, Option<Announcement> announce, Option<Headway> headway = default) =>
        (backup.Phase.Word == phase && backup.Message == message) || IsPast(backup, phase)
            ? Seq<PlannedAction>()
            : Seq1<PlannedAction>(new PlannedAction.SetStatus(ObjectKind.PvcBackup, backup.Id, Node.Object(
                Node.Set("phase", phase),
                Attempt(backup),
                Node.Maybe("startedAt", startedAt.Map(StatusWriting.Time)),
                Node.Set("reason", reason),
                Node.Set("message", message),
                Node.Maybe("progress", headway.Map(StatusWriting.Progress)),
                Node.Set("observedGeneration", backup.Generation),
                Node.Set("conditions", StatusWriting.Conditions(Conditions.Progressing(backup.Conditions, now, reason, message), backup.Generation))), announce, message));

    private static Seq<PlannedAction> Finish(
        Backup backup, Result result, Option<Instant> startedAt, Instant at, Instant now, string reason, string message, Option<MoverReport> report, Announcement announce)
    {
        var conditions = result == Result.Failed
            ? Conditions.Failed(backup.Conditions, now, reason, message)
            : Conditions.Succeeded(backup.Conditions, now, reason, message)
                .Then(report.Bind(found => found.Withheld).Map(why => new Condition(Conditions.RetentionWithheld, true, now, why.Reason, why.Message)).ToSeq());
        var figures = report.Bind(found => found.Backup);
        return Seq1<PlannedAction>(new PlannedAction.SetStatus(ObjectKind.PvcBackup, backup.Id, Node.Object(
            Node.Set("phase", result == Result.Failed ? "Failed" : "Succeeded"),
            Attempt(backup),
            Node.Set("result", result.ToString()),
            Node.Maybe("startedAt", startedAt.Map(StatusWriting.Time)),
            Node.Set("finishedAt", StatusWriting.Time(at)),
            Node.Maybe("duration", startedAt.Map(begin => GoDuration.Print(Duration.Max(Duration.Zero, at - begin)))),
            Node.Set("reason", reason),
            Node.Set("message", message),
            Node.Maybe("snapshot", report.Bind(found => found.Snapshot).Map(saved => saved.Id)),
            Node.Maybe("filesNew", figures.Map(found => (Node)found.FilesNew)),
            Node.Maybe("filesChanged", figures.Map(found => (Node)found.FilesChanged)),
            Node.Maybe("filesUnmodified", figures.Map(found => (Node)found.FilesUnmodified)),
            Node.Maybe("filesProcessed", figures.Map(found => (Node)found.FilesProcessed)),
            Node.Maybe("added", figures.Map(found => (Node)Sizes.Text(found.BytesAdded))),
            Node.Maybe("bytesAdded", figures.Map(found => (Node)found.BytesAdded)),
            Node.Maybe("bytesProcessed", figures.Map(found => (Node)found.BytesProcessed)),
            Node.Unless0("warnings", report.Map(StatusWriting.Warnings).IfNone(Seq<string>())),
            Node.Set("observedGeneration", backup.Generation),
            Node.Set("conditions", StatusWriting.Conditions(conditions, backup.Generation))), Some(announce), message));
    }

    // A phase never goes back. Who sees less than what the status says looks at an old state, and two operators of which one does would
    // write one against the other for as long as both act.
    private static bool IsPast(Backup backup, string phase) => Way.IndexOf(backup.Phase.Word) > Way.IndexOf(phase);

    private static readonly ImmutableArray<string> Way =
        [nameof(BackupPhase.Pending), nameof(BackupPhase.Snapshotting), nameof(BackupPhase.Provisioning), nameof(BackupPhase.Running)];

    private static Option<Node.Field> Attempt(Backup backup) => Node.Maybe("attempt", backup.Slot.Map(_ => (Node)backup.Attempt));
}
