using Backsnap.Domain.Backups;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Checks;

/// <summary>
/// Laws that a plan keeps or breaks as a whole: what its actions amount to together. Limits are held only against plans that add to what they
/// limit, for settings may have become stricter than what is there.
/// </summary>
internal static class WholeLaws
{
    /// <summary>The laws that a plan breaks as a whole.</summary>
    public static Seq<Violation> Check(Evidence seen, Settings settings, Plan plan, Instant now)
    {
        var holding = seen.HoldingPlaces(settings.Scope);
        var known = holding.Map(backup => backup.Id.Uid).ToHashSet();
        var entering = plan.Actions.Bind(Entering).Filter(uid => !known.Contains(uid)).Distinct().Bind(uid => seen.Backup(uid).ToSeq()).Strict();
        return Sequences.Join(
            entering.IsEmpty
                ? Seq<Violation>()
                : Sequences.Join(Places(holding, entering, settings), Drivers(holding, entering, seen, settings), Nodes(holding, entering, seen, settings), Snapshots(plan, seen, settings), Pause(seen, settings, now)),
            Deletions(plan, seen, settings),
            MaintenanceLaws.Check(
                seen, settings, plan.Actions.Bind(action => Entering(action, ObjectKind.PvcMaintenance, nameof(MaintenancePhase.Running))).Strict(), plan.Actions.Bind(Entering).Strict()),
            CredentialLaws.Withdrawn(plan, seen, settings),
            Twice(plan));
    }

    private static Seq<Violation> Deletions(Plan plan, Evidence seen, Settings settings)
    {
        var lasting = plan.Actions.Count(action => action is PlannedAction.Delete delete
            && (delete.Kind == ObjectKind.PvcBackup || delete.Kind == ObjectKind.PvcRestore || delete.Kind == ObjectKind.PvcMaintenance || delete.Of.Controller.Exists(owner => seen.IsGone(owner))));
        return settings.Limits.Deletions > 0 && lasting > settings.Limits.Deletions
            ? Seq1(new Violation("no more is deleted for good at once than allowed", $"{lasting} objects, {settings.Limits.Deletions} may"))
            : Seq<Violation>();
    }

    private static Seq<Violation> Places(Seq<Backup> holding, Seq<Backup> entering, Settings settings) =>
        Crowd("no more backups run at once than allowed", "", holding.Count, entering.Count, settings.MaxRunning);

    private static Seq<Violation> Drivers(Seq<Backup> holding, Seq<Backup> entering, Evidence seen, Settings settings) =>
        Shares("no more backups of one driver run at once than allowed", holding, entering, seen.DriverOf, settings.Limits.RunningPerDriver);

    private static Seq<Violation> Nodes(Seq<Backup> holding, Seq<Backup> entering, Evidence seen, Settings settings) =>
        Shares("no more backups run at once on one node than allowed", holding, entering, seen.NodeOf, settings.Limits.RunningPerNode);

    private static Seq<Violation> Snapshots(Plan plan, Evidence seen, Settings settings) => Crowd(
        "no more VolumeSnapshots are unready at once than allowed", "", seen.UnreadySnapshots,
        plan.Actions.Count(action => action is PlannedAction.Create create && create.Object.Kind == ObjectKind.VolumeSnapshot && !create.Object.IsElsewhere), settings.Limits.UnreadySnapshots);

    private static Seq<Violation> Pause(Evidence seen, Settings settings, Instant now) =>
        settings.SleepBetween > Duration.Zero && seen.NewestEnd.Exists(end => now < end + settings.SleepBetween)
            ? Seq1(new Violation("no backup begins within the pause after another", $"{seen.NewestEnd} and {settings.SleepBetween}, now {now}"))
            : Seq<Violation>();

    private static Seq<Violation> Shares(string law, Seq<Backup> holding, Seq<Backup> entering, Func<Backup, Option<string>> share, int limit)
    {
        if (limit == 0)
        {
            return Seq<Violation>();
        }

        var held = holding.Bind(backup => share(backup).ToSeq()).GroupBy(name => name).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        return entering.Bind(backup => share(backup).ToSeq()).GroupBy(name => name)
            .SelectMany(group => Crowd(law, $"{group.Key}: ", held.GetValueOrDefault(group.Key), group.Count(), limit))
            .ToSeq().Strict();
    }

    private static Seq<Violation> Crowd(string law, string of, int there, int coming, int most) =>
        most > 0 && there + coming > most ? Seq1(new Violation(law, $"{of}{there} run, {coming} would begin, {most} may")) : Seq<Violation>();

    private static Seq<Violation> Twice(Plan plan) => plan.Actions
        .Filter(action => action is PlannedAction.Create or PlannedAction.CreateCredentials)
        .GroupBy(action => action.Target).Where(group => group.Count() > 1)
        .Select(group => new Violation("nothing is created twice", $"{group.Key.Kind} {group.Key.Namespace}/{group.Key.Name}"))
        .ToSeq().Strict();

    private static Seq<Uid> Entering(PlannedAction action) => Entering(action, ObjectKind.PvcBackup, nameof(BackupPhase.Snapshotting));

    private static Seq<Uid> Entering(PlannedAction action, ObjectKind kind, string phase) =>
        action is PlannedAction.SetStatus { Status: Node.Fields status } set && set.Kind == kind && status.Find("phase") == Some<Node>(phase)
            ? Seq1(set.Of.Uid)
            : Seq<Uid>();
}
