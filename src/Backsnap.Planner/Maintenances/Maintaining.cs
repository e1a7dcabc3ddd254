using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Movers;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Maintenances;

/// <summary>
/// Maintains the repositories, apart from backups and never in their way: a prune or check begins only while nobody else uses its
/// repository, one at a time for each, and few at once over all. Where the cluster does not know the kind PVCMaintenance there is none.
/// </summary>
internal static class Maintaining
{
    /// <summary>The repositories that are being maintained, by their claims: a backup that began now would only find the lock.</summary>
    public static IReadOnlyDictionary<ClaimRef, Maintenance> UsersOf(Survey survey) => survey.OpenMaintenances
        .Where(maintenance => maintenance.Phase is MaintenancePhase.Running && !maintenance.Id.Deleting)
        .OrderBy(maintenance => maintenance.Id.Name, StringComparer.Ordinal)
        .GroupBy(maintenance => maintenance.Claim).ToDictionary(group => group.Key, group => group.First());

    /// <summary>Takes what is not over one step on, and removes what is left of the rest.</summary>
    public static Plan Lead(Survey survey, Settings settings, Instant now)
    {
        var open = survey.OpenMaintenances.Concat(survey.EndedMaintenances)
            .Where(maintenance => settings.Scope.Covers(maintenance.Id.Namespace) && !maintenance.Id.Deleting && survey.IsOpen(maintenance.Id.Namespace))
            .OrderBy(maintenance => maintenance.Slot.IsSome).ThenBy(maintenance => maintenance.Slot.IfNone(maintenance.Id.Created))
            .ThenBy(maintenance => maintenance.Id.Namespace.Value, StringComparer.Ordinal).ThenBy(maintenance => maintenance.Id.Name, StringComparer.Ordinal)
            .ToSeq().Strict();
        var running = open.Filter(maintenance => maintenance.Phase is MaintenancePhase.Running).Strict();
        var free = Math.Max(0, settings.Maintenance.MaxRunning - running.Count);
        var taken = running.Map(maintenance => maintenance.Claim).ToHashSet();
        var chosen = open
            .Filter(maintenance => IsWaiting(maintenance) && Mistake(maintenance).IsNone && !Troubled(maintenance, survey) && !taken.Contains(maintenance.Claim) && InUse(maintenance.Claim, survey).IsNone)
            .GroupBy(maintenance => maintenance.Claim).Select(group => group.First())
            .Take(free).ToSeq().Strict();
        var places = chosen.Map(maintenance => maintenance.Id.Uid).ToHashSet();
        taken.UnionWith(chosen.Map(maintenance => maintenance.Claim));
        return Plan.Concat(open.Map(maintenance => survey.TroubleOf(ObjectKind.PvcMaintenance, maintenance.Id).Match(
            trouble => Plan.Wait(ObjectKind.PvcMaintenance, maintenance.Id, $"the API server refused a write: {trouble.Why}", Some(trouble.Until)),
            () => Step(maintenance, places.Contains(maintenance.Id.Uid), taken, survey, OwnDeadlines.In(maintenance.Claim, survey, settings), now))));
    }

    private static Plan Step(Maintenance maintenance, bool chosen, System.Collections.Generic.HashSet<ClaimRef> taken, Survey survey, Settings settings, Instant now) => maintenance.Phase switch
    {
        MaintenancePhase.New or MaintenancePhase.Pending => Mistake(maintenance).Match(
            why => Plan.Do(MaintenanceStatus.Failed(maintenance, None, now, now, "InvalidSpec", why, None)),
            () => chosen
                ? maintenance.Kind.Match(Right: kind => MaintenanceStep.Begin(maintenance, kind, survey, settings, now), Left: _ => Plan.Empty)
                : Wait(maintenance, taken, survey, settings, now)),
        MaintenancePhase.Running phase => maintenance.Kind.Match(
            Right: kind => MaintenanceStep.Advance(maintenance, kind, phase.StartedAt, survey, settings, now),
            Left: why => Plan.Do(MaintenanceStatus.Failed(maintenance, Some(phase.StartedAt), now, now, "InvalidSpec", why, None))),
        MaintenancePhase.Finished finished => MaintenanceStep.After(maintenance, finished.At, survey),
    };

    private static Plan Wait(Maintenance maintenance, System.Collections.Generic.HashSet<ClaimRef> taken, Survey survey, Settings settings, Instant now)
    {
        var message = InUse(maintenance.Claim, survey).IfNone(() => taken.Contains(maintenance.Claim)
            ? $"waits for other maintenance of the repository of claim {maintenance.Claim}"
            : $"waits for a place among the running maintenance (--max-running-maintenance={settings.Maintenance.MaxRunning})");
        return Plan.Do(MaintenanceStatus.Pending(maintenance, now, "Queued", message)) + Plan.Wait(ObjectKind.PvcMaintenance, maintenance.Id, message, None);
    }

    // A backup that only waits counts too: it goes first. One whose claim is not there for it does not wait for the repository.
    private static Option<string> InUse(ClaimRef claim, Survey survey) =>
        survey.BackupsOf(claim).Where(backup => !backup.Phase.IsFinished && !backup.Id.Deleting).OrderBy(backup => backup.Id.Name, StringComparer.Ordinal)
            .Select(backup => $"waits until PVCBackup {backup.Id.Name} is over").ToSeq().HeadOrNone()
        | survey.Cluster.Restores.Filter(restore => restore.Source == claim && !restore.Phase.IsFinished && !restore.Id.Deleting)
            .Map(restore => $"waits until PVCRestore {restore.Id.Namespace}/{restore.Id.Name} is over").HeadOrNone();

    private static Option<string> Mistake(Maintenance maintenance) =>
        maintenance.Kind.Match(Left: why => Some($"spec.operation: {why}"), Right: _ => None)
        | maintenance.ReadData.Bind(part => part.Match(Left: why => Some($"spec.readData: {why}"), Right: _ => None))
        | (DnsName.IsSubdomain(maintenance.Claim.Name) ? None : Some($"spec.pvc: '{maintenance.Claim.Name}' is not the name of a claim"));

    private static bool IsWaiting(Maintenance maintenance) => maintenance.Phase is MaintenancePhase.New or MaintenancePhase.Pending;

    private static bool Troubled(Maintenance maintenance, Survey survey) => survey.TroubleOf(ObjectKind.PvcMaintenance, maintenance.Id).IsSome;

    /// <summary>What somebody should know of a claim's repository: damage must be seen where people look for the claim, until somebody has shown that it is mended.</summary>
    public static Plan Complain(Claim claim, Seq<Maintenance> history, Settings settings) => history.IsEmpty || !settings.Scope.Covers(claim.Id.Namespace)
        ? Plan.Empty
        : Plan.Concat(
            from ended in history.Filter(maintenance => maintenance.Phase.IsFinished).GroupBy(maintenance => maintenance.Kind.ToOption())
            let newest = ended.OrderByDescending(maintenance => maintenance.FinishedAt.IfNone(Instant.MinValue)).ThenByDescending(maintenance => maintenance.Id.Name, StringComparer.Ordinal).First()
            where newest.Phase is MaintenancePhase.Finished { Result: Result.Failed }
            orderby newest.Id.Name
            select newest.Kind.ToOption()
                .Map(kind => Plan.Tell(
                    ObjectKind.Claim, claim.Id, $"{kind}Failed", $"the last {MaintenanceName.Word(kind)} of the repository of claim {newest.Claim} failed ({newest.Reason}): {newest.Message}"))
                .IfNone(Plan.Empty));
}
