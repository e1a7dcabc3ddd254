using NodaTime;

namespace Backsnap.Planner.Maintenances;

/// <summary>How the repositories are maintained, apart from backups.</summary>
/// <param name="PruneSchedule">When space is given back, where neither claim nor namespace say otherwise; empty for never (an append-only store).</param>
/// <param name="CheckSchedule">When repositories are looked over, where neither claim nor namespace say otherwise; empty for never.</param>
/// <param name="ReadAllWithin">Within which time the checks together read all data once, part after part; zero to read none.</param>
/// <param name="MaxRunning">The most maintenance at once; at least 1.</param>
public sealed record MaintenanceSettings(string PruneSchedule, string CheckSchedule, Duration ReadAllWithin, int MaxRunning)
{
    /// <summary>The defaults: each repository once a week, at a time of its own; all data within 30 days; one at a time.</summary>
    public static MaintenanceSettings Default { get; } = new("H H * * H", "H H * * H", Duration.FromDays(30), 1);
}
