using Backsnap.Domain.Objects;
using Backsnap.Planner.Schedules;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Cli;

/// <summary>An explanation as a document, for <c>explain -o json</c>. Instants are in UTC; the verdict is that of <c>plan -o json</c>.</summary>
internal static class ExplanationDocument
{
    /// <summary>The document.</summary>
    public static Node Of(ScheduleExplanation explanation, Instant now) => Node.Object(
        Node.Set("explainedAt", Time(now)),
        Node.Set("namespace", explanation.Claim.Namespace.Value),
        Node.Set("name", explanation.Claim.Name),
        Node.Set("coverage", PlanDocument.Coverage(explanation.Coverage)),
        Node.Maybe("wayOut", explanation.WayOut),
        Node.Maybe("schedule", explanation.Schedule.Map(schedule => Node.Object(
            Node.Set("expression", schedule.Expression),
            Node.Set("source", schedule.Source.ToString()),
            Node.Set("timezone", schedule.Timetable.Zone.Id),
            Node.Set("timezoneSource", schedule.ZonePlace),
            Node.Set("description", schedule.Timetable.Describe())))),
        Node.Unless0("notes", explanation.Notes),
        Node.Set("past", Node.List(explanation.Past.Map(Past))),
        Node.Set("next", Node.List(explanation.Coming.Map(Time))));

    private static Node Past(PastSlot slot) => Node.Object(
        Node.Set("slot", Time(slot.At)),
        Node.Set("outcome", slot.Outcome.Word),
        Node.Maybe("backup", slot.Outcome is SlotOutcome.Served served ? Some(served.Backup) : None),
        Node.Maybe("attempt", slot.Outcome is SlotOutcome.Served { Attempt: var attempt } ? Some((Node)attempt) : None),
        Node.Maybe("message", ExplanationText.Message(slot.Outcome)));

    private static Node Time(Instant instant) => InstantPattern.General.Format(instant);
}
