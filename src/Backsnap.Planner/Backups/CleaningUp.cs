using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Removes what a finished backup made. Only what carries its uid as owner is touched. A failed mover's Job stays, with its pod
/// and log, until the PVCBackup itself goes: somebody will want to look.
/// </summary>
internal static class CleaningUp
{
    /// <summary>The deletions after a finished backup.</summary>
    public static Plan After(Backup backup, Survey survey)
    {
        var uid = backup.Id.Uid;
        return Plan.Do(Sequences.Join(
            Delete(ObjectKind.Job, survey.JobsOf[uid].Where(job => backup.IsSuccess || job.State is JobState.Unfinished).Select(job => job.Id)),
            Delete(ObjectKind.Claim, survey.ClaimsOf[uid].Select(claim => claim.Id)),
            Delete(ObjectKind.VolumeSnapshot, survey.SnapshotsOf[uid].Select(snapshot => snapshot.Id)),
            Delete(ObjectKind.Secret, survey.SecretsOf[uid])));

        Seq<PlannedAction> Delete(ObjectKind kind, IEnumerable<Identity> objects) =>
            objects.Where(item => !item.Deleting)
                .OrderBy(item => item.Name, StringComparer.Ordinal)
                .Select(item => (PlannedAction)new PlannedAction.Delete(kind, item, Unchanged: false, $"PVCBackup {backup.Id.Name} is finished"))
                .ToSeq().Strict();
    }
}
