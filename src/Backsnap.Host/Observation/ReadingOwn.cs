using System.Text.Json;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Kubernetes;
using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Observation;

/// <summary>Reads Backsnap's own objects. Statuses that the original operator wrote (a result and times, no phase) are understood.</summary>
internal static class ReadingOwn
{
    /// <summary>Reads a PVCBackup.</summary>
    public static Backup Backup(PvcBackup backup)
    {
        var id = Reading.Identity(backup.Metadata);
        var status = backup.Status;
        var phase = Phase(status?.Phase, status?.Result, status?.StartedAt, status?.FinishedAt, id.Created);
        return new Backup(
            id, backup.Metadata.Generation ?? 1, new ClaimRef(id.Namespace, backup.Spec?.Pvc ?? ""),
            Reading.Text(backup.Spec?.Ttl).Map(GoDuration.Parse),
            Placing(backup.Spec?.NodeSelector, backup.Spec?.Tolerations, backup.Spec?.PriorityClassName, backup.Spec?.Labels, backup.Spec?.Annotations),
            Reading.Annotation(backup.Metadata, Marks.Slot).Bind(SlotName.Read),
            phase, status?.Message ?? "", phase.IsFinished ? OfFinished(status?.Conditions) : Reading.Conditions(status?.Conditions))
        {
            MadeUnder = Reading.Annotation(backup.Metadata, Marks.ScheduleInForce),
            Reason = status?.Reason ?? "",
            Figures = Figures(status),
            StopAsked = Reading.Annotation(backup.Metadata, Marks.Stop).Exists(text => text.Trim() != "false"),
            Attempt = Reading.Annotation(backup.Metadata, Marks.Attempt).Bind(text => parseInt(text)).Filter(attempt => attempt >= 1).IfNone(1),
        };
    }

    /// <summary>Reads a PVCRestore.</summary>
    public static Restore Restore(PvcRestore restore)
    {
        var id = Reading.Identity(restore.Metadata);
        var (spec, status) = (restore.Spec ?? new PvcRestoreSpec(), restore.Status);
        var source = spec.SourcePvc ?? "";
        return new Restore(
            id, restore.Metadata.Generation ?? 1,
            new ClaimRef(Reading.Text(spec.SourceNamespace).Map(NamespaceName.Trusted).IfNone(id.Namespace), source),
            Reading.Text(spec.SourceSnapshot).Filter(wanted => wanted != "latest"),
            Reading.Text(spec.AsOf).Map(AsOf),
            new TargetWish(
                Reading.Text(spec.TargetPvc).IfNone(source), Reading.Text(spec.TargetPvcSize).Filter(size => size != "0").Map(Quantity.Parse),
                Reading.Text(spec.StorageClassName), (spec.AccessModes ?? []).ToSeq().Strict()),
            Placing(spec.NodeSelector, spec.Tolerations, spec.PriorityClassName, spec.Labels, spec.Annotations),
            RestorePhase(status?.Phase, status?.Result, status?.StartedAt, status?.FinishedAt, id.Created),
            Reading.Text(status?.Snapshot).Map(snapshot => new SavedSnapshot(snapshot, Reading.Moment(status?.SnapshotTime), (status?.SnapshotTags ?? []).ToSeq().Strict())),
            status?.Message ?? "", Reading.Conditions(status?.Conditions))
        {
            Ttl = Reading.Text(spec.Ttl).Map(GoDuration.Parse),
            RepositorySecret = Reading.Annotation(restore.Metadata, Marks.RepositorySecret),
            Filled = Reading.Conditions(status?.Conditions).Find(condition => condition.Type == Conditions.Filled && condition.Holds).Map(condition => new FilledVolume(
                condition.Since, condition.Message,
                from files in status?.FilesRestored.ToOpt() ?? None from bytes in status?.BytesRestored.ToOpt() ?? None select new RestoreFigures(files, bytes),
                (status?.Warnings ?? []).ToSeq().Strict())),
        };
    }

    /// <summary>Reads a PVCMaintenance.</summary>
    public static Maintenance Maintenance(PvcMaintenance maintenance)
    {
        var id = Reading.Identity(maintenance.Metadata);
        var (spec, status) = (maintenance.Spec ?? new PvcMaintenanceSpec(), maintenance.Status);
        return new Maintenance(
            id, maintenance.Metadata.Generation ?? 1, new ClaimRef(id.Namespace, spec.Pvc ?? ""), Operation(spec.Operation ?? ""),
            Reading.Text(spec.ReadData).Map(ReadPart.Parse), Reading.Text(spec.Ttl).Map(GoDuration.Parse),
            Placing(spec.NodeSelector, spec.Tolerations, spec.PriorityClassName, spec.Labels, spec.Annotations),
            Reading.Annotation(maintenance.Metadata, Marks.Slot).Bind(SlotName.Read),
            status?.Phase switch
            {
                "Succeeded" or "Failed" => new MaintenancePhase.Finished(
                    Outcome(status.Result ?? status.Phase), Reading.Moment(status.StartedAt), Reading.Moment(status.FinishedAt).IfNone(id.Created)),
                "Pending" => new MaintenancePhase.Pending(),
                "Running" => new MaintenancePhase.Running(Reading.Moment(status.StartedAt).IfNone(id.Created)),
                _ => new MaintenancePhase.New(),
            },
            status?.Reason ?? "", status?.Message ?? "", status?.Phase is "Succeeded" or "Failed" ? Seq<Domain.Objects.Condition>() : Reading.Conditions(status?.Conditions));
    }

    // Of the many thousand that are over a condition is read only if something is decided by it; a status of theirs is never written again.
    private static Seq<Domain.Objects.Condition> OfFinished(IReadOnlyList<Kubernetes.Condition>? conditions) =>
        conditions is not null && conditions.Any(condition => condition.Type == Conditions.RetentionWithheld)
            ? Reading.Conditions([.. conditions.Where(condition => condition.Type == Conditions.RetentionWithheld)])
            : Seq<Domain.Objects.Condition>();

    // Most say nothing of it: they share one.
    private static Placement Placing(
        IReadOnlyDictionary<string, string>? nodeSelector, JsonElement? tolerations, string? priorityClass, IReadOnlyDictionary<string, string>? labels, IReadOnlyDictionary<string, string>? annotations) =>
        (nodeSelector?.Count ?? 0) + (labels?.Count ?? 0) + (annotations?.Count ?? 0) == 0 && tolerations is null && string.IsNullOrEmpty(priorityClass)
            ? Placement.Anywhere
            : new Placement(Reading.Map(nodeSelector), Tolerations(tolerations), Reading.Text(priorityClass), Reading.Map(labels), Reading.Map(annotations));

    private static Either<string, MaintenanceKind> Operation(string text) => text switch
    {
        nameof(MaintenanceKind.Prune) => Right<string, MaintenanceKind>(MaintenanceKind.Prune),
        nameof(MaintenanceKind.Check) => Right<string, MaintenanceKind>(MaintenanceKind.Check),
        _ => Left<string, MaintenanceKind>($"'{text}' is no maintenance: write Prune or Check"),
    };

    private static Either<string, Instant> AsOf(string text) =>
        OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true, Value: var moment }
            ? Right<string, Instant>(moment.ToInstant())
            : Left<string, Instant>($"'{text}' is not an instant: write RFC 3339, as in 2026-11-22T02:30:00Z");

    private static Option<SavedFigures> Figures(PvcBackupStatus? status) => status is { FilesProcessed: not null } or { BytesProcessed: not null } or { Warnings.Count: > 0 }
        ? Some(new SavedFigures(status.FilesProcessed ?? 0, status.BytesAdded ?? 0, status.BytesProcessed ?? 0, WarningText.Count(status.Warnings ?? [])))
        : None;

    private static BackupPhase Phase(string? phase, string? result, DateTimeOffset? startedAt, DateTimeOffset? finishedAt, Instant created) => phase switch
    {
        "Succeeded" or "Failed" => Finished(result ?? phase, startedAt, finishedAt, created),
        _ when result is not null && finishedAt is not null => Finished(result, startedAt, finishedAt, created),
        "Pending" => new BackupPhase.Pending(),
        "Snapshotting" => new BackupPhase.Snapshotting(Reading.Moment(startedAt).IfNone(created)),
        "Provisioning" => new BackupPhase.Provisioning(Reading.Moment(startedAt).IfNone(created)),
        "Running" => new BackupPhase.Running(Reading.Moment(startedAt).IfNone(created)),
        _ => new BackupPhase.New(),
    };

    private static BackupPhase.Finished Finished(string result, DateTimeOffset? startedAt, DateTimeOffset? finishedAt, Instant created) => new(
        Outcome(result), Reading.Moment(startedAt), Reading.Moment(finishedAt).IfNone(created));

    private static RestorePhase RestorePhase(string? phase, string? result, DateTimeOffset? startedAt, DateTimeOffset? finishedAt, Instant created) => phase switch
    {
        "Succeeded" or "Failed" => new RestorePhase.Finished(Outcome(result ?? phase), Reading.Moment(startedAt), Reading.Moment(finishedAt).IfNone(created)),
        _ when result is not null && finishedAt is not null => new RestorePhase.Finished(Outcome(result), Reading.Moment(startedAt), Reading.Moment(finishedAt).IfNone(created)),
        "Pending" => new RestorePhase.Pending(),
        "Resolving" => new RestorePhase.Resolving(Reading.Moment(startedAt).IfNone(created)),
        "Provisioning" => new RestorePhase.Provisioning(Reading.Moment(startedAt).IfNone(created)),
        "Running" => new RestorePhase.Running(Reading.Moment(startedAt).IfNone(created)),
        _ => new RestorePhase.New(),
    };

    private static Result Outcome(string result) => result switch
    {
        "Succeeded" => Result.Succeeded,
        "SucceededWithWarnings" => Result.SucceededWithWarnings,
        _ => Result.Failed,
    };

    private static Option<Node> Tolerations(JsonElement? tolerations) =>
        tolerations is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() > 0 ? Some(ToNode(list)) : None;

    private static Node ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => Node.List(element.EnumerateArray().Select(ToNode).ToArray()),
        JsonValueKind.Object => new Node.Fields(element.EnumerateObject().Select(field => new Node.Field(field.Name, ToNode(field.Value))).ToSeq().Strict()),
        JsonValueKind.Number when element.TryGetInt64(out var whole) => whole,
        JsonValueKind.True or JsonValueKind.False => element.GetBoolean(),
        JsonValueKind.String => element.GetString() ?? "",
        JsonValueKind.Number or JsonValueKind.Null or JsonValueKind.Undefined => new Node.Nothing(),
        _ => new Node.Nothing(),
    };
}
