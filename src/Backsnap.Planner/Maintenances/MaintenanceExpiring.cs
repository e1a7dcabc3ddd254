using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
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
    /// <summary>The plan for all finished maintenance.</summary>
    public static Plan Steps(Seq<Maintenance> all, Survey survey, Settings settings, Instant now) =>
        Plan.Concat(all
            .Where(maintenance => settings.Scope.Covers(maintenance.Id.Namespace))
            .GroupBy(maintenance => (maintenance.Claim, maintenance.Kind.ToOption()))
            .OrderBy(history => history.Key.ToString(), StringComparer.Ordinal)
            .SelectMany(history => Expirable(history.ToSeq().Strict(), survey.Claim(history.Key.Claim).IsSome).Select(maintenance => Expire(maintenance, settings, now))));

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
