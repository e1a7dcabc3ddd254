using System.Text;
using Backsnap.Simulation.Tests.Operators;
using Backsnap.Simulation.Tests.Scenarios;

namespace Backsnap.Simulation.Tests.Mutations;

/// <summary>The simulation bites: a planner without one of its rules is found out. The table of who finds whom is in docs/simulation.md.</summary>
public sealed class MutationTests
{
    private const string Begin = "<!-- mutations -->";
    private const string End = "<!-- end of mutations -->";

    [Fact]
    public void Every_planner_that_lacks_a_rule_is_found_out_and_the_table_in_the_docs_says_by_what()
    {
        var table = new StringBuilder("| The planner lacks | In the story | Found out by |\n|---|---|---|\n");
        foreach (var mutation in Mutation.All)
        {
            var sound = mutation.Story.Play(Faults.None);
            var broken = mutation.Story.Play(Faults.None, mutation.Broken);
            Assert.True(sound.Broken.Count == 0, $"the story '{mutation.Story}' must be sound without the mutation:\n{string.Join('\n', sound.Broken)}\n{sound.Journal}");
            var by = Finding(sound, broken);
            Assert.True(by is not null, $"nothing noticed that the planner lacks the rule '{mutation.Rule}' in '{mutation.Story}'\n{broken.Journal}");
            table.Append("| ").Append(mutation.Rule).Append(" | ").Append(mutation.Story).Append(" | ").Append(by).Append(" |\n");
        }

        var path = Path.Combine(Golden.Project, "..", "..", "docs", "simulation.md");
        var text = File.ReadAllText(path);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, $"{text[..from]}\n{table}{text[to..]}");
        }
        else
        {
            Assert.Equal(table.ToString(), text[from..to].TrimStart('\n'));
        }
    }

    // The first law that was broken, without the time and the names; else that the story ended otherwise.
    private static string? Finding(Played sound, Played broken) =>
        broken.Broken.Count > 0 ? Law(broken.Broken[0])
        : broken.Outcome != sound.Outcome ? "another end of the story"
        : null;

    private static string Law(string line)
    {
        const string Plan = "the plan breaks a law: ";
        var at = line.IndexOf(Plan, StringComparison.Ordinal);
        var law = at >= 0 ? line[(at + Plan.Length)..] : line.Contains('Z', StringComparison.Ordinal) && char.IsDigit(line[0]) ? line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..] : line;
        var name = law[..law.IndexOfAny(['(', ':', ','])].Trim();
        return at >= 0 ? $"the check of plans: {name}" : name;
    }
}
