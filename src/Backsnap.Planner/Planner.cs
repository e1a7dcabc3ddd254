using Backsnap.Domain.Cluster;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Deletions;
using Backsnap.Planner.Maintenances;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Restores;
using Backsnap.Planner.Schedules;
using NodaTime;

namespace Backsnap.Planner;

/// <summary>
/// The whole of Backsnap's judgement, as one pure function: what is seen of the cluster, what the operator was told, and the
/// time go in; what to do about it comes out. The same input gives the same plan, and the plan for a state that is as it should
/// be has no actions.
/// </summary>
public static class Planner
{
    /// <summary>Plans. Restores come first: somebody waits for their data.</summary>
    public static Plan Plan(ClusterState state, Settings settings, Instant now)
    {
        var survey = Survey.Of(state);
        return Withdrawal.Complete(Breaker.Guard(
            Restoring.Steps(survey, settings, now)
                + Backing.Steps(survey, settings, now)
                + Scheduling.Steps(survey, settings, now)
                + Maintaining.Steps(survey, settings, now)
                + Expiring.Steps(survey, settings, now)
                + Orphans.Steps(survey, settings, now)
                + ClaimNotices.Steps(survey, settings),
            survey, settings), survey, settings);
    }
}
