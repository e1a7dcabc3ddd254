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
/// When each repository is to be maintained. As for backups the first word counts: the claim's annotation, else its namespace's, else the
/// operator's. Each kind chooses its own times for <c>H</c>, so that a prune and a check written alike do not fall together.
/// </summary>
internal sealed class MaintenanceTimes(Settings settings)
{
    // Many thousand claims share a few expressions; each is read once for a plan.
    private readonly Dictionary<string, Either<ScheduleError, Schedule>> read = new(StringComparer.Ordinal);

    /// <summary>The annotation that says when.</summary>
    public static string Annotation(MaintenanceKind kind) => kind == MaintenanceKind.Prune ? Marks.PruneSchedule : Marks.CheckSchedule;

    /// <summary>The timetable; None for never; the sentence for a text that cannot be read.</summary>
    public Either<string, Option<Timetable>> Of(Claim claim, NamespaceFacts home, MaintenanceKind kind)
    {
        var expression = (claim.Marks.Find(Annotation(kind)) | home.Marks.Find(Annotation(kind))).IfNone(Default(kind)).Trim();
        return expression.Length == 0
            ? Right<string, Option<Timetable>>(None)
            : from schedule in Read(expression).MapLeft(error => $"annotation {Annotation(kind)}: {error.Message}")
              from zone in Zone(claim, home)
              select Some(schedule.For(claim.Ref, zone, settings.Spread, MaintenanceName.Word(kind) + " "));
    }

    private string Default(MaintenanceKind kind) => kind == MaintenanceKind.Prune ? settings.Maintenance.PruneSchedule : settings.Maintenance.CheckSchedule;

    private Either<ScheduleError, Schedule> Read(string expression)
    {
        if (!read.TryGetValue(expression, out var known))
        {
            read[expression] = known = Schedule.Parse(expression);
        }

        return known;
    }

    private Either<string, DateTimeZone> Zone(Claim claim, NamespaceFacts home) =>
        (claim.TimeZone | home.TimeZone).Map(text => text.Trim()).Filter(text => text.Length > 0).Match(
            text => TimezoneName.Parse(text).MapLeft(error => $"annotation {Marks.TimeZone}: {error.Message}"),
            () => Right<string, DateTimeZone>(settings.DefaultZone));
}
