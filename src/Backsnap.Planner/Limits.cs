namespace Backsnap.Planner;

/// <summary>
/// How much may go on at once beside <see cref="Settings.MaxRunning"/>, and how much may be deleted at once. Zero stands for no limit.
/// </summary>
/// <param name="RunningPerDriver">The most backups at once whose volumes are of one CSI driver.</param>
/// <param name="RunningPerNode">The most backups at once whose mover runs on one node, as far as the node is known before the mover's pod is scheduled.</param>
/// <param name="UnreadySnapshots">The most VolumeSnapshots of ours at once that the snapshotter still works on: hundreds would swamp it.</param>
/// <param name="Deletions">The most PVCBackups, PVCRestores and orphans that one plan deletes. A plan that would delete more deletes none of them.</param>
public sealed record Limits(int RunningPerDriver, int RunningPerNode, int UnreadySnapshots, int Deletions)
{
    /// <summary>The defaults.</summary>
    public static Limits Default { get; } = new(RunningPerDriver: 0, RunningPerNode: 0, UnreadySnapshots: 10, Deletions: 100);
}
