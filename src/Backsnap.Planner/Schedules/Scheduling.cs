using System.Globalization;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Backups;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>
/// Judges every claim, and makes a PVCBackup for each whose slot is due (see <see cref="SlotDecision"/>). Of slots that were missed
/// only the newest is made up for, if any; a slot before the claim was created is never due.
/// </summary>
internal static class Scheduling
{
    /// <summary>The verdict on a claim, and the PVCBackup to make for it.</summary>
    public static Plan Of(Claim claim, Resolution resolution, Survey survey, Settings settings, Instant now) =>
        Obstacle(claim, survey, settings).Match(
            coverage => Judge(claim, coverage) with { IsFleeting = coverage is Coverage.Excluded { Reason: Exclusion.BeingRestored } },
            () => survey.Namespace(claim.Id.Namespace).Match(
                home => resolution.For(claim, home).Match(
                    Left: coverage => Judge(claim, coverage),
                    Right: inForce => Schedule(claim, inForce, survey, settings, now)),
                () => Judge(claim, new Coverage.Excluded(Exclusion.NamespaceUnknown, "its namespace was not seen yet"))));

    // What keeps a claim from being scheduled whatever its schedule says.
    private static Option<Coverage> Obstacle(Claim claim, Survey survey, Settings settings) => claim switch
    {
        _ when !settings.Scope.Covers(claim.Id.Namespace) => Excluded(Exclusion.NamespaceNotSelected, "its namespace is outside --namespaces or in --exclude-namespaces"),
        { IsTemporary: true } => Excluded(Exclusion.Temporary, "Backsnap made it itself, for a backup"),
        { Id.Deleting: true } => Excluded(Exclusion.Deleting, "it is being deleted"),
        _ when !survey.IsOpen(claim.Id.Namespace) => Excluded(Exclusion.Deleting, "its namespace is being deleted"),
        { Restoring.IsSome: true } => Excluded(Exclusion.BeingRestored, RestoreInWords(claim, survey)),
        _ when settings.Manual => Excluded(Exclusion.ManualMode, "the operator runs with --manual"),
        _ => None,
    };

    private static Plan Schedule(Claim claim, InForce inForce, Survey survey, Settings settings, Instant now) => Suitability.Of(claim, survey, settings) switch
    {
        Suitability.NotYet notYet => Judge(claim, new Coverage.Excluded(Exclusion.NotBound, notYet.Message)),
        Suitability.Unsuitable { Reason: "ClaimLost" } lost => Judge(claim, new Coverage.Excluded(Exclusion.NotBound, lost.Message)),
        Suitability.Unsuitable never => Judge(claim, new Coverage.Unsupported(never.Message)),
        Suitability.Suitable => Serve(claim, inForce, survey.BackupsOf(claim.Ref), survey, settings, now),
    };

    private static Plan Serve(Claim claim, InForce inForce, Seq<Backup> history, Survey survey, Settings settings, Instant now)
    {
        var decision = SlotDecision.Of(claim, inForce, history, settings, now);
        var due = decision is SlotDecision.Serve serve ? Some(serve.Slot) : None;
        var lastSuccess = history.Filter(backup => backup.IsSuccess).Bind(backup => backup.FinishedAt.ToSeq()).OrderByDescending(at => at).ToSeq().HeadOrNone();
        var coming = inForce.Timetable.Next(now);
        return (due | coming).Match(
            next => Judge(claim, new Coverage.Covered(inForce.Expression, inForce.Source, inForce.Timetable, next, lastSuccess))
                + Act(claim, inForce, decision, history, survey, settings, now)
                + (Plan.Empty with { WakeAt = coming }),
            () => Judge(claim, new Coverage.Invalid(inForce.Expression, inForce.Source, "it never fires again")));
    }

    private static Plan Act(Claim claim, InForce inForce, SlotDecision decision, Seq<Backup> history, Survey survey, Settings settings, Instant now) => decision switch
    {
        SlotDecision.Nothing or SlotDecision.PassOver => Plan.Empty,
        SlotDecision.Serve serve => Make(claim, inForce, serve.Slot, 1, serve.Why, history, survey),
        SlotDecision.TryAgain again when again.At > now => Plan.Wait(
            ObjectKind.Claim, claim.Id, $"{InWords(again, settings)} at {SlotName.Write(again.At)}, after: {again.After.Message}", Some(again.At)),
        SlotDecision.TryAgain again => Make(claim, inForce, again.Slot, again.Attempt, $"{InWords(again, settings)}, after: {again.After.Message}", history, survey),
        SlotDecision.LeaveIt leave => Plan.Wait(
            ObjectKind.Claim, claim.Id, $"its next slot; slot {SlotName.Write(leave.Slot)} is {leave.Why}: {leave.After.Message}", None),
        SlotDecision.GiveUp over => Plan.Tell(ObjectKind.PvcBackup, over.After.Id, over.Reason, $"{over.Why}: {over.After.Message}"),
    };

    private static Plan Make(Claim claim, InForce inForce, Instant slot, int attempt, string why, Seq<Backup> history, Survey survey) =>
        Hindrance.Of(claim, slot, history, survey, attempt).Match(
            hindrance => Plan.Wait(ObjectKind.Claim, claim.Id, $"slot {SlotName.Write(slot)} is not served yet: {hindrance.Why}", hindrance.Until),
            () => Plan.Do(new PlannedAction.Create(Scheduled(claim, inForce, slot, attempt), why))) with
        { IsFleeting = true };

    private static string InWords(SlotDecision.TryAgain again, Settings settings) =>
        $"attempt {again.Attempt} of {settings.Retries + 1} at slot {SlotName.Write(again.Slot)}";

    private static Manifest Scheduled(Claim claim, InForce inForce, Instant slot, int attempt) => new(ObjectKind.PvcBackup, claim.Id.Namespace, SlotName.For(claim.Ref, slot, attempt), Node.Object(
        Node.Set("apiVersion", ObjectKind.PvcBackup.ApiVersion),
        Node.Set("kind", ObjectKind.PvcBackup.Kind),
        Node.Set("metadata", Node.Object(
            Node.Set("name", SlotName.For(claim.Ref, slot, attempt)),
            Node.Set("namespace", claim.Id.Namespace.Value),
            Node.Set("labels", Node.Object(Node.Set(Marks.ManagedBy, Marks.Backsnap))),
            Node.Set("annotations", Node.Object(
                Node.Set(Marks.Slot, SlotName.Write(slot)), Node.Set(Marks.Attempt, attempt.ToString(CultureInfo.InvariantCulture)),
                Node.Set(Marks.ScheduleInForce, inForce.Canonical), Node.Set(Marks.ClaimUid, claim.Id.Uid.Value))))),
        Node.Set("spec", Node.Object([Node.Set("pvc", claim.Id.Name), .. Placing.Fields(inForce.Placement)]))), None);

    private static string RestoreInWords(Claim claim, Survey survey) =>
        survey.Cluster.Restores.Find(restore => claim.Restoring.Contains(restore.Id.Uid)).Match(
            restore => restore.Phase.IsFinished ? $"PVCRestore {restore.Id.Name} filled it only in part: {restore.Message}" : $"PVCRestore {restore.Id.Name} fills it",
            () => $"a PVCRestore that no longer exists was filling it; remove its annotation {Marks.Restoring} if its content is good, or delete it");

    private static Option<Coverage> Excluded(Exclusion reason, string detail) => Some<Coverage>(new Coverage.Excluded(reason, detail));

    private static Plan Judge(Claim claim, Coverage coverage) => Plan.Empty with { Verdicts = Seq1(new Verdict(claim.Ref, coverage)) };
}
