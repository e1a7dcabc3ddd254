using System.Globalization;
using System.Text;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Schedules;
using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>An explanation as a person reads it: each slot in UTC and on the clocks of the schedule's zone.</summary>
internal static class ExplanationText
{
    private const int LongestOutcome = 21;

    /// <summary>The text, ending in a newline.</summary>
    public static string Of(ScheduleExplanation explanation, Instant now)
    {
        var text = new StringBuilder();
        Fact(text, "Claim", explanation.Claim.ToString());
        Fact(text, "Backed up", Verdict(explanation.Coverage, now));
        explanation.WayOut.IfSome(way => Fact(text, "Way out", way));
        explanation.Schedule.IfSome(schedule =>
        {
            Fact(text, "Schedule", $"{schedule.Expression} ({schedule.Place})");
            Fact(text, "Time zone", $"{schedule.Timetable.Zone.Id} ({schedule.ZonePlace})");
            Fact(text, "Meaning", schedule.Timetable.Describe());
        });
        (explanation.Coverage is Coverage.Covered covered ? Some(covered) : None)
            .IfSome(found => Fact(text, "Last success", found.LastSuccess.Map(Time).IfNone("never")));
        explanation.Notes.Iter(note => Fact(text, "Note", note));
        var zone = explanation.Schedule.Map(schedule => schedule.Timetable.Zone).IfNone(DateTimeZone.Utc);
        List(text, "Last slots", explanation.Past.Map(slot => $"{Clock(slot.At, zone)}  {Outcome(slot.Outcome)}"));
        List(text, "Next slots", explanation.Coming.Map(slot => Clock(slot, zone)));
        return text.ToString();
    }

    /// <summary>What is to be said about an outcome beside its word.</summary>
    public static Option<string> Message(SlotOutcome outcome) => outcome switch
    {
        SlotOutcome.Served served => Some(string.Join("; ", Some(served.Message).Filter(message => message.Length > 0).ToSeq().Then(served.Next.ToSeq()))).Filter(message => message.Length > 0),
        SlotOutcome.Due due => due.Hindrance,
        SlotOutcome.Missed missed => Some(missed.Why),
        SlotOutcome.Unknown unknown => Some(unknown.Why),
    };

    private static string Outcome(SlotOutcome outcome) =>
        outcome.Word.PadRight(LongestOutcome) + "  "
        + string.Join(": ", (outcome is SlotOutcome.Served served ? Some(served.Attempt > 1 ? $"{served.Backup} (attempt {served.Attempt})" : served.Backup) : None).ToSeq().AsEnumerable().Concat(Message(outcome)));

    private static string Verdict(Coverage coverage, Instant now) => coverage switch
    {
        Coverage.Covered covered => covered.Next <= now ? "yes, and a slot is due now" : $"yes, next at {Time(covered.Next)}",
        Coverage.Excluded excluded => $"no: {excluded.Detail}",
        Coverage.Unsupported unsupported => $"no: {unsupported.Why}",
        Coverage.Invalid invalid => $"no: {(invalid.Subject == Coverage.Invalid.Schedule ? "" : "annotation ")}{invalid.Subject} '{invalid.Expression}' ({invalid.Source.ToString().ToLowerInvariant()}) is not valid: {invalid.Problem}",
    };

    private static void Fact(StringBuilder text, string name, string value) => text.Append($"{name}:".PadRight(15)).Append(PlainText.OneLine(value)).Append('\n');

    private static void List(StringBuilder text, string title, Seq<string> lines)
    {
        text.Append('\n').Append(title).Append(lines.IsEmpty ? ": none\n" : ":\n");
        lines.Iter(line => text.Append("  ").Append(PlainText.OneLine(line.TrimEnd())).Append('\n'));
    }

    private static string Clock(Instant slot, DateTimeZone zone) =>
        $"{Time(slot)}  {slot.InZone(zone).ToString("ddd yyyy-MM-dd HH:mm:ss o<g>", CultureInfo.InvariantCulture)}";

    private static string Time(Instant instant) => InstantPattern.General.Format(instant);
}
