using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Maintenances;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Schedules;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Index;

/// <summary>The plans that are made claim by claim, each for all claims in the order of namespace and name.</summary>
/// <param name="Schedules">The verdicts, and the PVCBackups to make; also when to look again at any of all this.</param>
/// <param name="Maintenance">The PVCMaintenances to make.</param>
/// <param name="Complaints">What is wrong with repositories.</param>
/// <param name="OldMaintenance">The PVCMaintenances to delete.</param>
/// <param name="OldBackups">The PVCBackups to delete.</param>
/// <param name="Notices">What the owners of claims should know.</param>
internal sealed record ClaimPlans(Plan Schedules, Plan Maintenance, Plan Complaints, Plan OldMaintenance, Plan OldBackups, Plan Notices)
{
    private const int Kinds = 6;

    /// <summary>
    /// Makes them. A claim of which nothing has changed, and whose time has not come, is not looked at again: of most claims that is so, and looking at
    /// one costs a thousand times what it costs to know that.
    /// </summary>
    public static ClaimPlans Of(Survey survey, Settings settings, Instant now)
    {
        var (resolution, times) = (new Resolution(settings), new MaintenanceTimes(settings));
        var verdicts = new List<Verdict>(survey.Dossiers.Count);
        var parts = Enumerable.Range(0, Kinds).Select(_ => new List<Plan>()).ToList();
        var soonest = Instant.MaxValue;
        foreach (var dossier in survey.Dossiers)
        {
            var finding = dossier.Known is { } known && known.From <= now && now < known.Until ? known : Find(dossier, resolution, times, survey, settings, now);
            if (finding.Verdict is { } verdict)
            {
                verdicts.Add(verdict);
            }

            for (var kind = 0; kind < (finding.Parts?.Count ?? 0); kind++)
            {
                parts[kind].Add(finding.Parts![kind]);
            }

            soonest = finding.Until < soonest ? finding.Until : soonest;
        }

        var plans = parts.Select(Plan.Concat).ToList();
        return new ClaimPlans(
            plans[0] with { Verdicts = verdicts.ToSeq().Strict(), WakeAt = soonest == Instant.MaxValue ? None : Some(soonest) },
            plans[1], plans[2], plans[3], plans[4], plans[5]);
    }

    private static Finding Find(Dossier dossier, Resolution resolution, MaintenanceTimes times, Survey survey, Settings settings, Instant now)
    {
        var maintained = survey.Cluster.Maintenances.IsSome;
        var plans = new[]
        {
            OfClaim(dossier, claim => Scheduling.Of(claim, resolution, survey, settings, now)),
            OfClaim(dossier, claim => maintained ? MaintenanceScheduling.Of(claim, dossier.Maintenances, times, survey, settings, now) : Plan.Empty),
            OfClaim(dossier, claim => Maintaining.Complain(claim, dossier.Maintenances, settings)),
            MaintenanceExpiring.Of(dossier, settings, now),
            Expiring.Of(dossier, survey, settings, now),
            OfClaim(dossier, claim => ClaimNotices.Of(claim, survey, settings)),
        };
        var until = plans.Bind(plan => plan.WakeAt.ToSeq()).Fold(Instant.MaxValue, Instant.Min);
        var finding = new Finding(
            plans[0].Verdicts.HeadOrNone().IfNoneUnsafe(() => null!),
            System.Array.Exists(plans, SaysMore) ? [.. plans.Select(plan => plan with { Verdicts = Seq<Verdict>(), WakeAt = None, IsFleeting = false })] : null,
            now, until);
        dossier.Known = System.Array.Exists(plans, plan => plan.IsFleeting || !plan.Actions.IsEmpty) ? null : finding;
        return finding;
    }

    private static Plan OfClaim(Dossier dossier, Func<Claim, Plan> plan) => dossier.Claim.Match(plan, () => Plan.Empty);

    private static bool SaysMore(Plan plan) => !(plan.Actions.IsEmpty && plan.Waits.IsEmpty && plan.Notices.IsEmpty);
}
