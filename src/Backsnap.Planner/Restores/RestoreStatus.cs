using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Restores;

/// <summary>The statuses that a PVCRestore goes through; written as a PVCBackup's are.</summary>
internal static class RestoreStatus
{
    /// <summary>Accepted and waiting; the message says for what.</summary>
    public static Seq<PlannedAction> Pending(Restore restore, Instant now, string message) => Progress(restore, "Pending", None, now, message, None, None);

    /// <summary>A mover looks for the snapshot.</summary>
    public static Seq<PlannedAction> Resolving(Restore restore, Instant startedAt, Instant now, string message) =>
        Progress(restore, "Resolving", startedAt, now, message, None, Some(new Announcement(false, "Resolving", message)));

    /// <summary>The snapshot is pinned.</summary>
    public static Seq<PlannedAction> Provisioning(Restore restore, Instant startedAt, Instant now, SavedSnapshot pinned, string message) =>
        Progress(restore, "Provisioning", startedAt, now, message, Some(pinned), Some(new Announcement(false, "SnapshotPinned", message)));

    /// <summary>The mover writes, and is so far, where that is known.</summary>
    public static Seq<PlannedAction> Running(Restore restore, Instant startedAt, Instant now, string message, Option<Headway> headway) =>
        restore.Phase is not RestorePhase.Running
            ? Progress(restore, "Running", startedAt, now, message, restore.Pinned, Some(OnTarget(restore, new Announcement(false, "Running", message), "RestoreBegun", message)))
            : headway.Match(
                found => Progress(restore, "Running", startedAt, now, $"{message}: {found.Text}", restore.Pinned, None, Some(found)),
                () => Seq<PlannedAction>());

    /// <summary>Everything in the snapshot was written and verified; the volume is to be handed over. The figures and a condition stay, the mover goes.</summary>
    public static Seq<PlannedAction> Filled(Restore restore, Instant startedAt, Instant at, Instant now, MoverReport report)
    {
        var message = $"the data are restored; handing their volume over to claim {restore.TargetRef}";
        return Seq1<PlannedAction>(new PlannedAction.SetStatus(ObjectKind.PvcRestore, restore.Id, new Node.Fields(Sequences.Join(
            Seq(
                Node.Set("phase", "Running"),
                Node.Set("startedAt", StatusWriting.Time(startedAt)),
                Node.Set("reason", "HandingOver"),
                Node.Set("message", message)).Bind(field => field.ToSeq()),
            Figures(report.Restore, StatusWriting.Warnings(report)),
            Snapshot(restore.Pinned),
            Seq(
                new Node.Field("observedGeneration", restore.Generation),
                new Node.Field("conditions", StatusWriting.Conditions(
                    Conditions.Progressing(restore.Conditions, now, "HandingOver", message).Add(new Condition(Conditions.Filled, true, at, "DataRestored", report.Message)), restore.Generation))))),
            Some(new Announcement(false, "HandingOver", message)), message));
    }

    /// <summary>Over: the volume with the data is its claim's.</summary>
    public static Seq<PlannedAction> HandedOver(Restore restore, Instant startedAt, Instant now, FilledVolume filled) =>
        Finish(
            restore, Result.Succeeded, startedAt, now, now, nameof(Result.Succeeded), filled.Message, filled.Figures, filled.Warnings,
            new Announcement(false, "RestoreSucceeded", filled.Message));

    /// <summary>Over: everything in the snapshot was written and verified.</summary>
    public static Seq<PlannedAction> Succeeded(Restore restore, Option<Instant> startedAt, Instant at, Instant now, MoverReport report) =>
        Finish(restore, Result.Succeeded, startedAt, at, now, nameof(Result.Succeeded), report.Message, report.Restore, StatusWriting.Warnings(report), new Announcement(false, "RestoreSucceeded", report.Message));

    /// <summary>Over, for the reason given.</summary>
    public static Seq<PlannedAction> Failed(Restore restore, Option<Instant> startedAt, Instant at, Instant now, string reason, string message, Option<MoverReport> report) =>
        Finish(
            restore, Result.Failed, startedAt, at, now, reason, message, report.Bind(found => found.Restore), report.Map(StatusWriting.Warnings).IfNone(Seq<string>()), new Announcement(true, reason, message));

    private static Seq<PlannedAction> Progress(
        Restore restore, string phase, Option<Instant> startedAt, Instant now, string message, Option<SavedSnapshot> pinned, Option<Announcement> announce, Option<Headway> headway = default) =>
        restore.Phase.Word == phase && restore.Message == message
            ? Seq<PlannedAction>()
            : Seq1<PlannedAction>(new PlannedAction.SetStatus(ObjectKind.PvcRestore, restore.Id, new Node.Fields(Sequences.Join(
                Seq1(new Node.Field("phase", phase)),
                startedAt.Map(at => new Node.Field("startedAt", StatusWriting.Time(at))).ToSeq(),
                Seq(
                    new Node.Field("reason", phase),
                    new Node.Field("message", message)),
                headway.Map(found => new Node.Field("progress", StatusWriting.Progress(found))).ToSeq(),
                Snapshot(pinned),
                Seq(
                    new Node.Field("observedGeneration", restore.Generation),
                    new Node.Field("conditions", StatusWriting.Conditions(Conditions.Progressing(restore.Conditions, now, phase, message), restore.Generation))))), announce, message));

    private static Seq<PlannedAction> Finish(
        Restore restore, Result result, Option<Instant> startedAt, Instant at, Instant now, string reason, string message, Option<RestoreFigures> figures, Seq<string> warnings, Announcement announce)
    {
        var conditions = result == Result.Failed
            ? Conditions.Failed(restore.Conditions, now, reason, message)
            : Conditions.Succeeded(restore.Conditions, now, reason, message);
        return Seq1<PlannedAction>(new PlannedAction.SetStatus(ObjectKind.PvcRestore, restore.Id, new Node.Fields(Sequences.Join(
            Seq(
                Node.Set("phase", result == Result.Failed ? "Failed" : "Succeeded"),
                Node.Set("result", result.ToString()),
                Node.Maybe("startedAt", startedAt.Map(StatusWriting.Time)),
                Node.Set("finishedAt", StatusWriting.Time(at)),
                Node.Maybe("duration", startedAt.Map(begin => GoDuration.Print(Duration.Max(Duration.Zero, at - begin)))),
                Node.Set("reason", reason),
                Node.Set("message", message)).Bind(field => field.ToSeq()),
            Figures(figures, warnings),
            Seq(
                new Node.Field("observedGeneration", restore.Generation),
                new Node.Field("conditions", StatusWriting.Conditions(conditions, restore.Generation))),
            Snapshot(restore.Pinned))), Some(OnTarget(restore, announce, result == Result.Failed ? "RestoreFailed" : announce.Reason, result == Result.Failed ? $"{reason}: {message}" : message)), message));
    }

    private static Announcement OnTarget(Restore restore, Announcement announce, string reason, string message) =>
        announce with { OnClaim = Some(new ClaimNews(restore.TargetRef, reason, $"PVCRestore {restore.Id.Name}: {message}")) };

    private static Seq<Node.Field> Figures(Option<RestoreFigures> figures, Seq<string> warnings) => Seq(
        Node.Maybe("filesRestored", figures.Map(found => (Node)found.FilesRestored)),
        Node.Maybe("bytesRestored", figures.Map(found => (Node)found.BytesRestored)),
        Node.Unless0("warnings", warnings)).Bind(field => field.ToSeq());

    // The tags go into the status too: they say what the claim was like, and the Job that read them may be gone when that is needed.
    private static Seq<Node.Field> Snapshot(Option<SavedSnapshot> pinned) => pinned.ToSeq().Bind(saved => Seq(
        Node.Set("snapshot", saved.Id),
        Node.Maybe("snapshotTime", saved.Time.Map(StatusWriting.Time)),
        Node.Unless0("snapshotTags", saved.Tags)).Bind(field => field.ToSeq()));
}
