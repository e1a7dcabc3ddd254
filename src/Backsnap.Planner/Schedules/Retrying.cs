using Backsnap.Domain.Backups;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>
/// Whether a slot whose backup failed is tried again: with a PVCBackup of its own, and so with a fresh snapshot, after a pause that
/// grows, a bounded number of times, and never once the next slot has come. It is found from the newest attempt alone, which says its own
/// number: that earlier ones were deleted changes nothing.
/// </summary>
internal static class Retrying
{
    private static readonly Duration FirstPause = Duration.FromMinutes(5);

    // Two to this power times five minutes is ten years; a longer pause would leave the calendar.
    private const int MostDoublings = 20;

    /// <summary>The decision on the newest slot of a claim, which was served; None where it did not fail.</summary>
    /// <param name="newest">The newest attempt at that slot.</param>
    /// <param name="history">All PVCBackups of the claim.</param>
    /// <param name="next">The claim's next slot.</param>
    /// <param name="settings">How often it is tried again.</param>
    public static Option<SlotDecision> After(Backup newest, Seq<Backup> history, Option<Instant> next, Settings settings) =>
        from slot in newest.Slot
        from failed in newest.Phase is BackupPhase.Finished { Result: Result.Failed } finished ? Some(finished) : None
        where !IsMended(failed.At, history)
        select Judge(newest, slot, failed.At, next, settings);

    /// <summary>The pause before an attempt: five minutes before the second, and twice as long before each further one.</summary>
    public static Duration PauseBefore(int attempt) => FirstPause * Math.Pow(2, Math.Clamp(attempt - 2, 0, MostDoublings));

    // Somebody made a backup by hand meanwhile, and it succeeded: what the slot was for is there.
    private static bool IsMended(Instant failedAt, Seq<Backup> history) =>
        history.Exists(backup => backup.IsSuccess && backup.FinishedAt.Exists(at => at >= failedAt));

    private static SlotDecision Judge(Backup newest, Instant slot, Instant failedAt, Option<Instant> next, Settings settings)
    {
        var attempt = newest.Attempt + 1;
        var at = failedAt + PauseBefore(attempt);
        return FailureReason.RemedyOf(newest.Reason) switch
        {
            Remedy.Somebody => new SlotDecision.GiveUp(newest, "NotRetried", $"not retried: another try would not mend {newest.Reason}; the next slot is tried"),
            Remedy.AnotherTry when settings.Retries == 0 => new SlotDecision.LeaveIt(newest, slot, "not tried again (--retries=0)"),
            Remedy.AnotherTry when next.Exists(coming => at >= coming) => new SlotDecision.LeaveIt(newest, slot, "not tried again, for the next slot comes before that"),
            Remedy.AnotherTry when attempt > settings.Retries + 1 =>
                new SlotDecision.GiveUp(newest, "RetriesExhausted", $"not retried any more: {newest.Attempt} attempts failed (--retries={settings.Retries}); the next slot starts anew"),
            Remedy.AnotherTry => new SlotDecision.TryAgain(newest, slot, attempt, at),
        };
    }
}
