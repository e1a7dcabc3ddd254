using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Schedules;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>
/// Finds what became of a claim's last slots. Nobody keeps a journal of them: it is read from the PVCBackups that are still there, and
/// where they say nothing, that is said.
/// </summary>
internal sealed class Bygone(Claim claim, Survey survey, Settings settings, Instant now)
{
    private readonly Seq<Backup> history = survey.BackupsOf(claim.Ref);

    /// <summary>The last slots of a claim that is backed up, those that were served under an earlier schedule among them.</summary>
    public Seq<PastSlot> Of(InForce inForce, int most)
    {
        var decision = SlotDecision.Of(claim, inForce, history, settings, now);
        var since = history.Filter(backup => backup.MadeUnder.Exists(under => under != inForce.Canonical)).Bind(backup => backup.Slot.ToSeq())
            .Fold(claim.Id.Created, Instant.Max);
        var slots = Latest(inForce.Timetable, most).Filter(slot => slot > since).Strict();
        var judged = slots.Map(slot => (Slot: slot, Servant: Servant(slot, inForce))).Strict();
        var known = judged.Bind(item => item.Servant.ToSeq()).Map(backup => backup.Id.Uid).ToHashSet();
        return Newest(
            Sequences.Join(
                judged.Map(item => new PastSlot(item.Slot, item.Servant.Map(servant => Outcome(servant, decision)).IfNone(() => Unserved(item.Slot, inForce, decision)))),
                First(decision),
                Served(most, decision).Filter(past => past.Outcome is SlotOutcome.Served served && !history.Exists(backup => backup.Id.Name == served.Backup && known.Contains(backup.Id.Uid)))),
            most);
    }

    /// <summary>The last slots for which there is a PVCBackup.</summary>
    public Seq<PastSlot> Served(int most) => Served(most, new SlotDecision.Nothing());

    private Seq<PastSlot> Served(int most, SlotDecision decision) =>
        Newest(
            History.Scheduled(history).GroupBy(backup => backup.Slot).Select(attempts => attempts.First()).ToSeq().Strict()
                .Bind(backup => backup.Slot.Map(slot => new PastSlot(slot, Outcome(backup, decision))).ToSeq()),
            most);

    private static Seq<PastSlot> Newest(Seq<PastSlot> slots, int most) =>
        slots.OrderByDescending(slot => slot.At).Take(most).Reverse().ToSeq().Strict();

    private SlotOutcome Outcome(Backup backup, SlotDecision decision) => new SlotOutcome.Served(backup.Id.Name, backup.Phase, backup.Message, backup.Attempt)
    {
        Next = decision switch
        {
            SlotDecision.TryAgain again when again.After.Id.Uid == backup.Id.Uid => Some($"attempt {again.Attempt} of {settings.Retries + 1} at {SlotName.Write(again.At)}"),
            SlotDecision.LeaveIt leave when leave.After.Id.Uid == backup.Id.Uid => Some(leave.Why),
            SlotDecision.GiveUp over when over.After.Id.Uid == backup.Id.Uid => Some(over.Why),
            SlotDecision.TryAgain or SlotDecision.LeaveIt or SlotDecision.GiveUp or SlotDecision.Serve or SlotDecision.PassOver or SlotDecision.Nothing => None,
        },
    };

    private Option<Backup> Servant(Instant slot, InForce inForce) =>
        SlotDecision.Servant(slot, claim, inForce, history) | history.Find(backup => backup.Id.Name == SlotName.For(claim.Ref, slot));

    // The creation of a new claim is a slot of its own, beside the schedule's.
    private Seq<PastSlot> First(SlotDecision decision) =>
        decision is SlotDecision.Serve serve && serve.Slot == claim.Id.Created ? Seq1(new PastSlot(serve.Slot, Due(serve.Slot))) : Seq<PastSlot>();

    private SlotOutcome Due(Instant slot) => new SlotOutcome.Due(Hindrance.Of(claim, slot, history, survey).Map(hindrance => hindrance.Why));

    private SlotOutcome Unserved(Instant slot, InForce inForce, SlotDecision decision) => decision switch
    {
        SlotDecision.Serve serve when serve.Slot == slot => Due(slot),
        SlotDecision.PassOver over when over.Slot == slot => new SlotOutcome.Missed(over.Why),
        SlotDecision.Serve or SlotDecision.PassOver or SlotDecision.TryAgain or SlotDecision.LeaveIt or SlotDecision.GiveUp or SlotDecision.Nothing => Blocker(slot).Match<SlotOutcome>(
            running => new SlotOutcome.Missed($"PVCBackup {running.Id.Name} was not over yet, and backups of one claim do not overlap"),
            () => slot + settings.Ttl <= now
                ? new SlotOutcome.Unknown($"no PVCBackup is there; one that had served it would be deleted by now (time to live: {GoDuration.Print(settings.Ttl)})")
                : new SlotOutcome.Missed("no PVCBackup was made: the operator did not run, or the claim could not be backed up then"
                    + (inForce.Timetable.LatestAt(now) > slot && settings.CatchUp ? "; of missed slots only the newest is made up for" : ""))),
    };

    private Option<Backup> Blocker(Instant slot) =>
        history.Find(backup => backup.Id.Created <= slot && !backup.Slot.Contains(slot) && backup.FinishedAt.ForAll(finished => finished > slot));

    private Seq<Instant> Latest(Timetable timetable, int most)
    {
        var slots = new List<Instant>();
        for (var slot = timetable.LatestAt(now); slots.Count < most && slot.Case is SomeCase<Instant>(var found); slot = timetable.Previous(found))
        {
            slots.Add(found);
        }

        return slots.ToSeq().Strict();
    }
}
