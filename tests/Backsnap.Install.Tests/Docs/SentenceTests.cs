using System.CommandLine;
using Backsnap.Host.Cli;
using Backsnap.Install.Tests.Chart;

namespace Backsnap.Install.Tests.Docs;

/// <summary>The commands that stand within a sentence can be given, too.</summary>
public sealed class SentenceTests
{
    // What a reader puts there.
    private static readonly (string Placeholder, string Value)[] Placeholders =
        [("NAMESPACE[/CLAIM]", "shop/orders"), ("NAMESPACE", "shop"), ("NAME", "orders-before-upgrade"), ("CLAIM", "orders"), ("COMMAND", "plan"), ("OPERATION", "backup"), ("EXPRESSION", "@daily"), (" [OPTIONS]", "")];

    private static readonly (string Command, string Why)[] NotRun =
    [
        ("kubectl scale statefulset db --replicas=0", "the embedded cluster has no StatefulSets"),
    ];

    // A schedule that begins with @ is not the name of a file.
    private static readonly ParserConfiguration NoFiles = new() { ResponseFileTokenReplacer = null };

    private static IEnumerable<(string Page, string Text)> Written => Page.All.SelectMany(page => page.Spans.Select(span => (page.Name, Placeholders.Aggregate(
        span, (text, placeholder) => text.Replace(placeholder.Placeholder, placeholder.Value, StringComparison.Ordinal))))).Distinct();

    [SkippableFact]
    public async Task A_command_of_kubectl_within_a_sentence_does_something()
    {
        var commands = Written.Select(span => span.Text).Where(IsWholeForKubectl).Where(text => !NotRun.Any(other => other.Command == text)).Distinct().ToList();
        Assert.True(commands.Count > 10, string.Join('\n', commands));

        await PageRun.Run(commands.Select((command, number) => (number, command)), "claims record prometheus installed");
    }

    [Fact]
    public void A_command_of_backsnap_within_a_sentence_is_understood()
    {
        var commands = Written.Where(span => span.Text.StartsWith("backsnap ", StringComparison.Ordinal) && !IsWholeForKubectl(span.Text) && span.Text.Split(' ').Length > 2 && !span.Text.Contains('…', StringComparison.Ordinal)).ToList();
        Assert.True(commands.Count > 10, string.Join('\n', commands));

        Assert.All(commands, span => Assert.Empty(
            Commands.Root(_ => null).Parse(CommandLine.Normalize([.. span.Text.Split(' ').Skip(1).Select(word => word.Trim('\''))]), NoFiles).Errors.Select(error => $"{span}: {error.Message}")));
    }

    [Fact]
    public void What_is_not_run_is_still_written() => Assert.All(NotRun, other => Assert.Contains(other.Command, Written.Select(span => span.Text)));

    [SkippableFact]
    public async Task The_chart_renders_with_the_values_that_a_page_sets()
    {
        var sets = Page.All.SelectMany(page => page.Spans.Append("").Concat(page.Blocks.Select(block => block.Text))).Select(Sets).Where(set => set.Count > 0).ToList();
        Assert.True(sets.Count >= 3, $"{sets.Count} sets of values");

        foreach (var set in sets)
        {
            var values = string.Join('\n', set.GroupBy(value => value.Path[0]).Select(top => $"{top.Key}:\n{string.Join('\n', top.GroupBy(value => value.Path[1]).Select(next => next.First().Path.Length == 2
                ? $"  {next.Key}: {next.First().Value}"
                : $"  {next.Key}:\n{string.Join('\n', next.Select(value => $"    {value.Path[2]}: {value.Value}"))}"))}"));
            var (status, _, errors) = await HelmTemplate.Try(values);
            Assert.True(status == 0, $"{values}\n{errors}");
        }
    }

    private static bool IsWholeForKubectl(string text) => !text.Contains('…', StringComparison.Ordinal)
        && ((text.StartsWith("kubectl ", StringComparison.Ordinal) && text.Split(' ').Length > 2) || text.Contains("| kubectl", StringComparison.Ordinal));

    // What stands behind each --set: a path with two or three parts, and its value.
    private static List<(string[] Path, string Value)> Sets(string text) =>
        [.. text.Split("--set ").Skip(1).Select(rest => rest.Split([' ', '\n'], 2)[0].Split('=', 2)).Select(set => (set[0].Split('.'), set[1]))];
}
