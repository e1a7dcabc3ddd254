using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Admission;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Takes every PVCBackup one step on: gives places to those that wait, in order, and leads those that hold one to their end.
/// </summary>
internal static class Backing
{
    /// <summary>The plan for all backups; apart from it what those that wait are told of their place.</summary>
    public static Admitted Steps(Survey survey, Settings settings, Instant now)
    {
        var open = survey.OpenBackups.Concat(survey.EndedBackups)
            .Where(backup => settings.Scope.Covers(backup.Id.Namespace) && !backup.Id.Deleting && survey.IsOpen(backup.Id.Namespace))
            .OrderBy(Order, StringComparer.Ordinal)
            .ToSeq().Strict();
        var unfinished = open.Filter(backup => !backup.Phase.IsFinished).Strict();
        var able = open.Filter(backup => survey.TroubleOf(ObjectKind.PvcBackup, backup.Id).IsNone).Strict();

        var kept = CleaningUp.Kept(survey, settings);
        var admitted = Admitting.Steps(
            unfinished.Filter(backup => !backup.Phase.HoldsPlace && survey.TroubleOf(ObjectKind.PvcBackup, backup.Id).IsNone).Strict(),
            unfinished.Filter(backup => backup.Phase.HoldsPlace || MayHoldPlace(backup, survey)).Strict(), survey, settings, now);
        var steps = Plan.Concat(
            able.Filter(backup => backup.Phase.HoldsPlace).Select(backup => BackupStep.Advance(backup, survey, OwnDeadlines.In(backup.Claim, survey, settings), now))
            .Append(admitted.Steps)
            .Concat(able.Filter(backup => backup.Phase.HoldsPlace).Select(backup => Warn(backup, survey, settings)))
            .Concat(able.Filter(backup => backup.Phase.IsFinished).Select(backup => CleaningUp.After(backup, kept, survey, settings)))
            .Concat(open.Bind(backup => survey.TroubleOf(ObjectKind.PvcBackup, backup.Id).Map(trouble => LeaveAlone(backup, trouble, now)).ToSeq())));
        return admitted with { Steps = steps };
    }

    // A right that is missing does not come by waiting, and the place is wanted by others. A moment it gets: rights may just be being given.
    private static Plan LeaveAlone(Backup backup, Trouble trouble, Instant now) =>
        trouble.Forbidden && backup.Phase.HoldsPlace && BackupStep.StartedAt(backup).Exists(at => now >= at + Trouble.Patience)
            ? Plan.Do(BackupStatus.Failed(backup, BackupStep.StartedAt(backup), now, now, FailureReason.Forbidden, trouble.Why, None))
            : Plan.Wait(ObjectKind.PvcBackup, backup.Id, $"the API server refused a write: {trouble.Why}", Some(trouble.Until));

    // Its status may say by now that it holds a place, only the answer was lost: a place that is given twice is one too many.
    private static bool MayHoldPlace(Backup backup, Survey survey) => survey.TroubleOf(ObjectKind.PvcBackup, backup.Id).Exists(trouble => trouble.Uncertain);

    private static Plan Warn(Backup backup, Survey survey, Settings settings) =>
        survey.Claim(backup.Claim).Bind(claim => RetainingClass.Warning(claim, survey, settings))
            .Map(why => Plan.Tell(ObjectKind.PvcBackup, backup.Id, RetainingClass.Reason, why)).IfNone(Plan.Empty);

    private static string Order(Backup backup) => $"{backup.Id.Namespace}/{backup.Id.Name}";
}
