using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Schedules;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Maintenances;

/// <summary>
/// Makes a PVCMaintenance for each repository whose slot is due. There is something to maintain once a claim has a success, and only
/// slots after that count; of missed slots the newest is made up for, and one that failed waits for the next.
/// </summary>
internal static class MaintenanceScheduling
{
    /// <summary>The PVCMaintenances to make for a claim's repository, and what is wrong with annotations.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="all">The PVCMaintenances of its repository.</param>
    /// <param name="times">When repositories are to be maintained.</param>
    /// <param name="survey">What there is.</param>
    /// <param name="settings">What the operator was told.</param>
    /// <param name="now">The time.</param>
    public static Plan Of(Claim claim, Seq<Maintenance> all, MaintenanceTimes times, Survey survey, Settings settings, Instant now) =>
        settings.Manual || !settings.Scope.Covers(claim.Id.Namespace) || claim.IsTemporary || claim.Id.Deleting || claim.Restoring.IsSome || !survey.IsOpen(claim.Id.Namespace)
            ? Plan.Empty
            : (from since in FirstSuccess(claim, survey)
               from home in survey.Namespace(claim.Id.Namespace)
               select Plan.Concat(Kinds.Select(kind => times.Of(claim, home, kind).Match(
                   Left: problem => Plan.Tell(ObjectKind.Claim, claim.Id, $"Invalid{kind}Schedule", $"the repository of claim {claim.Ref} is not maintained: {problem}"),
                   Right: timetable => timetable.Match(
                       found => Serve(claim, kind, found, since, all.Filter(maintenance => maintenance.Kind.ToOption() == Some(kind)).Strict(), survey, settings, now),
                       () => Plan.Empty))))).IfNone(Plan.Empty);

    private static IEnumerable<MaintenanceKind> Kinds { get; } = new[] { MaintenanceKind.Prune, MaintenanceKind.Check };

    private static Option<Instant> FirstSuccess(Claim claim, Survey survey) =>
        survey.BackupsOf(claim.Ref).Where(backup => backup.IsSuccess).SelectMany(backup => backup.FinishedAt.ToSeq()).OrderBy(at => at).ToSeq().HeadOrNone();

    private static Plan Serve(Claim claim, MaintenanceKind kind, Timetable timetable, Instant since, Seq<Maintenance> history, Survey survey, Settings settings, Instant now)
    {
        var served = history.Bind(maintenance => maintenance.Slot.ToSeq()).Fold(since, Instant.Max);
        var next = Plan.Empty with { WakeAt = timetable.Next(now) };
        return timetable.LatestAt(now).Filter(slot => slot > served).Match(
            slot => (Unhindered(claim, kind, slot, history, survey)
                ? next + Plan.Do(new PlannedAction.Create(
                    Scheduled(claim, kind, slot, ReadPartOf(kind, timetable, slot, history, settings)), $"slot {SlotName.Write(slot)} of {timetable.Describe()} is due ({kind.ToString().ToLowerInvariant()})"))
                : next) with
            { IsFleeting = true },
            () => next);
    }

    // A name that is taken would be refused again and again; so would what the server refused a moment ago.
    private static bool Unhindered(Claim claim, MaintenanceKind kind, Instant slot, Seq<Maintenance> history, Survey survey)
    {
        var name = MaintenanceName.For(claim.Ref, kind, slot);
        return history.ForAll(maintenance => maintenance.Phase.IsFinished)
            && survey.Maintenance(claim.Id.Namespace, name).IsNone
            && survey.Cluster.Troubles.Find(Trouble.KeyOf(ObjectKind.PvcMaintenance, claim.Id.Namespace, name)).IsNone;
    }

    // The part after the one that was read last with success: a check that failed is done again.
    private static Option<ReadPart> ReadPartOf(MaintenanceKind kind, Timetable timetable, Instant slot, Seq<Maintenance> history, Settings settings)
    {
        if (kind != MaintenanceKind.Check || settings.Maintenance.ReadAllWithin <= Duration.Zero)
        {
            return None;
        }

        var parts = timetable.Previous(slot).Map(before => (int)Math.Clamp(settings.Maintenance.ReadAllWithin / (slot - before), 1, ReadPart.MostParts)).IfNone(1);
        return history.Filter(check => check.IsSuccess).OrderByDescending(check => check.FinishedAt.IfNone(Instant.MinValue)).ThenByDescending(check => check.Id.Name, StringComparer.Ordinal)
            .ToSeq().HeadOrNone().Bind(last => last.ReadData).Bind(part => part.ToOption())
            .Map(last => last.Next(parts)) | Some(ReadPart.First(parts));
    }

    private static Manifest Scheduled(Claim claim, MaintenanceKind kind, Instant slot, Option<ReadPart> part)
    {
        var name = MaintenanceName.For(claim.Ref, kind, slot);
        return new(ObjectKind.PvcMaintenance, claim.Id.Namespace, name, Node.Object(
            Node.Set("apiVersion", ObjectKind.PvcMaintenance.ApiVersion),
            Node.Set("kind", ObjectKind.PvcMaintenance.Kind),
            Node.Set("metadata", Node.Object(
                Node.Set("name", name),
                Node.Set("namespace", claim.Id.Namespace.Value),
                Node.Set("labels", Node.Object(Node.Set(Marks.ManagedBy, Marks.Backsnap))),
                Node.Set("annotations", Node.Object(Node.Set(Marks.Slot, SlotName.Write(slot)), Node.Set(Marks.ClaimUid, claim.Id.Uid.Value))))),
            Node.Set("spec", Node.Object(
                Node.Set("pvc", claim.Id.Name),
                Node.Set("operation", kind.ToString()),
                Node.Maybe("readData", part.Map(found => found.ToString()))))), None);
    }
}
