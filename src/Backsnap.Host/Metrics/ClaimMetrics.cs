using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Schedules;
using Backsnap.Planner.Maintenances;
using LanguageExt;
using NodaTime;

namespace Backsnap.Host.Metrics;

/// <summary>The metrics that each claim has of its own, and the sums of their verdicts.</summary>
internal static class ClaimMetrics
{
    /// <summary>All of them, metric after metric.</summary>
    public static IEnumerable<Sample> Of(IReadOnlyList<ClaimRow> rows, Seen seen, Instant now) => Verdicts(rows)
        .Concat(Schedules(rows, now))
        .Concat(Backups(rows))
        .Concat(Repositories(rows, seen))
        .Concat(Each(Catalogue.RestoreLastSuccess, rows, row => Seconds(row.LastRestore)));

    private static IEnumerable<Sample> Verdicts(IReadOnlyList<ClaimRow> rows) =>
        rows.Select(row => new Sample(Catalogue.ClaimInfo, 1, row.Claim.Id.Namespace.Value, row.Claim.Id.Name, Word(row.Coverage), Reason(row.Coverage)))
            .Concat(rows.GroupBy(row => (row.Claim.Id.Namespace.Value, Word(row.Coverage)))
                .OrderBy(group => group.Key.Item1, StringComparer.Ordinal).ThenBy(group => group.Key.Item2, StringComparer.Ordinal)
                .Select(group => new Sample(Catalogue.Claims, group.Count(), group.Key.Item1, group.Key.Item2)));

    private static IEnumerable<Sample> Schedules(IReadOnlyList<ClaimRow> rows, Instant now) =>
        Each(Catalogue.NextSlot, rows, row => row.Coverage is Coverage.Covered covered ? Seconds(covered.Next) : null)
            .Concat(Each(Catalogue.ExpectedInterval, rows, row => row.Coverage is Coverage.Covered covered ? Interval(covered.Timetable, now) : null))
            .Concat(Each(Catalogue.Expected, rows, row => row.Coverage is Coverage.Covered covered ? Seconds(Expected(covered.Timetable, row)) : null));

    private static IEnumerable<Sample> Backups(IReadOnlyList<ClaimRow> rows) =>
        Each(Catalogue.LastSuccess, rows, row => Seconds(row.LastSuccess?.FinishedAt))
            .Concat(Each(Catalogue.LastAttempt, rows, row => Seconds(row.LastFinished?.FinishedAt)))
            .Concat(Each(Catalogue.LastAttemptSuccess, rows, row => row.LastFinished is { } last ? Truth(last.IsSuccess) : null))
            .Concat(rows.Where(row => row.LastFinished is { IsSuccess: false })
                .Select(row => new Sample(Catalogue.LastFailure, 1, row.Claim.Id.Namespace.Value, row.Claim.Id.Name, FailureWord.Of(row.LastFinished!.Reason))))
            .Concat(Each(Catalogue.LastDuration, rows, row => Took(row.LastSuccess)))
            .Concat(Each(Catalogue.LastAdded, rows, row => Figure(row, figures => figures.BytesAdded)))
            .Concat(Each(Catalogue.LastProcessed, rows, row => Figure(row, figures => figures.BytesProcessed)))
            .Concat(Each(Catalogue.LastFiles, rows, row => Figure(row, figures => figures.Files)))
            .Concat(Each(Catalogue.LastWarnings, rows, row => row.LastSuccess is { } last ? last.Figures.Map(figures => figures.Warnings).IfNone(0) : null))
            .Concat(Each(Catalogue.RetentionWithheld, rows, row => row.LastSuccess is { } last
                ? Truth(last.Conditions.Exists(condition => condition.Type == Conditions.RetentionWithheld && condition.Holds))
                : null));

    private static IEnumerable<Sample> Repositories(IReadOnlyList<ClaimRow> rows, Seen seen)
    {
        var outlook = new MaintenanceOutlook(seen.State, seen.Settings);
        return EachKind(Catalogue.MaintenanceLastSuccess, rows, (_, row, _) => Seconds(row.LastSuccess))
            .Concat(EachKind(Catalogue.MaintenanceLastAttemptSuccess, rows, (_, row, _) => row.LastFinished is { } last ? Truth(last.IsSuccess) : null))
            .Concat(EachKind(Catalogue.MaintenanceExpected, rows, (claim, row, kind) => claim.Coverage is Coverage.Covered && claim.FirstSuccess is { } first
                ? Seconds(row.Outstanding) ?? Seconds(outlook.DueAfter(claim.Claim, kind, row.LastSuccess ?? first))
                : null));
    }

    private static IEnumerable<Sample> Each(Metric metric, IReadOnlyList<ClaimRow> rows, Func<ClaimRow, double?> value)
    {
        foreach (var row in rows)
        {
            if (value(row) is { } found)
            {
                yield return new Sample(metric, found, row.Claim.Id.Namespace.Value, row.Claim.Id.Name);
            }
        }
    }

    private static IEnumerable<Sample> EachKind(Metric metric, IReadOnlyList<ClaimRow> rows, Func<ClaimRow, MaintenanceRow, MaintenanceKind, double?> value)
    {
        foreach (var row in rows)
        {
            if (value(row, row.Prune, MaintenanceKind.Prune) is { } prune)
            {
                yield return new Sample(metric, prune, row.Claim.Id.Namespace.Value, row.Claim.Id.Name, MaintenanceName.Word(MaintenanceKind.Prune));
            }

            if (value(row, row.Check, MaintenanceKind.Check) is { } check)
            {
                yield return new Sample(metric, check, row.Claim.Id.Namespace.Value, row.Claim.Id.Name, MaintenanceName.Word(MaintenanceKind.Check));
            }
        }
    }

    // Of a schedule of weekdays both the day and the weekend are intervals: what is compared with one of them must not cry on a Monday.
    private static double? Interval(Timetable timetable, Instant now) =>
        (from last in timetable.LatestAt(now)
         from before in timetable.Previous(last)
         from next in timetable.Next(now)
         select Duration.Max(next - last, last - before).TotalSeconds).ToNullable();

    // What a claim's age and its last success have in common: from then on a slot counts.
    private static Option<Instant> Expected(Timetable timetable, ClaimRow row) =>
        timetable.Next(row.LastSuccess?.FinishedAt.IfNone(row.Claim.Id.Created) ?? row.Claim.Id.Created);

    private static double? Took(Backup? backup) =>
        backup?.Phase is BackupPhase.Finished finished ? finished.StartedAt.Map(started => Math.Max(0, (finished.At - started).TotalSeconds)).ToNullable() : null;

    private static double? Figure(ClaimRow row, Func<SavedFigures, long> figure) =>
        row.LastSuccess is { } last ? last.Figures.Map(figures => (double)figure(figures)).ToNullable() : null;

    private static double Truth(bool holds) => holds ? 1 : 0;

    private static double? Seconds(Instant? at) => at is { } found ? UnixTime.Seconds(found) : null;

    private static double? Seconds(Option<Instant>? at) => at is { } found ? found.Map(UnixTime.Seconds).ToNullable() : null;

    private static string Word(Coverage coverage) => coverage switch
    {
        Coverage.Covered => "covered",
        Coverage.Excluded => "excluded",
        Coverage.Unsupported => "unsupported",
        Coverage.Invalid => "invalid",
    };

    private static string Reason(Coverage coverage) => coverage switch
    {
        Coverage.Covered covered => $"{covered.Source}Schedule",
        Coverage.Excluded excluded => excluded.Reason.ToString(),
        Coverage.Unsupported => "CannotSnapshot",
        Coverage.Invalid => "InvalidSchedule",
    };
}
