namespace Backsnap.Host.Mover;

/// <summary>
/// Finds the snapshot of a restore before anything is made for it, so that no later backup (of the new, still empty claim, say) can take
/// its place. Changes nothing, and never makes a repository.
/// </summary>
internal static class ResolveRun
{
    public static async Task<MoverOutcome> Run(ResolveRequest request, Restic restic, CancellationToken stop) =>
        await Probe.Ask(restic, request.Patience, stop).ConfigureAwait(false) switch
        {
            RepositoryState.Present => await List(request, restic, stop).ConfigureAwait(false) switch
            {
                SnapshotList.Listed(var snapshots) => SnapshotChoice.Choose(snapshots, request.Query),
                SnapshotList.Unlisted(var failure) => MoverOutcome.Of(failure),
            },
            RepositoryState.Absent(var failure) => MoverOutcome.Of(failure),
            RepositoryState.Unusable(var failure) => MoverOutcome.Of(failure),
        };

    private static Task<SnapshotList> List(ResolveRequest request, Restic restic, CancellationToken stop) =>
        request.Foreign ? SnapshotList.OfAll(restic, stop) : SnapshotList.OfVolume(restic, request.Source, stop);
}
