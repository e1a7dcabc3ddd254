using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Index;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Maintenances;

/// <summary>
/// Deletes PVCMaintenances whose time to live is over. While the claim exists the newest of each kind stays, which says when the next
/// is due, and the newest success, which says what was read last.
/// </summary>
internal static class MaintenanceExpiring
{
    /// <summary>The plan for the finished maintenance of one claim's repository.</summary>
    public static Plan Of(Dossier dossier, Settings settings, Instant now) =>
        settings.Scope.Covers(dossier.Name.Namespace) && !dossier.Maintenances.IsEmpty
            ? Plan.Concat(dossier.Maintenances
                .GroupBy(maintenance => maintenance.Kind.ToOption())
                .OrderBy(history => history.Key)
                .SelectMany(history => Expirable(history.ToSeq().Strict(), dossier.Claim.IsSome).Select(maintenance => Expire(maintenance, settings, now))))
            : Plan.Empty;

    private static Seq<Maintenance> Expirable(Seq<Maintenance> history, bool claimExists)
    {
        var staying = history.Filter(maintenance => !maintenance.Id.Deleting)
            .OrderByDescending(maintenance => maintenance.Slot.IfNone(maintenance.Id.Created)).ThenByDescending(maintenance => maintenance.Id.Name, StringComparer.Ordinal)
            .ToSeq().Strict();
        var kept = claimExists
            ? Sequences.Join(staying.HeadOrNone().ToSeq(), staying.Find(maintenance => maintenance.IsSuccess).ToSeq()).Map(maintenance => maintenance.Id.Uid).ToHashSet()
            : new System.Collections.Generic.HashSet<Uid>();
        return staying.Filter(maintenance => maintenance.Phase.IsFinished && !kept.Contains(maintenance.Id.Uid)).Strict();
    }

    private static Plan Expire(Maintenance maintenance, Settings settings, Instant now)
    {
        var ttl = maintenance.Ttl.Bind(asked => asked.ToOption()).Filter(asked => asked > Duration.Zero).IfNone(settings.Ttl);
        var until = maintenance.FinishedAt.IfNone(now) + ttl;
        return now >= until
            ? Plan.Do(new PlannedAction.Delete(ObjectKind.PvcMaintenance, maintenance.Id, Unchanged: true, $"its time to live of {GoDuration.Print(ttl)} is over"))
            : Plan.Empty with { WakeAt = Some(until) };
    }
}
