using Backsnap.Domain.Cluster;
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
    public static Plan Plan(ClusterState state, Settings settings, Instant now) => new Recollection().Next(state, settings, now);
}
