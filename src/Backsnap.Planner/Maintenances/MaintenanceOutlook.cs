using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Maintenances;

/// <summary>When the repositories of a cluster are due to be maintained, for whoever watches over them.</summary>
/// <param name="cluster">The cluster as it was seen.</param>
/// <param name="settings">What the operator was told.</param>
public sealed class MaintenanceOutlook(ClusterState cluster, Settings settings)
{
    private readonly MaintenanceTimes times = new(settings);

    /// <summary>
    /// The first instant after <paramref name="since"/> at which a claim's repository is due. None where it never is, where an annotation
    /// cannot be read (which is told as a notice), and where there is no maintenance at all.
    /// </summary>
    public Option<Instant> DueAfter(Claim claim, MaintenanceKind kind, Instant since) =>
        settings.Manual || cluster.Maintenances.IsNone
            ? None
            : cluster.Namespaces.Find(claim.Id.Namespace)
                .Bind(home => times.Of(claim, home, kind).Match(Left: _ => None, Right: timetable => timetable))
                .Bind(timetable => timetable.Next(since));
}
