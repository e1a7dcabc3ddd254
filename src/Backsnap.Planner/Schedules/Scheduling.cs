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
/// Judges every claim, and makes a PVCBackup for each whose slot is due. Of slots that were missed only the newest is made up
/// for; a slot before the claim was created is never due.
/// </summary>
internal static class Scheduling
{
    /// <summary>How far before a slot, in parts of the interval before it, a served slot still counts as this one (clock skew).</summary>
    private const double Tolerance = 0.01;

    /// <summary>The verdicts and the PVCBackups to make.</summary>
    public static Plan Steps(Survey survey, Settings settings, Instant now)
    {
        var resolution = new Resolution(survey.Cluster, settings);
        return Plan.Concat(survey.Cluster.Claims
            .OrderBy(claim => claim.Id.Namespace.Value, StringComparer.Ordinal).ThenBy(claim => claim.Id.Name, StringComparer.Ordinal)
            .Select(claim => Obstacle(claim, survey, settings).Match(
                coverage => Judge(claim, coverage),
                () => survey.Namespace(claim.Id.Namespace).Match(
                    home => resolution.For(claim, home).Match(
                        Left: coverage => Judge(claim, coverage),
                        Right: inForce => Schedule(claim, inForce, survey, settings, now)),
                    () => Judge(claim, new Coverage.Excluded(Exclusion.NamespaceUnknown, "its namespace was not seen yet"))))));
    }

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
        Suitability.Suitable => Serve(claim, inForce, survey.BackupsOf[claim.Ref].ToSeq().Strict(), survey, now),
    };

    private static Plan Serve(Claim claim, InForce inForce, Seq<Backup> history, Survey survey, Instant now)
    {
        var due = Due(claim, inForce, history, now);
        var lastSuccess = history.Filter(backup => backup.IsSuccess).Bind(backup => backup.FinishedAt.ToSeq()).OrderByDescending(at => at).ToSeq().HeadOrNone();
        return (due | inForce.Timetable.Next(now)).Match(
            next => Judge(claim, new Coverage.Covered(inForce.Expression, inForce.Source, inForce.Timetable.Describe(), next, lastSuccess))
                + due.Filter(_ => history.ForAll(backup => backup.Phase.IsFinished)).Map(slot => Begin(claim, slot, inForce, survey)).IfNone(Plan.Empty)
                + (Plan.Empty with { WakeAt = inForce.Timetable.Next(now) }),
            () => Judge(claim, new Coverage.Invalid(inForce.Expression, inForce.Source, "it never fires again")));
    }

    // A name that another claim's backup has would be refused again and again: the slot is left, and the plan says so.
    private static Plan Begin(Claim claim, Instant slot, InForce inForce, Survey survey)
    {
        var name = SlotName.For(claim.Ref, slot);
        return survey.HasBackup(claim.Id.Namespace, name)
            ? Plan.Wait(ObjectKind.Claim, claim.Id, $"slot {SlotName.Write(slot)} is not served: a PVCBackup {name} of another claim has its name", None)
            : survey.Cluster.Troubles.ContainsKey(Trouble.KeyOf(ObjectKind.PvcBackup, claim.Id.Namespace, name))
                ? Plan.Empty
                : Plan.Do(new PlannedAction.Create(Scheduled(claim, slot), $"slot {SlotName.Write(slot)} of {inForce.Timetable.Describe()} ({Resolution.Place(inForce.Source)}) is due"));
    }

    /// <summary>The slot to serve now, if any.</summary>
    internal static Option<Instant> Due(Claim claim, InForce inForce, Seq<Backup> history, Instant now) =>
        inForce.Timetable.LatestAt(now).Filter(slot => slot > claim.Id.Created && !IsServed(slot, inForce, history));

    // A name that is taken counts as served too: creating it again would only be refused.
    private static bool IsServed(Instant slot, InForce inForce, Seq<Backup> history)
    {
        var slack = inForce.Timetable.Previous(slot).Map(previous => (slot - previous) * Tolerance).IfNone(Duration.Zero);
        return history.Exists(backup => backup.Slot.Exists(served => served >= slot - slack) || backup.Id.Name == SlotName.For(backup.Claim, slot));
    }

    private static Manifest Scheduled(Claim claim, Instant slot) => new(ObjectKind.PvcBackup, claim.Id.Namespace, SlotName.For(claim.Ref, slot), Node.Object(
        Node.Set("apiVersion", ObjectKind.PvcBackup.ApiVersion),
        Node.Set("kind", ObjectKind.PvcBackup.Kind),
        Node.Set("metadata", Node.Object(
            Node.Set("name", SlotName.For(claim.Ref, slot)),
            Node.Set("namespace", claim.Id.Namespace.Value),
            Node.Set("labels", Node.Object(Node.Set(Marks.ManagedBy, Marks.Backsnap))),
            Node.Set("annotations", Node.Object(Node.Set(Marks.Slot, SlotName.Write(slot)), Node.Set(Marks.ClaimUid, claim.Id.Uid.Value))))),
        Node.Set("spec", Node.Object(Node.Set("pvc", claim.Id.Name)))), None);

    private static string RestoreInWords(Claim claim, Survey survey) =>
        survey.Cluster.Restores.Find(restore => claim.Restoring.Contains(restore.Id.Uid)).Match(
            restore => restore.Phase.IsFinished ? $"PVCRestore {restore.Id.Name} filled it only in part: {restore.Message}" : $"PVCRestore {restore.Id.Name} fills it",
            () => $"a PVCRestore that no longer exists was filling it; remove its annotation {Marks.Restoring} if its content is good, or delete it");

    private static Option<Coverage> Excluded(Exclusion reason, string detail) => Some<Coverage>(new Coverage.Excluded(reason, detail));

    private static Plan Judge(Claim claim, Coverage coverage) => Plan.Empty with { Verdicts = Seq1(new Verdict(claim.Ref, coverage)) };
}
