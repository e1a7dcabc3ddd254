using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Planner.Backups;
using LanguageExt;

namespace Backsnap.Planner.Movers;

/// <summary>
/// The proof that a lock of the repository is dead: its host is a pod of a failed backup of the same claim, and none of that backup's pods
/// runs any more. A new mover gets it as <c>--dead-holder</c>, so that a mover that was killed does not hinder retention for half an hour.
/// The pods of its own Job are named too. They come one after the other: with a pod failure policy, Kubernetes makes another only when the one
/// before has ended (<c>podReplacementPolicy: Failed</c>), and none takes itself for gone.
/// </summary>
internal static class GoneMovers
{
    // Older locks are stale by restic's own rule before the next slot.
    private const int Most = 3;

    /// <summary>The arguments for the mover of <paramref name="backup"/>.</summary>
    public static Seq<string> Arguments(Backup backup, Survey survey, Settings settings) =>
        new[] { backup }.Concat(survey.BackupsOf(backup.Claim)
            .Where(other => other.Id.Uid != backup.Id.Uid && other.Id.Namespace == backup.Id.Namespace
                && other.Phase is BackupPhase.Finished { Result: Result.Failed } && !survey.JobsOf[other.Id.Uid].Any(job => MayRun(job, survey)))
            .OrderByDescending(other => other.Id.Created).ThenBy(other => other.Id.Name, StringComparer.Ordinal)
            .Take(Most))
            .SelectMany(other => new[] { "--dead-holder", $"{BackupStep.MoverParent(other, settings).NameOfChild()}-*" })
            .ToSeq().Strict();

    private static bool MayRun(MoverJob job, Survey survey) =>
        job.State is JobState.Unfinished || survey.PodsOf[job.Id.Uid].Any(pod => pod.State is not PodState.Ended);
}
