using Backsnap.Domain.Backups;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Admission;

/// <summary>
/// Which drivers make no snapshots at the moment. A backup of such a driver holds its place for the whole deadline of its snapshot, so it
/// begins only where no other could: otherwise a hundred claims of a broken driver would hold up everybody for hours.
/// </summary>
/// <remarks>
/// A driver is judged by the newest backup of it that says something: that one's snapshot became ready, or it did not. So one broken
/// volume puts its driver in distress only until the next snapshot of that driver is ready. And distress is forgotten some time after its last
/// sign: where others always wait, a driver that was mended would not get a turn in which to show it. Between two such turns others have all places.
/// </remarks>
internal static class Distress
{
    /// <summary>What part of its deadline a snapshot may take before it is a bad sign.</summary>
    private const int Patience = 10;

    /// <summary>How many deadlines after its last sign distress is forgotten.</summary>
    private const int Memory = 6;

    private enum Sign
    {
        Ready,
        Stuck,
    }

    /// <summary>The drivers in distress as of an instant.</summary>
    public static System.Collections.Generic.HashSet<string> Drivers(Survey survey, Settings settings, Instant asOf) =>
        survey.OpenBackups
            .Concat(survey.Dossiers.Where(dossier => dossier.Newest.End.Exists(end => end + (settings.Deadlines.Snapshot * Memory) > asOf))
                .SelectMany(dossier => dossier.Backups.Filter(backup => backup.Phase.IsFinished)))
            .SelectMany(backup => SignOf(backup, settings, asOf).ToSeq())
            .SelectMany(sign => Whereabouts.DriverOf(sign.Backup, survey).Map(driver => (Driver: driver, sign.StartedAt, sign.Is)).ToSeq())
            .GroupBy(sign => sign.Driver, StringComparer.Ordinal)
            // Of those that began in the same second a good sign counts more.
            .Where(signs => signs.OrderByDescending(sign => sign.StartedAt).ThenBy(sign => sign.Is).First().Is == Sign.Stuck)
            .Select(signs => signs.Key)
            .ToHashSet(StringComparer.Ordinal);

    private static Option<(Backup Backup, Instant StartedAt, Sign Is)> SignOf(Backup backup, Settings settings, Instant asOf) => backup.Phase switch
    {
        BackupPhase.Snapshotting phase when backup.Reason == "SnapshotError" || asOf >= phase.StartedAt + (settings.Deadlines.Snapshot / Patience) => Some((backup, phase.StartedAt, Sign.Stuck)),
        BackupPhase.New or BackupPhase.Pending or BackupPhase.Snapshotting => None,
        BackupPhase.Provisioning phase => Some((backup, phase.StartedAt, Sign.Ready)),
        BackupPhase.Running phase => Some((backup, phase.StartedAt, Sign.Ready)),
        BackupPhase.Finished phase when phase.At + (settings.Deadlines.Snapshot * Memory) > asOf => phase.StartedAt.Bind(startedAt =>
            backup.IsSuccess ? Some((backup, startedAt, Sign.Ready))
            : backup.Reason == "SnapshotDeadlineExceeded" ? Some((backup, startedAt, Sign.Stuck))
            : None),
        BackupPhase.Finished => None,
    };
}
