using System.Globalization;
using System.Text;
using Backsnap.Domain.Cluster;
using Backsnap.Planner;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Cli;

/// <summary>A plan as a person reads it: the claims and what becomes of them, what would be done, and what is waited for.</summary>
internal static class PlanTable
{
    /// <summary>The text, ending in a newline.</summary>
    public static string Of(Plan plan, Instant now)
    {
        var text = new StringBuilder();
        Table(text, ["CLAIM", "VERDICT", "SCHEDULE", "NEXT", "LAST SUCCESS", "WHY"], plan.Verdicts.Select(verdict => Row(verdict, now)), "No claims.");
        text.Append('\n');
        Table(
            text, ["ACTION", "KIND", "OBJECT", "REASON"],
            plan.Actions.Select(action => new[] { action.Verb, action.Target.Kind.Kind, $"{action.Target.Namespace}/{action.Target.Name}", action.Reason }), "Nothing to do.");
        if (!plan.Waits.IsEmpty)
        {
            text.Append('\n');
            Table(text, ["WAITING", "OBJECT", "FOR"], plan.Waits.Select(wait => new[] { wait.Kind.Kind, $"{wait.Object.Namespace}/{wait.Object.Name}", wait.For }), "");
        }

        if (!plan.Notices.IsEmpty)
        {
            text.Append('\n');
            Table(
                text, ["NOTICE", "OBJECT", "MESSAGE"],
                plan.Notices.Select(notice => new[] { notice.Reason, $"{notice.Kind.Kind} {notice.About.Namespace}/{notice.About.Name}", notice.Message }), "");
        }

        plan.WakeAt.IfSome(at => text.Append(CultureInfo.InvariantCulture, $"\nLooks again at {Time(at)} if nothing changes before.\n"));
        return text.ToString();
    }

    private static string[] Row(Verdict verdict, Instant now) => verdict.Coverage switch
    {
        Coverage.Covered covered =>
        [
            verdict.Claim.ToString(), "covered", $"{covered.Expression} ({covered.Source.ToString().ToLowerInvariant()})", covered.Next <= now ? "now" : Time(covered.Next),
            covered.LastSuccess.Map(Time).IfNone("never"), covered.Description,
        ],
        Coverage.Excluded excluded => [verdict.Claim.ToString(), "excluded", "-", "-", "-", excluded.Detail],
        Coverage.Unsupported unsupported => [verdict.Claim.ToString(), "UNSUPPORTED", "-", "-", "-", unsupported.Why],
        Coverage.Invalid { Subject: Coverage.Invalid.Schedule } invalid =>
            [verdict.Claim.ToString(), "INVALID", $"{invalid.Expression} ({invalid.Source.ToString().ToLowerInvariant()})", "-", "-", invalid.Problem],
        Coverage.Invalid invalid =>
            [verdict.Claim.ToString(), "INVALID", "-", "-", "-", $"annotation {invalid.Subject} on the {invalid.Source.ToString().ToLowerInvariant()}: {invalid.Problem}"],
    };

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows, string none)
    {
        var lines = rows.Select(row => row.Select(PlainText.OneLine).ToArray()).Prepend(head).ToList();
        if (lines.Count == 1)
        {
            text.Append(none).Append('\n');
            return;
        }

        var widths = Enumerable.Range(0, head.Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        foreach (var line in lines)
        {
            text.Append(string.Join("   ", line.Select((cell, column) => column == line.Length - 1 ? cell : cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        }
    }

    private static string Time(Instant instant) => InstantPattern.General.Format(instant);
}
