using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Takes every PVCBackup one step on: gives places to those that wait, in order, and leads those that hold one to their end.
/// </summary>
internal static class Backing
{
    /// <summary>The plan for all backups.</summary>
    public static Plan Steps(Survey survey, Settings settings, Instant now)
    {
        var open = survey.Cluster.Backups
            .Filter(backup => settings.Scope.Covers(backup.Id.Namespace) && !backup.Id.Deleting && survey.IsOpen(backup.Id.Namespace))
            .OrderBy(Order, StringComparer.Ordinal)
            .ToSeq().Strict();
        var unfinished = open.Filter(backup => !backup.Phase.IsFinished).Strict();
        var able = open.Filter(backup => survey.TroubleOf(ObjectKind.PvcBackup, backup.Id).IsNone).Strict();

        return Plan.Concat(
            able.Filter(backup => backup.Phase.HoldsPlace).Select(backup => BackupStep.Advance(backup, survey, settings, now))
            .Append(Admit(unfinished, survey, settings, now))
            .Concat(able.Filter(backup => backup.Phase.IsFinished).Select(backup => CleaningUp.After(backup, survey)))
            .Concat(open.Bind(backup => survey.TroubleOf(ObjectKind.PvcBackup, backup.Id).Map(trouble => LeaveAlone(backup, trouble)).ToSeq())));
    }

    /// <summary>
    /// Gives the free places away. A backup whose claim is not ready waits beside the queue, not in it: one claim's trouble
    /// never holds another's backup.
    /// </summary>
    private static Plan Admit(Seq<Backup> unfinished, Survey survey, Settings settings, Instant now)
    {
        var waiting = unfinished.Filter(backup => !backup.Phase.HoldsPlace && survey.TroubleOf(ObjectKind.PvcBackup, backup.Id).IsNone)
            .OrderBy(backup => backup.Slot.IsSome).ThenBy(backup => backup.Slot.IfNone(backup.Id.Created)).ThenBy(Order, StringComparer.Ordinal)
            .Select(backup => (Backup: backup, Suitability: Suitability.Of(backup.Claim, survey, settings)))
            .ToSeq().Strict();
        var running = unfinished.Filter(backup => backup.Phase.HoldsPlace).Strict();
        var busy = running.Map(backup => backup.Claim).ToHashSet();
        var pause = PauseUntil(survey, settings).Filter(until => until > now);

        // Two backups of one claim would fight for its repository; the second takes its turn after the first.
        var ready = waiting
            .Filter(candidate => candidate.Suitability is Suitability.Suitable && !busy.Contains(candidate.Backup.Claim))
            .GroupBy(candidate => candidate.Backup.Claim).Select(group => group.First())
            .ToSeq().Strict();
        var places = pause.IsSome ? 0 : Math.Max(0, Math.Min(settings.MaxRunning, settings.SleepBetween > Duration.Zero ? running.Count + 1 : settings.MaxRunning) - running.Count);
        var admitted = ready.Take(places).Map(candidate => candidate.Backup.Id.Uid).ToHashSet();

        return Plan.Concat(waiting.Map(candidate => candidate.Suitability switch
        {
            Suitability.Suitable suitable when admitted.Contains(candidate.Backup.Id.Uid) => BackupStep.Begin(candidate.Backup, suitable, now),
            Suitability.Suitable => Queue(candidate.Backup, busy.Contains(candidate.Backup.Claim), pause, settings, now),
            Suitability.NotYet notYet => BackupStep.BePatient(candidate.Backup, notYet, now),
            Suitability.Unsuitable never => Plan.Do(BackupStatus.Failed(candidate.Backup, None, now, now, never.Reason, never.Message, None)),
        }));
    }

    private static Plan LeaveAlone(Backup backup, Trouble trouble) =>
        Plan.Wait(ObjectKind.PvcBackup, backup.Id, $"the API server refused a write: {trouble.Why}", Some(trouble.Until));

    private static Plan Queue(Backup backup, bool claimIsBusy, Option<Instant> pause, Settings settings, Instant now)
    {
        var message = claimIsBusy ? $"waits for the running backup of claim {backup.Claim}"
            : pause.IsSome ? $"waits for the pause between backups (--sleep-between-backups={GoDuration.Print(settings.SleepBetween)})"
            : $"waits for a place among the running backups (--max-running-backups={settings.MaxRunning})";
        return Plan.Do(BackupStatus.Pending(backup, now, "Queued", message)) + Plan.Wait(ObjectKind.PvcBackup, backup.Id, message, pause);
    }

    // The pause counts from the end of the newest finished backup; a restart of the operator neither forgets nor prolongs it.
    private static Option<Instant> PauseUntil(Survey survey, Settings settings) =>
        settings.SleepBetween == Duration.Zero
            ? None
            : survey.Cluster.Backups.Bind(backup => backup.FinishedAt.ToSeq())
                .Fold(Option<Instant>.None, (newest, at) => Some(newest.Match(known => Instant.Max(known, at), () => at)))
                .Map(at => at + settings.SleepBetween);

    private static string Order(Backup backup) => $"{backup.Id.Namespace}/{backup.Id.Name}";
}
