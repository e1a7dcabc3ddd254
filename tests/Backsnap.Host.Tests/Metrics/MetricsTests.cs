using System.IO.Pipelines;
using System.Text.RegularExpressions;
using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using LanguageExt;

namespace Backsnap.Host.Tests.Metrics;

/// <summary>What /metrics says of a cluster and of the operator.</summary>
public sealed partial class MetricsTests
{
    [Fact]
    public async Task The_metrics_of_a_cluster_read_as_they_were_agreed()
    {
        var page = await Watched.Page(Watched.Over(Watched.Cluster).Samples().TakeWhile(sample => sample.Metric != Catalogue.Plans));
        var path = Watched.Beside("metrics.txt");
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(path, page);
        }

        Assert.Equal(await File.ReadAllTextAsync(path), page);
    }

    [Fact]
    public async Task They_are_in_the_text_format_that_prometheus_reads_each_series_once_and_each_metric_in_one_piece()
    {
        var described = new System.Collections.Generic.HashSet<string>();
        var series = new System.Collections.Generic.HashSet<string>();
        var current = "";
        var page = await Watched.Page(Watched.Busy().Samples());
        Assert.EndsWith("\n", page, StringComparison.Ordinal);
        foreach (var line in page.TrimEnd('\n').Split('\n'))
        {
            Assert.Matches(Exposition(), line);
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                current = line.Split(' ')[2];
                Assert.True(described.Add(current), line);
            }
            else if (!line.StartsWith('#'))
            {
                Assert.StartsWith(current, line, StringComparison.Ordinal);
                Assert.True(series.Add(line[..line.LastIndexOf(' ')]), line);
            }
        }
    }

    [Fact]
    public void Every_metric_of_the_catalogue_is_shown_with_a_value_for_each_label()
    {
        var shown = Watched.Busy().Samples().ToList();
        Assert.Equal(Catalogue.All.Select(metric => metric.Name), shown.Select(sample => sample.Metric.Name).Distinct());
        Assert.Equal(Catalogue.All.Count, Catalogue.All.Select(metric => metric.Name).Distinct().Count());
        Assert.All(shown.Where(sample => sample.Metric != Catalogue.Finished && sample.Metric.Type != MetricType.Histogram), sample =>
            Assert.All(Enumerable.Range(0, sample.Metric.Labels.Count), place => Assert.NotEqual("", sample.Label(place))));
    }

    [Fact]
    public void A_restart_resets_nothing_that_is_told_of_claims()
    {
        var before = Watched.Busy().Samples().TakeWhile(sample => sample.Metric != Catalogue.Plans);
        Assert.Equal(before, Watched.Over(Watched.Cluster).Samples().TakeWhile(sample => sample.Metric != Catalogue.Plans));
    }

    [Fact]
    public void The_series_of_a_claim_end_with_it()
    {
        var state = Watched.Cluster with { Claims = Watched.Cluster.Claims.Filter(claim => claim.Id.Name != "orders").Strict() };
        Assert.DoesNotContain(Watched.Over(state).Samples(), sample => sample.Metric.Labels.Contains("persistentvolumeclaim") && sample.B == "orders");
        Assert.DoesNotContain(Watched.Over(state).Samples(), sample => sample.B == "gone");
    }

    [Fact]
    public void An_operator_that_stands_by_shows_itself_and_nothing_of_the_cluster()
    {
        var figures = Watched.Busy();
        figures.Leads(false);
        var shown = figures.Samples().ToList();
        Assert.DoesNotContain(shown, sample => sample.Metric.Labels.Contains("namespace") || sample.Metric == Catalogue.Queue);
        Assert.Equal(0, Assert.Single(shown, sample => sample.Metric == Catalogue.Leader).Value);
        Assert.Equal(0, Assert.Single(shown, sample => sample.Metric == Catalogue.Synced).Value);
    }

    [Fact]
    public async Task What_a_label_says_cannot_forge_another_line()
    {
        var page = await Watched.Page([new Sample(Catalogue.Build, 1, "1\"} 1\nbacksnap_leader 1\\")]);
        Assert.Equal("backsnap_build_info{version=\"1\\\"} 1\\nbacksnap_leader 1\\\\\"} 1", page.TrimEnd('\n').Split('\n')[^1]);
    }

    [Fact]
    public void A_histogram_counts_a_value_in_each_bucket_from_its_own_up()
    {
        var histogram = new Histogram(Catalogue.RequestDuration, [0.1, 1]);
        foreach (var seconds in (double[])[0.1, 0.5, 5])
        {
            histogram.Observe(seconds, "get");
        }

        Assert.Equal(
            [("_bucket", "0.1", 1), ("_bucket", "1", 2), ("_bucket", "+Inf", 3), ("_sum", "", 5.6), ("_count", "", 3)],
            histogram.Samples().Select(sample => (sample.Suffix, sample.Bound, sample.Value)));
    }

    [Fact]
    public async Task However_many_claims_there_are_the_page_is_written_part_by_part()
    {
        var one = Watched.Cluster.Claims.Find(claim => claim.Id.Name == "users").IfNone(() => throw new InvalidOperationException());
        var claims = Enumerable.Range(0, 20_000).Select(number => new Domain.Claims.Claim(
            one.Id with { Name = $"claim-{number}", Uid = new Uid($"{number}") }, one.Phase, one.Mode, one.Class, one.VolumeName, one.AccessModes, one.Request, one.Capacity, one.Schedule, one.TimeZone, one.Restoring));
        var figures = Watched.Over(Watched.Cluster with { Claims = claims.ToSeq().Strict(), Backups = Seq<Domain.Backups.Backup>.Empty });
        // The writer waits for the reader: a page that was made at once would be larger than what may be unread.
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 1));
        var writing = Write();
        var (total, largest) = (0L, 0L);
        while (true)
        {
            var read = await pipe.Reader.ReadAsync();
            if (read is { IsCompleted: true, Buffer.IsEmpty: true })
            {
                break;
            }

            (total, largest) = (total + read.Buffer.Length, Math.Max(largest, read.Buffer.Length));
            pipe.Reader.AdvanceTo(read.Buffer.End);
        }

        await writing;
        Assert.True(total > 5_000_000, $"{total} bytes in all");
        Assert.True(largest < 200_000, $"{largest} bytes at once");

        async Task Write()
        {
            await TextFormat.WriteAsync(figures.Samples(), pipe.Writer, default);
            await pipe.Writer.CompleteAsync();
        }
    }

    [GeneratedRegex("""^(# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))|[a-z_]+(\{([a-z_]+="([^"\\\n]|\\[\\"n])*",?)+\})? (-?[0-9.Ee+-]+))$""")]
    private static partial Regex Exposition();
}
