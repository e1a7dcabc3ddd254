using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Maintenances;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Admission;

/// <summary>What becomes of those that wait.</summary>
/// <param name="Steps">Those that begin, and those that never will.</param>
/// <param name="Places">What the others are told of their place in the queue. Nobody is kept waiting for that.</param>
internal sealed record Admitted(Plan Steps, Plan Places);

/// <summary>
/// Gives free places to those that wait, before anything is created for them. A backup whose claim is not ready waits beside the queue, not in
/// it: one claim's trouble never holds another's backup. Restores take no places and wait for none.
/// </summary>
internal static class Admitting
{
    /// <summary>The plan for the backups that have not begun.</summary>
    /// <param name="waiting">Those that wait and may be written.</param>
    /// <param name="running">Those that hold places.</param>
    /// <param name="survey">What there is.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="now">The time.</param>
    public static Admitted Steps(Seq<Backup> waiting, Seq<Backup> running, Survey survey, Settings settings, Instant now)
    {
        var judged = waiting.Filter(backup => !backup.StopAsked).Map(backup => (Backup: backup, Suitability: Suitability.Of(backup.Claim, survey, settings))).Strict();
        var pause = PauseUntil(survey, settings).Filter(until => until > now);
        var candidates = Candidates(judged.Bind(one => one.Suitability is Suitability.Suitable suitable ? Seq1((one.Backup, suitable)) : Seq<(Backup, Suitability.Suitable)>()), survey, settings);
        var busy = running.Map(backup => (backup.Claim, Before(backup)))
            .Then(Maintaining.UsersOf(survey).Select(user => (user.Key, $"waits until PVCMaintenance {user.Value.Id.Name} is over, which works on the repository")).ToSeq());
        var (ready, behind) = OneForEachClaim(candidates, busy);
        var turns = Queue.Turns(ready, Occupancy.Of(running, survey, settings, pause.IsSome));
        var left = turns.Count(turn => turn.Waits.IsSome);
        return new Admitted(
            Plan.Concat(
                waiting.AsEnumerable().Where(backup => backup.StopAsked).Select(backup => BackupStep.Stop(backup, now))
                .Concat(judged.SelectMany(one => OutsideTheQueue(one.Backup, one.Suitability, now).ToSeq()))
                .Concat(turns.Where(turn => turn.Waits.IsNone).Select(turn => BackupStep.Begin(turn.Candidate.Backup, turn.Candidate.Suitable, now)))),
            Plan.Concat(
                behind.AsEnumerable().Select(pair => Behind(pair.Backup, pair.Why, now))
                .Concat(turns.Where(turn => turn.Waits.IsSome).Select((turn, index) => InQueue(turn, index + 1, left, settings, pause, now)))));
    }

    private static IReadOnlyList<Candidate> Candidates(Seq<(Backup Backup, Suitability.Suitable Suitable)> able, Survey survey, Settings settings)
    {
        if (able.IsEmpty)
        {
            return [];
        }

        var asOf = Urgency.AsOf(survey);
        var (urgency, distressed) = (new Urgency(survey, settings), Distress.Drivers(survey, settings, asOf));
        return [.. able.Select(one => new Candidate(
            one.Backup, one.Suitable, Whereabouts.NodeOf(one.Backup, survey), RankOf(one.Backup, distressed.Contains(one.Suitable.Class.Driver)), urgency.Of(one.Backup, asOf)))];
    }

    private static Rank RankOf(Backup backup, bool distressed) => (ByHand: backup.Slot.IsNone, InTrouble: distressed || backup.Attempt > 1) switch
    {
        { ByHand: true, InTrouble: false } => Rank.ByHand,
        { ByHand: true, InTrouble: true } => Rank.ByHandInTrouble,
        { ByHand: false, InTrouble: false } => Rank.Scheduled,
        { ByHand: false, InTrouble: true } => Rank.ScheduledInTrouble,
    };

    // Two backups of one claim would fight for its repository; the second takes its turn after the first.
    private static (Seq<Candidate> Ready, Seq<(Backup Backup, string Why)> Behind) OneForEachClaim(IReadOnlyList<Candidate> candidates, Seq<(ClaimRef Claim, string Why)> busy)
    {
        var first = new Dictionary<ClaimRef, string>();
        busy.Iter(one => first[one.Claim] = one.Why);
        var (ready, behind) = (new List<Candidate>(), new List<(Backup, string)>());
        foreach (var candidate in candidates.OrderBy(candidate => candidate.Rank).ThenByDescending(candidate => candidate.Overdue).ThenBy(candidate => candidate.Backup.Id.Name, StringComparer.Ordinal))
        {
            if (first.TryAdd(candidate.Backup.Claim, Before(candidate.Backup)))
            {
                ready.Add(candidate);
            }
            else
            {
                behind.Add((candidate.Backup, first[candidate.Backup.Claim]));
            }
        }

        return (ready.ToSeq().Strict(), behind.ToSeq().Strict());
    }

    private static Option<Plan> OutsideTheQueue(Backup backup, Suitability suitability, Instant now) => suitability switch
    {
        Suitability.Suitable => None,
        Suitability.NotYet notYet => Some(BackupStep.BePatient(backup, notYet, now)),
        Suitability.Unsuitable never => Some(Plan.Do(BackupStatus.Failed(backup, None, now, now, never.Reason, never.Message, None))),
    };

    private static string Before(Backup backup) => $"waits for PVCBackup {backup.Id.Name} of the same claim";

    private static Plan Behind(Backup backup, string message, Instant now) =>
        Plan.Do(BackupStatus.Pending(backup, now, "Queued", message)) + Plan.Wait(ObjectKind.PvcBackup, backup.Id, message, None);

    private static Plan InQueue(Turn turn, int position, int of, Settings settings, Option<Instant> pause, Instant now)
    {
        var backup = turn.Candidate.Backup;
        var message = Place.Message(backup, position, of, Place.Why(turn.Candidate, turn.Waits.IfNone(Limit.Places), settings));
        var wait = $"position {position} of {of} in the queue: " + (pause.IsSome
            ? $"waits for the pause between backups (--sleep-between-backups={GoDuration.Print(settings.SleepBetween)})"
            : Place.Why(turn.Candidate, turn.Waits.IfNone(Limit.Places), settings));
        return Plan.Do(BackupStatus.Pending(backup, now, "Queued", message)) + Plan.Wait(ObjectKind.PvcBackup, backup.Id, wait, pause);
    }

    // The pause counts from the end of the newest finished backup; a restart of the operator neither forgets nor prolongs it.
    private static Option<Instant> PauseUntil(Survey survey, Settings settings) =>
        settings.SleepBetween == Duration.Zero
            ? None
            : survey.Dossiers.SelectMany(dossier => dossier.Newest.End.ToSeq())
                .Fold(Option<Instant>.None, (newest, at) => Some(newest.Match(known => Instant.Max(known, at), () => at)))
                .Map(at => at + settings.SleepBetween);
}
