using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Schedules;
using Backsnap.Planner.Backups;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>The schedule in force for one claim, where it was written, and its instants for that claim.</summary>
internal sealed record InForce(string Expression, ScheduleSource Source, Schedule Schedule, Timetable Timetable)
{
    /// <summary>Where its backups' movers run, and how they are marked.</summary>
    public Placement Placement { get; init; } = Placement.Anywhere;

    /// <summary>
    /// One text for all that decides about the claim's slots, equal exactly where they are: expression, zone, and the claim's part of
    /// the spread, as in <c>TZ=UTC 0 0 * * * +17m0s</c>.
    /// </summary>
    public string Canonical => Schedule.PrintIn(Timetable.Zone) + (Timetable.Offset == Duration.Zero ? "" : $" +{GoDuration.Print(Timetable.Offset)}");
}

/// <summary>
/// Finds the schedule in force: the claim's annotation, else its namespace's, else the operator's default. The first that is
/// there counts, even where it is empty (no backups) or does not parse: a mistake never falls through to another schedule.
/// </summary>
internal sealed class Resolution(Settings settings)
{
    // Many thousand claims share a few expressions; each is read once for a plan.
    private readonly Dictionary<string, Either<ScheduleError, Schedule>> schedules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Either<ScheduleError, DateTimeZone>> zones = new(StringComparer.Ordinal);

    /// <summary>The schedule of a claim, or the verdict that stands in for it.</summary>
    public Either<Coverage, InForce> For(Claim claim, NamespaceFacts home)
    {
        var (expression, source) = claim.Schedule.Match(
            text => (text.Trim(), ScheduleSource.Claim),
            () => home.Schedule.Match(
                text => (text.Trim(), ScheduleSource.Namespace),
                () => (settings.DefaultSchedule.Trim(), ScheduleSource.Default)));
        return expression.Length == 0
            ? Left<Coverage, InForce>(new Coverage.Excluded(Exclusion.EmptySchedule, $"the schedule {Place(source)} is empty"))
            : Parse(expression).MapLeft(error => (Coverage)new Coverage.Invalid(expression, source, error.Message))
                .Bind(schedule => Zone(claim, home).MapLeft(error => (Coverage)new Coverage.Invalid(error.Text, source, $"annotation {Marks.TimeZone}: {error.Message}"))
                    .Map(zone => new InForce(expression, source, schedule, schedule.For(claim.Ref, zone, settings.Spread))))
                .Bind(inForce => Placing.Of(claim, home, settings).Map(placement => inForce with { Placement = placement }));
    }

    /// <summary>Where a schedule was written, in words.</summary>
    public static string Place(ScheduleSource source) => source switch
    {
        ScheduleSource.Claim => "on the claim",
        ScheduleSource.Namespace => "on the namespace",
        ScheduleSource.Default => "of the operator (--schedule)",
    };

    /// <summary>Where the zone of a schedule was written, in words.</summary>
    public static string ZonePlace(Schedule schedule, Claim claim, NamespaceFacts home) =>
        schedule.Zone.IsSome ? "in the expression"
        : !(claim.TimeZone | home.TimeZone).Exists(text => text.Trim().Length > 0) ? "of the operator (--timezone)"
        : claim.TimeZone.IsSome ? Place(ScheduleSource.Claim) : Place(ScheduleSource.Namespace);

    private Either<ScheduleError, Schedule> Parse(string expression) => Once(schedules, expression, text => Schedule.Parse(text));

    private Either<ScheduleError, DateTimeZone> Zone(Claim claim, NamespaceFacts home) =>
        (claim.TimeZone | home.TimeZone).Map(text => text.Trim()).Filter(text => text.Length > 0).Match(
            text => Once(zones, text, TimezoneName.Parse),
            () => Right<ScheduleError, DateTimeZone>(settings.DefaultZone));

    private static T Once<T>(Dictionary<string, T> known, string text, Func<string, T> parse)
    {
        if (!known.TryGetValue(text, out var read))
        {
            known[text] = read = parse(text);
        }

        return read;
    }
}
