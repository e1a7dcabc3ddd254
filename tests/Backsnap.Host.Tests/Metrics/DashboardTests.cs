using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Backsnap.Host.Tests.Metrics;

/// <summary>The dashboard loads, and each panel has something to show.</summary>
public sealed partial class DashboardTests
{
    [Fact]
    public void Panels_have_an_id_of_their_own_words_and_a_place_that_no_other_has()
    {
        var panels = Dashboard.Panels().ToList();
        Assert.Equal(panels.Count, panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        var taken = new HashSet<(int, int)>();
        Assert.All(panels, panel =>
        {
            Assert.NotEqual("", panel.GetProperty("title").GetString());
            Assert.True(panel.GetProperty("type").GetString() == "row" || panel.GetProperty("description").GetString() is { Length: > 0 });
            var at = panel.GetProperty("gridPos");
            var (x, y, w, h) = (at.GetProperty("x").GetInt32(), at.GetProperty("y").GetInt32(), at.GetProperty("w").GetInt32(), at.GetProperty("h").GetInt32());
            Assert.InRange(x + w, 1, 24);
            Assert.All(Enumerable.Range(x, w).SelectMany(column => Enumerable.Range(y, h).Select(line => (column, line))), cell => Assert.True(taken.Add(cell)));
        });
    }

    [Fact]
    public void Every_variable_that_is_used_is_defined_and_every_query_asks_the_chosen_prometheus()
    {
        var defined = Dashboard.Root.GetProperty("templating").GetProperty("list").EnumerateArray().Select(variable => variable.GetProperty("name").GetString()).ToHashSet();
        Assert.Superset(new HashSet<string?> { "datasource", "namespace", "claim" }, defined);
        Assert.All(Variables().Matches(Dashboard.Root.GetRawText()).Select(match => match.Groups[1].Value).Where(name => !name.StartsWith("__", StringComparison.Ordinal)), name => Assert.Contains(name, defined));
        Assert.All(Dashboard.Panels().Where(panel => panel.TryGetProperty("targets", out _)).SelectMany(panel => panel.GetProperty("targets").EnumerateArray()), target =>
            Assert.Equal("${datasource}", target.GetProperty("datasource").GetProperty("uid").GetString()));
    }

    // An expectation of nothing is met by a query that finds nothing: each query must disappoint it.
    [SkippableFact]
    public async Task Every_query_finds_something_in_what_the_operator_shows()
    {
        var queries = Dashboard.Expressions().Distinct().ToList();
        var test = new StringBuilder("evaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n");
        foreach (var line in (await Watched.Page(Watched.Busy().Samples())).Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            var (series, value) = (line[..line.LastIndexOf(' ')], double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
            // promtool's time begins at 0.
            var shifted = series.Contains("timestamp_seconds", StringComparison.Ordinal) ? value - Watched.Monday.ToUnixTimeSeconds() + 600 : value;
            var labelled = series.EndsWith('}') ? $"{series[..^1]},instance=\"a\",job=\"backsnap\"}}" : $"{series}{{instance=\"a\",job=\"backsnap\"}}";
            test.Append(CultureInfo.InvariantCulture, $"      - series: '{labelled}'\n        values: '{shifted:0.###}x20'\n");
        }

        test.Append("    promql_expr_test:\n");
        foreach (var query in queries)
        {
            test.Append(CultureInfo.InvariantCulture, $"      - expr: '{query.Replace("'", "''", StringComparison.Ordinal)}'\n        eval_time: 10m\n");
        }

        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, test.ToString());
        var (_, said) = await RulesTests.Promtool("test", "rules", file);
        File.Delete(file);
        Assert.DoesNotContain("parse error", said, StringComparison.Ordinal);
        Assert.All(queries, query => Assert.True(said.Contains($"expr: \"{query.Replace("\"", "\\\"", StringComparison.Ordinal)}\"", StringComparison.Ordinal), $"{query} finds nothing:\n{said[..Math.Min(said.Length, 2000)]}"));
    }

    [GeneratedRegex(@"\$\{?(\w+)\}?")]
    private static partial Regex Variables();
}
