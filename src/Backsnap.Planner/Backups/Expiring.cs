using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Index;
using Backsnap.Planner.Schedules;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Deletes PVCBackups whose time to live is over, and of the failed ones of a claim all but a few. While the claim exists, its newest
/// success and its newest attempt stay whatever their age: the first says that there is a backup at all, the second which slots were
/// served. Of a claim that is gone everything goes in its time: nothing is kept for ever for nobody.
/// </summary>
internal static class Expiring
{
    /// <summary>The plan for the finished backups of one claim.</summary>
    public static Plan Of(Dossier dossier, Survey survey, Settings settings, Instant now) =>
        settings.Scope.Covers(dossier.Name.Namespace) && !dossier.Backups.IsEmpty
            ? Plan.Concat(Of(dossier.Name, dossier.Backups, dossier.Claim.IsSome || IsComing(dossier.Name, survey), settings, now))
            : Plan.Empty;

    // A claim that is being brought back exists as good as ever: its history must be there when it is.
    private static bool IsComing(ClaimRef claim, Survey survey) =>
        survey.Cluster.Restores.Exists(restore => !restore.Phase.IsFinished && (restore.Source == claim || restore.TargetRef == claim));

    /// <summary>The finished backups of one claim that may go: once they are old enough, or as soon as there are too many of their kind.</summary>
    /// <param name="history">All of the claim's backups.</param>
    /// <param name="claimExists">Whether the claim is there.</param>
    public static Seq<Backup> Expirable(Seq<Backup> history, bool claimExists)
    {
        var finished = Newest(history.Filter(backup => backup.Phase.IsFinished && !backup.Id.Deleting));
        var kept = claimExists
            ? Sequences.Join(finished.Find(backup => backup.IsSuccess).ToSeq(), History.Newest(history.Filter(backup => !backup.Id.Deleting).Strict()).ToSeq()).Map(backup => backup.Id.Uid)
            : Seq<Uid>();
        return finished.Filter(backup => !kept.Contains(backup.Id.Uid)).Strict();
    }

    private static IEnumerable<Plan> Of(ClaimRef claim, Seq<Backup> history, bool claimExists, Settings settings, Instant now)
    {
        var expirable = Expirable(history, claimExists);
        var failed = Newest(history.Filter(backup => IsFailed(backup) && !backup.Id.Deleting));

        // One that must stay takes up a place whatever its age, so that no more than the allowed number is there.
        var staying = failed.Filter(backup => !expirable.Contains(backup)).Count;
        var surplus = expirable.Filter(IsFailed).Skip(Math.Max(0, settings.FailedHistory - staying)).Map(backup => backup.Id.Uid).ToHashSet();
        return expirable.Map(backup => surplus.Contains(backup.Id.Uid)
            ? Delete(backup, $"of the failed backups of claim {claim} only the newest are kept (--failed-history={settings.FailedHistory})")
            : Expire(backup, claimExists, settings, now));
    }

    private static bool IsFailed(Backup backup) => backup.Phase is BackupPhase.Finished { Result: Result.Failed };

    // Of two that finished in the same second, the one that was made later is the newer.
    private static Seq<Backup> Newest(Seq<Backup> finished) => finished
        .OrderByDescending(backup => backup.FinishedAt.IfNone(Instant.MinValue)).ThenByDescending(backup => backup.Id.Created).ThenByDescending(backup => backup.Id.Name, StringComparer.Ordinal)
        .ToSeq().Strict();

    private static Plan Expire(Backup backup, bool claimExists, Settings settings, Instant now)
    {
        // Clients of the original write an absent time to live as "0s".
        var ttl = backup.Ttl.Bind(asked => asked.ToOption()).Filter(asked => asked > Duration.Zero).IfNone(IsFailed(backup) ? settings.FailedTtl : settings.Ttl);
        var until = backup.FinishedAt.IfNone(now) + ttl;
        return now >= until
            ? Delete(backup, $"its time to live of {GoDuration.Print(ttl)} is over, and {(claimExists ? $"it is not the newest success of claim {backup.Claim}" : $"claim {backup.Claim} is gone")}")
            : Plan.Empty with { WakeAt = Some(until) };
    }

    private static Plan Delete(Backup backup, string why) => Plan.Do(new PlannedAction.Delete(ObjectKind.PvcBackup, backup.Id, Unchanged: true, why));
}
