using Backsnap.Domain.Backups;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Deletes PVCBackups whose time to live is over. A claim's newest success and its newest attempt stay whatever their age: the
/// first says that there is a backup at all, the second which slots were served.
/// </summary>
internal static class Expiring
{
    /// <summary>The plan for all finished backups.</summary>
    public static Plan Steps(Survey survey, Settings settings, Instant now) =>
        Plan.Concat(survey.BackupsOf
            .Where(history => settings.Scope.Covers(history.Key.Namespace))
            .OrderBy(history => history.Key.ToString(), StringComparer.Ordinal)
            .SelectMany(history => Expirable(history.ToSeq().Strict()).Select(backup => Expire(backup, settings, now))));

    /// <summary>The backups of one claim that may go once they are old enough.</summary>
    public static Seq<Backup> Expirable(Seq<Backup> history)
    {
        var finished = history.Filter(backup => backup.Phase.IsFinished && !backup.Id.Deleting).OrderByDescending(Moment).ToSeq().Strict();
        var kept = Sequences.Join(
            finished.Find(backup => backup.IsSuccess).ToSeq().Map(backup => backup.Id.Uid),
            history.Filter(backup => backup.Slot.IsSome && !backup.Id.Deleting).OrderByDescending(backup => (backup.Slot.IfNone(Instant.MinValue), backup.Id.Created, backup.Id.Name)).ToSeq().HeadOrNone().ToSeq().Map(backup => backup.Id.Uid));
        return finished.Filter(backup => !kept.Contains(backup.Id.Uid)).Strict();
    }

    // Of two that finished in the same second, the one that was made later is the newer.
    private static (Instant, Instant, string) Moment(Backup backup) => (backup.FinishedAt.IfNone(Instant.MinValue), backup.Id.Created, backup.Id.Name);

    private static Plan Expire(Backup backup, Settings settings, Instant now)
    {
        // Clients of the original write an absent time to live as "0s".
        var ttl = backup.Ttl.Bind(asked => asked.ToOption()).Filter(asked => asked > Duration.Zero).IfNone(settings.Ttl);
        var until = backup.FinishedAt.IfNone(now) + ttl;
        return now >= until
            ? Plan.Do(new PlannedAction.Delete(ObjectKind.PvcBackup, backup.Id, Unchanged: true, $"its time to live of {GoDuration.Print(ttl)} is over, and it is not the newest success of claim {backup.Claim}"))
            : Plan.Empty with { WakeAt = Some(until) };
    }
}
