using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Schedules;

/// <summary>What an expression means in words and when it fires: the answer of <c>backsnap schedule</c>, found without any cluster.</summary>
/// <param name="Expression">The expression as it was typed.</param>
/// <param name="Zone">The zone in which it is read.</param>
/// <param name="Description">In plain words.</param>
/// <param name="Occurrences">In order of time.</param>
/// <param name="StandsFor">
/// The claim that was made up, because the times depend on a claim and none was named. Such times are an example, not a promise.
/// </param>
public sealed record ScheduleReport(string Expression, DateTimeZone Zone, string Description, Seq<Instant> Occurrences, Option<ClaimRef> StandsFor)
{
    private static readonly ClaimRef Example = new(NamespaceName.Trusted("default"), "example");

    /// <summary>
    /// Answers a question. Without <c>After</c> and <c>Before</c> come the first occurrences after <paramref name="now"/>; with <c>Before</c>
    /// alone the last ones before it; with both, all between them (up to the count).
    /// </summary>
    /// <param name="question">What was typed.</param>
    /// <param name="now">The present.</param>
    /// <param name="spread">As the operator's <c>--schedule-spread</c>; zero without one.</param>
    /// <param name="options">How the expression is read.</param>
    public static Either<ScheduleError, ScheduleReport> Answer(ScheduleQuestion question, Instant now, Duration spread = default, ScheduleOptions? options = null) =>
        from schedule in Schedule.Parse(question.Expression, options)
        from zone in Given(question.Timezone, TimezoneName.Parse)
        from after in Given(question.After, text => InstantText.Parse("--after", text))
        from before in Given(question.Before, text => InstantText.Parse("--before", text))
        from count in Count(question.Count)
        from claim in Given(question.For, Claim)
        let timetable = schedule.For(claim.IfNone(Example), zone.IfNone(DateTimeZone.Utc), spread)
        let dependsOnClaim = schedule.DependsOnClaim || spread > Duration.Zero
        select new ScheduleReport(
            question.Expression,
            timetable.Zone,
            timetable.Describe(),
            Select(timetable, now, after, before, count),
            dependsOnClaim && claim.IsNone ? Some(Example) : None);

    /// <summary>One line of JSON: <c>expression</c>, <c>timezone</c>, <c>description</c>, and <c>occurrences</c> as RFC 3339 in UTC.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("expression", Expression);
            json.WriteString("timezone", Zone.Id);
            json.WriteString("description", Description);
            json.WriteStartArray("occurrences");
            foreach (var occurrence in Occurrences)
            {
                json.WriteStringValue(InstantText.Print(occurrence));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Lines for a person: the same facts, and each occurrence in UTC and on the clocks of the zone. Ends with a line break.</summary>
    public string ToText() =>
        string.Concat(Sequences.Join(
            Seq($"Expression:  {Expression}", $"Timezone:    {Zone.Id}", $"Meaning:     {Description}"),
            StandsFor.Map(claim => $"Claim:       {claim}, as an example: the times differ from claim to claim (choose one with --for NAMESPACE/CLAIM)").ToSeq(),
            Seq1(Occurrences.IsEmpty ? "Occurrences: none" : "Occurrences:"),
            Occurrences.Map(Line)).Map(line => line + "\n"));

    private static Seq<Instant> Select(Timetable timetable, Instant now, Option<Instant> after, Option<Instant> before, Option<int> count) =>
        (after.Case, before.Case) switch
        {
            (SomeCase<Instant>(var from), SomeCase<Instant>(var to)) =>
                FirstAfter(timetable, from, to, count.IfNone(ScheduleQuestion.LargestCount)),
            (SomeCase<Instant>(var from), _) => FirstAfter(timetable, from, Instant.MaxValue, count.IfNone(ScheduleQuestion.DefaultCount)),
            (_, SomeCase<Instant>(var to)) => LastBefore(timetable, to, count.IfNone(ScheduleQuestion.DefaultCount)),
            _ => FirstAfter(timetable, now, Instant.MaxValue, count.IfNone(ScheduleQuestion.DefaultCount)),
        };

    private static Seq<Instant> FirstAfter(Timetable timetable, Instant after, Instant before, int count) =>
        timetable.Next(after).Map(first => timetable.Within(first, before, count)).IfNone(Seq<Instant>());

    private static Seq<Instant> LastBefore(Timetable timetable, Instant before, int count)
    {
        var found = new List<Instant>();
        for (var previous = timetable.Previous(before); found.Count < count && previous.Case is SomeCase<Instant>(var slot); previous = timetable.Previous(slot))
        {
            found.Add(slot);
        }

        return found.AsEnumerable().Reverse().ToSeq().Strict();
    }

    private static Either<ScheduleError, Option<T>> Given<T>(string? text, Func<string, Either<ScheduleError, T>> parse) =>
        text is null ? Right<ScheduleError, Option<T>>(None) : parse(text).Map(Some);

    private static Either<ScheduleError, Option<int>> Count(int? count) =>
        count is null ? Right<ScheduleError, Option<int>>(None)
        : count is >= 1 and <= ScheduleQuestion.LargestCount ? Right<ScheduleError, Option<int>>(Some(count.Value))
        : Left<ScheduleError, Option<int>>(new ScheduleError(
            "--count", count.Value.ToString(CultureInfo.InvariantCulture), "is out of range",
            $"write 1 to {ScheduleQuestion.LargestCount.ToString(CultureInfo.InvariantCulture)}"));

    private static Either<ScheduleError, ClaimRef> Claim(string text) =>
        ClaimRef.Parse(text).MapLeft(error => new ScheduleError("--for", error.Text, "is not a claim", "write NAMESPACE/CLAIM, as in shop/orders"));

    private string Line(Instant occurrence) =>
        $"  {InstantText.Print(occurrence)}  {occurrence.InZone(Zone).ToString("ddd yyyy-MM-dd HH:mm:ss o<g>", CultureInfo.InvariantCulture)}";
}
