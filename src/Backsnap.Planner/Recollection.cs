using Backsnap.Domain.Cluster;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Checks;
using Backsnap.Planner.Deletions;
using Backsnap.Planner.Index;
using Backsnap.Planner.Maintenances;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Restores;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner;

/// <summary>
/// A planner that remembers what it found at its last planning, so that the next one costs what has changed and not what there is. It makes the plans
/// that <see cref="Planner"/> makes, whatever it was asked before: that is a law, and the memory can be thrown away at any time. It is not safe
/// for use by several threads.
/// </summary>
public sealed class Recollection
{
    private readonly ClusterIndex index = ClusterIndex.Empty();
    private Settings? told;

    /// <summary>Plans, as <see cref="Planner.Plan"/> does.</summary>
    public Plan Next(ClusterState state, Settings settings, Instant now)
    {
        if (!ReferenceEquals(settings, told))
        {
            told = settings;
            index.Forget();
        }

        index.Look(state);
        var survey = new Survey(index);
        var backing = Backing.Steps(survey, settings, now);
        var claims = ClaimPlans.Of(survey, settings, now);
        var maintained = state.Maintenances.IsSome;
        var plan = Plan.Concat(
        [
            Restoring.Steps(survey, settings, now),
            backing.Steps,
            claims.Schedules,
            // Of thousands that are due at once each is made before the first ones are told how many wait before them.
            backing.Places,
            .. maintained ? new[] { Maintaining.Lead(survey, settings, now), claims.Maintenance, claims.Complaints, claims.OldMaintenance } : [],
            claims.OldBackups,
            Orphans.Steps(survey, settings, now),
            claims.Notices,
        ]);
        return Withdrawal.Complete(Breaker.Guard(plan, survey, settings), survey, settings) with { IsFleeting = false };
    }

    /// <summary>Holds a plan against the laws, as <see cref="PlanCheck.Check(ClusterState, Settings, Plan, Instant)"/> does.</summary>
    public Seq<Violation> Check(ClusterState state, Settings settings, Plan plan, Instant now)
    {
        index.Look(state);
        return PlanCheck.Check(index, settings, plan, now);
    }
}
