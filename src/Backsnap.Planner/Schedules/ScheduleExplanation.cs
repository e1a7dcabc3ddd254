using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Schedules;
using Backsnap.Planner.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Schedules;

/// <summary>The schedule of a claim, and on whose word it and its zone hold.</summary>
/// <param name="Expression">As it was written.</param>
/// <param name="Source">Where it was written.</param>
/// <param name="Place">The same in words: <c>on the claim</c>.</param>
/// <param name="ZonePlace">Where the zone was written, in words.</param>
/// <param name="Timetable">The claim's slots.</param>
public sealed record ExplainedSchedule(string Expression, ScheduleSource Source, string Place, string ZonePlace, Timetable Timetable);

/// <summary>When one claim is backed up and why then, or why not: the answer of <c>backsnap explain</c>.</summary>
/// <param name="Claim">Which claim.</param>
/// <param name="Coverage">The verdict on it, as in a plan.</param>
/// <param name="WayOut">For a claim that is not backed up: what somebody can do about it.</param>
/// <param name="Schedule">The schedule in force; None where there is none that could be read.</param>
/// <param name="Past">The last slots, at most five, in order of time; of a claim that is not backed up only those that were served.</param>
/// <param name="Coming">The next slots, five as a rule; none for a claim that is not backed up.</param>
public sealed record ScheduleExplanation(
    ClaimRef Claim, Coverage Coverage, Option<string> WayOut, Option<ExplainedSchedule> Schedule, Seq<PastSlot> Past, Seq<Instant> Coming)
{
    /// <summary>What else should be known of the claim's backups, in sentences.</summary>
    public Seq<string> Notes { get; init; } = Seq<string>();

    private const int Slots = 5;

    /// <summary>Explains; None for a claim that is not there.</summary>
    public static Option<ScheduleExplanation> Of(ClusterState state, Settings settings, ClaimRef claim, Instant now) =>
        state.Claims.Find(found => found.Ref == claim).Map(found => Of(found, Survey.Of(state with { Claims = Seq1(found) }), settings, now));

    private static ScheduleExplanation Of(Claim claim, Survey survey, Settings settings, Instant now)
    {
        var coverage = Scheduling.Of(claim, new Resolution(settings), survey, settings, now).Verdicts.Head.Coverage;
        var home = survey.Namespace(claim.Id.Namespace);
        var inForce = home.Bind(found => new Resolution(settings).For(claim, found).ToOption());
        var past = new Bygone(claim, survey, settings, now);
        return new ScheduleExplanation(
            claim.Ref,
            coverage,
            WaysOut.Of(coverage, claim),
            from schedule in inForce
            from found in home
            select new ExplainedSchedule(
                schedule.Expression, schedule.Source, Resolution.Place(schedule.Source), Resolution.ZonePlace(schedule.Schedule, claim, found), schedule.Timetable),
            inForce.Filter(_ => coverage is Coverage.Covered).Match(schedule => past.Of(schedule, Slots), () => past.Served(Slots)),
            inForce.Filter(_ => coverage is Coverage.Covered).Map(schedule => Next(schedule.Timetable, now)).IfNone(Seq<Instant>()))
        {
            Notes = RetainingClass.Warning(claim, survey, settings).ToSeq(),
        };
    }

    private static Seq<Instant> Next(Timetable timetable, Instant now) =>
        timetable.Next(now).Map(first => timetable.Within(first, Instant.MaxValue, Slots)).IfNone(Seq<Instant>());
}
