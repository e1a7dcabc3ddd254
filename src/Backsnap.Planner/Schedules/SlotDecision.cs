using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Schedules;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>What is to become, now, of the newest slot of a claim that can be backed up.</summary>
internal abstract record SlotDecision
{
    /// <summary>How far before a slot, in parts of the interval before it, a served slot still counts as this one (clock skew).</summary>
    private const double Tolerance = 0.01;

    private static readonly Duration LongestGrace = Duration.FromMinutes(5);

    private SlotDecision() { }

    /// <summary>There is none yet, or it was served.</summary>
    public sealed record Nothing : SlotDecision;

    /// <summary>It passed, and is not made up for.</summary>
    public sealed record PassOver(Instant Slot, string Why) : SlotDecision;

    /// <summary>It is to be served.</summary>
    public sealed record Serve(Instant Slot, string Why) : SlotDecision;

    /// <summary>Its newest attempt failed; the next one is made at <paramref name="At"/>, which may be now.</summary>
    public sealed record TryAgain(Backup After, Instant Slot, int Attempt, Instant At) : SlotDecision;

    /// <summary>Its newest attempt failed, and it is left to the next slot, as it should be.</summary>
    public sealed record LeaveIt(Backup After, Instant Slot, string Why) : SlotDecision;

    /// <summary>Its newest attempt failed, and no other is made; somebody should know.</summary>
    public sealed record GiveUp(Backup After, string Reason, string Why) : SlotDecision;

    /// <summary>
    /// Decides. It is a function of the schedule, what was made so far, and the time: asked again it says the same until the slot is
    /// served or the next one comes.
    /// </summary>
    public static SlotDecision Of(Claim claim, InForce inForce, Seq<Backup> history, Settings settings, Instant now)
    {
        var slot = inForce.Timetable.LatestAt(now).Filter(latest => latest > claim.Id.Created && !IsServed(latest, claim, inForce, history));
        var lost = slot.Filter(due => IsLate(due, inForce, now)).Bind(_ => WhyNotMadeUp(inForce, history, settings));
        return (slot.Filter(_ => lost.IsNone).Map(due => (SlotDecision)new Serve(due, $"slot {SlotName.Write(due)} of {inForce.Timetable.Describe()} ({Resolution.Place(inForce.Source)}) is due"))
                | First(claim, history, settings))
            .IfNone(() => slot.Match<SlotDecision>(
                passed => new PassOver(passed, lost.IfNone("")),
                () => Again(claim, inForce, history, settings, now).IfNone(new Nothing())));
    }

    /// <summary>
    /// The PVCBackup that served a slot, if one did: made for it, or for one so little before it that only clocks or a small change of
    /// the schedule lie between. A claim's creation, which is the slot of a first backup, serves no other slot.
    /// </summary>
    public static Option<Backup> Servant(Instant slot, Claim claim, InForce inForce, Seq<Backup> history)
    {
        var slack = inForce.Timetable.Previous(slot).Map(previous => (slot - previous) * Tolerance).IfNone(Duration.Zero);
        return History.Newest(history.Filter(backup => backup.Slot.Exists(served => served == slot || (served > claim.Id.Created && served < slot && served >= slot - slack))));
    }

    /// <summary>How long after a slot it still counts as on time: five minutes, or half of the interval before it where that is less.</summary>
    public static Duration Grace(Instant slot, Timetable timetable) =>
        timetable.Previous(slot).Map(previous => Duration.Min(LongestGrace, (slot - previous) / 2)).IfNone(LongestGrace);

    private static bool IsLate(Instant slot, InForce inForce, Instant now) => now - slot > Grace(slot, inForce.Timetable);

    // A later slot that was served counts too: clocks may have been set back. So does a name that is taken: creating it again would only
    // be refused.
    private static bool IsServed(Instant slot, Claim claim, InForce inForce, Seq<Backup> history) =>
        history.Exists(backup => backup.Slot.Exists(served => served > slot) || backup.Id.Name == SlotName.For(claim.Ref, slot))
        || Servant(slot, claim, inForce, history).IsSome;

    private static Option<string> WhyNotMadeUp(InForce inForce, Seq<Backup> history, Settings settings) =>
        !settings.CatchUp
            ? Some("it was missed, and missed slots are not made up for (--catch-up=false)")
            : History.Newest(history).Bind(newest => newest.MadeUnder).Filter(earlier => earlier != inForce.Canonical)
                .Map(earlier => $"it had passed when the schedule was seen to have changed (the newest scheduled backup was made under '{earlier}'); a changed schedule holds from its next slot on");

    // The claim's own slots are never before its creation; those of an earlier claim of its name are.
    private static Option<SlotDecision> First(Claim claim, Seq<Backup> history, Settings settings) =>
        settings.BackupNewClaims && !history.Exists(backup => backup.Slot.Exists(served => served >= claim.Id.Created) || backup.Id.Name == SlotName.For(claim.Ref, claim.Id.Created))
            ? Some<SlotDecision>(new Serve(claim.Id.Created, "it has no scheduled backup yet (--backup-new-claims)"))
            : None;

    // Only the newest slot is tried again, and only if the newest attempt is at that very slot, not at one before it or of an earlier claim.
    private static Option<SlotDecision> Again(Claim claim, InForce inForce, Seq<Backup> history, Settings settings, Instant now) =>
        History.Newest(history)
            .Filter(newest => newest.Slot.Exists(served => served >= claim.Id.Created && inForce.Timetable.LatestAt(now).Filter(latest => latest > claim.Id.Created)
                .ForAll(latest => served >= latest || Servant(latest, claim, inForce, history).Exists(servant => servant.Id.Uid == newest.Id.Uid))))
            .Bind(newest => Retrying.After(newest, history, inForce.Timetable.Next(now), settings));
}
