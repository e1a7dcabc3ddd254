using System.Diagnostics;
using System.Text.RegularExpressions;
using Backsnap.Host.Metrics;
using YamlDotNet.RepresentationModel;

namespace Backsnap.Host.Tests.Metrics;

/// <summary>The alerts and the dashboard ask for what the operator shows, and the alerts fire when they are to.</summary>
public sealed partial class RulesTests
{
    private static string Rules { get; } = Path.Combine(Watched.Root, "config", "prometheus", "rules.yaml");

    [SkippableFact]
    public async Task Every_alert_fires_where_it_is_to_and_is_silent_beside_it()
    {
        var tests = Path.Combine(Watched.Root, "config", "prometheus", "rules_test.yaml");
        Assert.Equal(Names(Rules), Alerts().Matches(await File.ReadAllTextAsync(tests)).Select(match => match.Groups[1].Value).Distinct());
        var text = await File.ReadAllTextAsync(tests);
        Assert.All(Names(Rules), alert =>
        {
            Assert.Contains($"name: {alert} fires", text, StringComparison.Ordinal);
            Assert.Contains($"name: {alert} is silent", text, StringComparison.Ordinal);
        });
        var (status, said) = await Promtool("test", "rules", tests);
        Assert.True(status == 0, said);
    }

    [SkippableFact]
    public async Task Promtool_finds_nothing_to_say_against_the_rules_and_the_page()
    {
        var (status, said) = await Promtool("check", "rules", Rules);
        Assert.True(status == 0, said);
        (status, said) = await Run(await Watched.Page(Watched.Busy().Samples()), ["check", "metrics"]);
        Assert.True(status == 0 && said.Trim().Length == 0, said);
    }

    [Fact]
    public void The_rules_for_the_operator_of_prometheus_are_the_same()
    {
        var plain = Root(Rules)["groups"];
        var wrapped = Root(Path.Combine(Watched.Root, "config", "prometheus", "prometheusrule.yaml"))["spec"]["groups"];
        Assert.Equal(plain, wrapped);
    }

    [Fact]
    public void Whatever_alerts_and_panels_ask_for_is_shown_by_the_operator_with_the_labels_that_they_name()
    {
        var expressions = Expressions().ToList();
        Assert.True(expressions.Count > 30, $"{expressions.Count} expressions");
        Assert.All(expressions, asked =>
        {
            var metrics = MetricNames().Matches(asked).Select(match => match.Value).Distinct().Select(name =>
                Catalogue.All.SingleOrDefault(metric => metric.Name == name || (metric.Type == MetricType.Histogram && Lines(metric).Contains(name)))
                ?? throw new InvalidOperationException($"{name} in: {asked}")).ToList();
            Assert.NotEmpty(metrics);
            var labels = metrics.SelectMany(metric => metric.Labels).Concat(["le", "instance", "job"]).ToHashSet();
            Assert.All(Grouped().Matches(asked).SelectMany(match => match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)), label =>
                Assert.True(labels.Contains(label), $"{label} in: {asked}"));
            Assert.All(Matched().Matches(asked), match => Assert.All(LabelNames().Matches(match.Groups[2].Value), label =>
                Assert.True(OfName(match.Groups[1].Value).Labels.Contains(label.Groups[1].Value), $"{label.Groups[1].Value} of {match.Groups[1].Value} in: {asked}")));
        });
    }

    [Fact]
    public void Every_alert_has_its_words_and_its_section_in_the_docs()
    {
        var headings = File.ReadAllLines(Path.Combine(Watched.Root, "docs", "alerts.md")).Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]).ToList();
        Assert.Equal(Names(Rules), headings.Where(heading => heading.StartsWith("Backsnap", StringComparison.Ordinal)));
        Assert.All(All(), rule =>
        {
            var name = $"{rule["alert"]}";
            Assert.Contains($"{rule["labels"]["severity"]}", (string[])["critical", "warning"]);
            Assert.NotEqual("", $"{rule["annotations"]["summary"]}");
            Assert.NotEqual("", $"{rule["annotations"]["description"]}");
#pragma warning disable CA1308 // Anchors of headings are lower-case.
            Assert.Equal($"docs/alerts.md#{name.ToLowerInvariant()}", $"{rule["annotations"]["runbook"]}");
#pragma warning restore CA1308
        });
    }

    [Fact]
    public void The_page_about_metrics_lists_every_one_with_its_type_labels_and_meaning_and_no_other()
    {
        var expected = Catalogue.All.Select(metric => $"| `{metric.Name}` | {metric.Word} | {string.Join(", ", metric.Labels.Select(label => $"`{label}`"))} | {metric.Help} |").ToList();
        var written = File.ReadAllLines(Path.Combine(Watched.Root, "docs", "metrics.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        Assert.True(expected.SequenceEqual(written), $"The tables in docs/metrics.md are to read:\n\n{string.Join('\n', expected)}\n");
    }

    private static Metric OfName(string name) => Catalogue.All.Single(metric => metric.Name == name || Lines(metric).Contains(name));

    private static string[] Lines(Metric metric) => [$"{metric.Name}_bucket", $"{metric.Name}_sum", $"{metric.Name}_count"];

    private static IEnumerable<YamlNode> All() => ((YamlSequenceNode)Root(Rules)["groups"]).SelectMany(group => (YamlSequenceNode)group["rules"]);

    private static IEnumerable<string> Names(string path) => Alerts().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value);

    private static IEnumerable<string> Expressions() => All().Select(rule => $"{rule["expr"]}").Concat(Dashboard.Expressions());

    private static YamlNode Root(string path)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(path)));
        return yaml.Documents[0].RootNode;
    }

    internal static Task<(int Status, string Said)> Promtool(params string[] arguments) => Run(null, arguments);

    private static async Task<(int Status, string Said)> Run(string? input, string[] arguments)
    {
        var program = Tools.OnPath("promtool") ?? Tools.InRepository("bin/promtool");
        Skip.If(program is null && Environment.GetEnvironmentVariable("BACKSNAP_REQUIRE_TOOLS") != "1", "promtool is not there (scripts/test.sh fetches it on Debian and Ubuntu)");
        using var process = Process.Start(new ProcessStartInfo(program!, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input ?? "");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return (process.ExitCode, (input is null ? await output : "") + await errors);
    }

    [GeneratedRegex(@"alert(?:name)?: (Backsnap\w+)")]
    private static partial Regex Alerts();

    [GeneratedRegex(@"\b(?:backsnap|process)_[a-z_]+")]
    private static partial Regex MetricNames();

    [GeneratedRegex(@"\b(?:by|on|without|group_left)\s*\(([^)]*)\)")]
    private static partial Regex Grouped();

    [GeneratedRegex(@"\b((?:backsnap|process)_[a-z_]+)\{([^}]*)\}")]
    private static partial Regex Matched();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex LabelNames();
}
