using Backsnap.Domain.Claims;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Schedules;

/// <summary>
/// When backups are wanted, as a person wrote it: a parsed cron expression. It names no instants yet: <c>H</c> and <c>@every</c> depend on
/// the claim, and fields on a time zone. <see cref="For"/> makes a <see cref="Timetable"/> of it.
/// </summary>
/// <remarks>
/// The language is that of crontab(5) and Kubernetes CronJob, with the second as an optional first field, with <c>L</c>, <c>W</c> and
/// <c>#</c> of Quartz and <c>H</c> of Jenkins. A step may be larger than its range (<c>*/90</c> in the minute is minute 0 only), as in cron.
/// Two schedules are equal when they mean the same term by term, however they are written: <c>@daily</c> equals <c>00 0 * * *</c>.
/// Empty text is an error here; that it stands for "no backups" is for those to know who read annotations and flags.
/// </remarks>
public sealed record Schedule
{
    private readonly Recurrence what;

    private Schedule(string expression, Option<DateTimeZone> zone, Recurrence what)
    {
        Expression = expression;
        Zone = zone;
        this.what = what;
    }

    /// <summary>The text as it was written.</summary>
    public string Expression { get; }

    /// <summary>The zone that a prefix <c>TZ=</c> or <c>CRON_TZ=</c> gives; it goes before any other.</summary>
    public Option<DateTimeZone> Zone { get; }

    /// <summary>Whether different claims get different times even without a spread: through <c>H</c> or <c>@every</c>.</summary>
    public bool DependsOnClaim =>
        what switch
        {
            Recurrence.Every => true,
            Recurrence.Calendar calendar => calendar.DependsOnClaim,
        };

    /// <summary>
    /// Reads an expression. The error names the first part that is wrong. An expression that never fires (30 February), for any claim,
    /// is an error as well, so that every timetable has occurrences.
    /// </summary>
    public static Either<ScheduleError, Schedule> Parse(string expression, ScheduleOptions? options = null) =>
        ExpressionParser.Parse(expression, options ?? ScheduleOptions.Default).Map(parsed => new Schedule(expression, parsed.Zone, parsed.What));

    /// <summary>
    /// The timetable of one claim. Each <c>H</c>, and where <c>@every</c> begins, is chosen by a hash of namespace and name: the same for
    /// ever, and uniformly distributed over claims.
    /// </summary>
    /// <param name="claim">Whose backups; only its name counts, not its uid: a claim that is made again keeps its times.</param>
    /// <param name="defaultZone">The zone in which the fields are read, unless the expression itself names one.</param>
    /// <param name="spread">
    /// Every occurrence is moved to later by the claim's own offset, from zero to just below this, in whole seconds. Zero (or less) moves nothing.
    /// </param>
    /// <param name="purpose">What is scheduled, where it is not the backup: another purpose chooses anew, so that the same <c>H</c> does not fall on the same time.</param>
    public Timetable For(ClaimRef claim, DateTimeZone defaultZone, Duration spread, string purpose = "") =>
        new(Zone.IfNone(defaultZone),
            OccurrencesFor(claim, Zone.IfNone(defaultZone), purpose),
            Duration.FromSeconds(StableHash.Choose(claim, purpose + "spread", (long)Math.Floor(spread.TotalSeconds))));

    /// <summary>Canonical text: reading it gives an equal schedule.</summary>
    public string Print() => Zone.Map(zone => $"TZ={zone.Id} ").IfNone("") + Printing.Print(what);

    /// <summary>
    /// Canonical text that also names the zone in which the fields are read, and so means the same wherever it is read. <c>@every</c>
    /// knows no clocks, and gets no zone.
    /// </summary>
    /// <param name="defaultZone">The zone, unless the expression itself names one.</param>
    public string PrintIn(DateTimeZone defaultZone) =>
        what switch
        {
            Recurrence.Every => Printing.Print(what),
            Recurrence.Calendar => $"TZ={Zone.IfNone(defaultZone).Id} {Printing.Print(what)}",
        };

    /// <summary>Equal in meaning, term by term; the text does not count.</summary>
    public bool Equals(Schedule? other) => other is not null && Zone == other.Zone && what == other.what;

    /// <inheritdoc/>
    public override int GetHashCode() => (Zone, what).GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Expression;

    private Occurrences OccurrencesFor(ClaimRef claim, DateTimeZone zone, string purpose) =>
        what switch
        {
            Recurrence.Every(var period) => new Occurrences.Periodic((long)period.TotalSeconds, StableHash.Choose(claim, purpose + "every", (long)period.TotalSeconds)),
            Recurrence.Calendar calendar => calendar.In(zone, (field, count) => (int)StableHash.Choose(claim, purpose + field.Name, count)),
        };
}
