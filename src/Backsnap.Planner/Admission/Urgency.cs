using Backsnap.Domain.Backups;
using Backsnap.Planner.Schedules;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner.Admission;

/// <summary>
/// How long a backup has waited, in intervals of its schedule: a claim that is backed up every hour misses more by an hour's delay than
/// one that is backed up once a month.
/// </summary>
internal sealed class Urgency(Survey survey, Settings settings)
{
    private static readonly Duration WithoutSchedule = Duration.FromDays(1);

    private readonly Lazy<Resolution> schedules = new(() => new Resolution(settings));

    /// <summary>
    /// The instant as of which waiting is measured: the newest thing that happened to a backup. So the order of those that wait changes only
    /// when something happens, and not, with a write for each, while nothing does.
    /// </summary>
    public static Instant AsOf(Survey survey) => survey.Dossiers.Aggregate(Instant.MinValue, (newest, dossier) => Instant.Max(newest, dossier.Newest.Event));

    /// <summary>The intervals that a backup has waited for.</summary>
    public double Of(Backup backup, Instant asOf) =>
        (asOf - backup.Slot.IfNone(backup.Id.Created)).TotalSeconds / backup.Slot.Bind(slot => Interval(backup, slot)).IfNone(WithoutSchedule).TotalSeconds;

    // The interval before the slot, by the schedule in force now.
    private Option<Duration> Interval(Backup backup, Instant slot) =>
        from claim in survey.Claim(backup.Claim)
        from home in survey.Namespace(claim.Id.Namespace)
        from inForce in schedules.Value.For(claim, home).ToOption()
        from before in inForce.Timetable.Previous(slot)
        select slot - before;
}
