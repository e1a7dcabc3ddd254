namespace Backsnap.Domain.Schedules;

/// <summary>
/// What a person asks of <c>backsnap schedule</c>, as typed; <see cref="ScheduleReport.Answer"/> reads it. What was not given is
/// <see langword="null"/> here, because this is the edge where a command line ends.
/// </summary>
/// <param name="Expression">The cron expression.</param>
/// <param name="Timezone">A zone of the tz database; UTC unless given. A prefix <c>TZ=</c> of the expression goes before it.</param>
/// <param name="After">An RFC 3339 instant: occurrences strictly after it.</param>
/// <param name="Before">An RFC 3339 instant: occurrences strictly before it.</param>
/// <param name="Count">How many occurrences at most, from 1 to <see cref="LargestCount"/>.</param>
/// <param name="For">The claim, <c>NAMESPACE/CLAIM</c>, whose values of <c>H</c>, <c>@every</c> and the spread are wanted.</param>
public sealed record ScheduleQuestion(
    string Expression, string? Timezone = null, string? After = null, string? Before = null, int? Count = null, string? For = null)
{
    /// <summary>The count where neither it nor both ends of an interval are given.</summary>
    public const int DefaultCount = 5;

    /// <summary>The most occurrences that one answer holds.</summary>
    public const int LargestCount = 100_000;
}
