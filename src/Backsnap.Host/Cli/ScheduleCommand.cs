using System.CommandLine;
using Backsnap.Domain.Schedules;
using NodaTime;

namespace Backsnap.Host.Cli;

/// <summary><c>backsnap schedule EXPRESSION</c>: what an expression means and when it fires; no cluster is asked.</summary>
internal static class ScheduleCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("schedule", "Say what a schedule means and when it fires.");
        var expression = new Argument<string>("EXPRESSION") { Description = "A schedule, as in '30 2 * * mon-fri' or @daily." };
        var timezone = Text("--timezone", "ZONE", "The zone in which it is read (default: UTC).");
        var after = Text("--after", "INSTANT", "Occurrences after this instant, RFC 3339 (default: now).");
        var before = Text("--before", "INSTANT", "Occurrences before this instant.");
        var count = new Option<int?>("--count") { Description = "How many (default: 5).", HelpName = "N" };
        var claim = Text("--for", "NAMESPACE/CLAIM", "The claim whose H, @every and spread are meant.");
        var output = Text("--output", "FORM", "text or json.");
        output.Aliases.Add("-o");
        command.Arguments.Add(expression);
        foreach (var option in new Option[] { timezone, after, before, count, claim, output })
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed => ScheduleReport.Answer(
            new ScheduleQuestion(
                parsed.GetValue(expression) ?? "", parsed.GetValue(timezone), parsed.GetValue(after), parsed.GetValue(before), parsed.GetValue(count), parsed.GetValue(claim)),
            SystemClock.Instance.GetCurrentInstant()).Match(
                Left: error => Complaint.Say(Complaint.BadInput, error.Message),
                Right: report => Print(report, parsed.GetValue(output) ?? "text")));
        return command;
    }

    private static int Print(ScheduleReport report, string form)
    {
        switch (form)
        {
            case "json":
                Console.Out.WriteLine(report.ToJson());
                return 0;
            case "text":
                Console.Out.Write(report.ToText());
                return 0;
            default:
                return Complaint.Say(Complaint.BadInput, $"'{form}' is not an output form: write text or json");
        }
    }

    private static Option<string?> Text(string name, string value, string description) => new(name) { Description = description, HelpName = value };
}
