using System.Text;
using Backsnap.Host.Metrics;
using Backsnap.Host.Tests.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace Backsnap.Host.Tests.Hostile;

/// <summary>The page of metrics, read by the grammar of Prometheus' text format: whatever stands in a label stays in it.</summary>
public sealed class MetricsLaws
{
    private static readonly Metric Claims = new("backsnap_test", MetricType.Gauge, "Of claims.", "namespace", "claim", "reason");

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Elements("\"", "\\", "\n", "\\n", "\\\"", "\"} 1\nbacksnap_up 0\n", "\r", "\\\\\"", "{", "}", ",", "# HELP x y", "é", "💾", "\u2028", "a\",claim=\"b"),
        Laws.AnyText);

    private static readonly Gen<string[]> Labels = from ns in Text from claim in Text from reason in Text select new[] { ns, claim, reason };

    [Fact]
    public void What_stands_in_a_label_is_read_back_and_nothing_else() => Laws.Hold(Gen.ArrayOf(Labels), all =>
    {
        var page = Watched.Page(all.Select((labels, number) => new Sample(Claims, number, labels[0], labels[1], labels[2]))).GetAwaiter().GetResult();
        var read = Read(page);
        return read.Count == all.Length
            && read.Select((sample, number) => sample.Value == $"{number}" && sample.Labels.SequenceEqual(all[number].Select(Readable))).All(same => same);
    }, 300);

    // Half a surrogate pair has no UTF-8.
    private static string Readable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static IReadOnlyList<(string[] Labels, string Value)> Read(string page)
    {
        Assert.True(page.Length == 0 || page.EndsWith('\n'), page);
        return [.. page.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).Select(Line)];
    }

    private static (string[] Labels, string Value) Line(string line)
    {
        const string name = "backsnap_test{";
        Assert.StartsWith(name, line, StringComparison.Ordinal);
        var at = name.Length;
        var labels = new List<string>();
        foreach (var label in Claims.Labels)
        {
            var opening = $"{(labels.Count == 0 ? "" : ",")}{label}=\"";
            Assert.Equal(opening, line.Substring(at, Math.Min(opening.Length, line.Length - at)));
            at += opening.Length;
            labels.Add(Value(line, ref at));
        }

        Assert.Equal("} ", line.Substring(at, 2));
        return ([.. labels], line[(at + 2)..]);
    }

    private static string Value(string line, ref int at)
    {
        var value = new StringBuilder();
        for (; line[at] != '"'; at++)
        {
            value.Append(line[at] != '\\' ? line[at] : line[++at] switch { 'n' => '\n', '\\' => '\\', '"' => '"', var other => throw new FormatException($"\\{other} in {line}") });
        }

        at++;
        return value.ToString();
    }
}
