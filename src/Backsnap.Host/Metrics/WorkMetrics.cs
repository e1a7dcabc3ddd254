using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using LanguageExt;
using NodaTime;

namespace Backsnap.Host.Metrics;

/// <summary>What waits and what goes on. As many series as there may be running at once, however many wait.</summary>
internal static class WorkMetrics
{
    private sealed record Work(ObjectKind Kind, Identity Id, ClaimRef Claim, string Phase, Instant? Started);

    private static readonly ObjectKind[] Kinds = [ObjectKind.PvcBackup, ObjectKind.PvcRestore, ObjectKind.PvcMaintenance];

    /// <summary>All of them, metric after metric.</summary>
    public static IEnumerable<Sample> Of(Seen seen, Instant now)
    {
        var open = Open(seen);
        var waiting = open.Where(work => work.Started is null).ToLookup(work => work.Kind);
        var running = open.Where(work => work.Started is not null).ToLookup(work => work.Kind);
        return Kinds.Select(kind => new Sample(Catalogue.Queue, waiting[kind].Count(), kind.Kind))
            .Concat(Kinds.Select(kind => new Sample(Catalogue.QueueAge, waiting[kind].Select(work => Math.Max(0, (now - work.Id.Created).TotalSeconds)).DefaultIfEmpty(0).Max(), kind.Kind)))
            .Concat(Kinds.Select(kind => new Sample(Catalogue.Running, running[kind].Count(), kind.Kind)))
            .Concat(Kinds.SelectMany(kind => running[kind]).Select(work => new Sample(
                Catalogue.RunningStart, UnixTime.Seconds(work.Started!.Value), work.Kind.Kind, work.Id.Namespace.Value, work.Id.Name, work.Claim.Name, work.Phase)))
            .Concat(
            [
                new Sample(Catalogue.MaxRunning, seen.Settings.MaxRunning, ObjectKind.PvcBackup.Kind),
                new Sample(Catalogue.MaxRunning, seen.Settings.Maintenance.MaxRunning, ObjectKind.PvcMaintenance.Kind),
                new Sample(Catalogue.JobTimeout, seen.Settings.Deadlines.Job.TotalSeconds),
                new Sample(Catalogue.Withheld, seen.Plan.Withheld),
            ]);
    }

    private static List<Work> Open(Seen seen) =>
    [
        .. seen.State.Backups.Where(backup => !backup.Phase.IsFinished && !backup.Id.Deleting && seen.Settings.Scope.Covers(backup.Id.Namespace))
            .Select(backup => new Work(ObjectKind.PvcBackup, backup.Id, backup.Claim, backup.Phase.Word, Started(backup.Phase))),
        .. seen.State.Restores.Where(restore => !restore.Phase.IsFinished && !restore.Id.Deleting && seen.Settings.Scope.Covers(restore.Id.Namespace))
            .Select(restore => new Work(ObjectKind.PvcRestore, restore.Id, restore.TargetRef, restore.Phase.Word, Started(restore.Phase))),
        .. seen.State.Maintenances.ToSeq().SelectMany(all => all)
            .Where(maintenance => !maintenance.Phase.IsFinished && !maintenance.Id.Deleting && seen.Settings.Scope.Covers(maintenance.Id.Namespace))
            .Select(maintenance => new Work(ObjectKind.PvcMaintenance, maintenance.Id, maintenance.Claim, maintenance.Phase.Word, Started(maintenance.Phase))),
    ];

    private static Instant? Started(BackupPhase phase) => phase switch
    {
        BackupPhase.New or BackupPhase.Pending => null,
        BackupPhase.Snapshotting going => going.StartedAt,
        BackupPhase.Provisioning going => going.StartedAt,
        BackupPhase.Running going => going.StartedAt,
        BackupPhase.Finished => null,
    };

    private static Instant? Started(RestorePhase phase) => phase switch
    {
        RestorePhase.New or RestorePhase.Pending => null,
        RestorePhase.Resolving going => going.StartedAt,
        RestorePhase.Provisioning going => going.StartedAt,
        RestorePhase.Running going => going.StartedAt,
        RestorePhase.Finished => null,
    };

    private static Instant? Started(MaintenancePhase phase) => phase switch
    {
        MaintenancePhase.New or MaintenancePhase.Pending => null,
        MaintenancePhase.Running going => going.StartedAt,
        MaintenancePhase.Finished => null,
    };
}
