using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Movers;
using LanguageExt;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Removes what a finished backup made. Only what carries its uid as owner is touched. A failed mover's Job stays, with its pod and log, until the
/// PVCBackup itself goes: somebody will want to look. But a pod holds its claim as long as it is there, ended or not, and the claim is a volume
/// that somebody pays for: a night without the repository must not cost a volume for each claim. So of each claim only the newest failure
/// keeps its pod, and of these only the newest few; of the others the status keeps the mover's last words.
/// </summary>
internal static class CleaningUp
{
    /// <summary>The uids of the failed backups whose Jobs stay.</summary>
    public static System.Collections.Generic.HashSet<Uid> Kept(Survey survey, Settings settings) =>
        settings.FailedPods == 0
            ? []
            : survey.EndedBackups
                .Where(backup => backup.Phase is BackupPhase.Finished { Result: Result.Failed } && !backup.Id.Deleting && settings.Scope.Covers(backup.Id.Namespace)
                    && survey.JobsOf[backup.Id.Uid].Any(job => !job.Id.Deleting && !job.Outlived(backup.FinishedAt.IfNone(NodaTime.Instant.MinValue))))
                .OrderByDescending(backup => backup.FinishedAt.IfNone(NodaTime.Instant.MinValue)).ThenByDescending(backup => backup.Id.Created).ThenBy(backup => backup.Id.Namespace.Value, StringComparer.Ordinal)
                .ThenBy(backup => backup.Id.Name, StringComparer.Ordinal)
                .DistinctBy(backup => backup.Claim)
                .Take(settings.FailedPods)
                .Select(backup => backup.Id.Uid)
                .ToHashSet();

    /// <summary>The deletions after a finished backup.</summary>
    /// <param name="backup">The backup.</param>
    /// <param name="kept">The failed backups whose Jobs stay.</param>
    /// <param name="survey">What there is.</param>
    /// <param name="settings">How many Jobs of failed backups stay.</param>
    public static Plan After(Backup backup, System.Collections.Generic.HashSet<Uid> kept, Survey survey, Settings settings)
    {
        var uid = backup.Id.Uid;
        var finished = $"PVCBackup {backup.Id.Name} is finished";
        return Plan.Do(Sequences.Join(
            Delete(ObjectKind.Job, survey.JobsOf[uid].Where(job => !kept.Contains(uid) || job.Outlived(backup.FinishedAt.IfNone(NodaTime.Instant.MinValue))), job => job.Id, job => backup.IsSuccess || job.State is JobState.Unfinished
                ? finished
                : $"{finished}, and of failed ones only the newest of a claim keep their pods, {settings.FailedPods} in all (--failed-pods={settings.FailedPods})"),
            Delete(ObjectKind.Claim, survey.ClaimsOf[uid], claim => claim.Id, _ => finished),
            Delete(ObjectKind.VolumeSnapshot, survey.SnapshotsOf[uid], snapshot => snapshot.Id, _ => finished),
            Delete(ObjectKind.SnapshotContent, survey.ContentsOf[uid], content => content.Id, _ => finished),
            Delete(ObjectKind.Secret, survey.SecretsOf[uid], secret => secret, _ => finished)));

        Seq<PlannedAction> Delete<T>(ObjectKind kind, IEnumerable<T> objects, Func<T, Identity> identity, Func<T, string> why) =>
            objects.Where(item => !identity(item).Deleting && Removal.MayGo(kind, identity(item), uid, survey))
                .OrderBy(item => identity(item).Name, StringComparer.Ordinal)
                .Select(item => Removal.Delete(kind, identity(item), why(item)))
                .ToSeq().Strict();
    }
}
