using System.Diagnostics.Metrics;
using Backsnap.Host.Cli;
using Backsnap.Host.Metrics;

namespace Backsnap.Host.Telemetry;

/// <summary>
/// The figures of <c>/metrics</c> as instruments, under the same names and with the same labels. What the cluster is like is worked out when it is
/// collected, as for a scrape. There are two meters, because what is counted goes on for ever and what is there may go: whoever collects gauges must
/// not go on telling of claims that are gone.
/// </summary>
internal sealed class Instruments : IDisposable
{
    /// <summary>What is counted: counters and histograms.</summary>
    public const string Counted = "Backsnap.Counted";

    /// <summary>What is there: gauges.</summary>
    public const string Present = "Backsnap.Present";

    private readonly Figures figures;
    private readonly Meter counted = new(Counted, VersionCommand.Version);
    private readonly Meter present = new(Present, VersionCommand.Version);
    private readonly Dictionary<Metric, Histogram<double>> histograms = [];

    /// <summary>Makes an instrument of each metric in the catalogue.</summary>
    public Instruments(Figures figures)
    {
        this.figures = figures;
        var counts = new Collection(MetricType.Counter, figures.Counts);
        var gauges = new Collection(MetricType.Gauge, figures.Samples);
        foreach (var metric in Catalogue.All)
        {
            switch (metric.Type)
            {
                case MetricType.Gauge:
                    present.CreateObservableGauge(metric.Name, () => gauges.Of(metric), Unit(metric), metric.Help);
                    break;
                case MetricType.Counter:
                    counted.CreateObservableCounter(metric.Name, () => counts.Of(metric), Unit(metric), metric.Help);
                    break;
                case MetricType.Histogram:
                    histograms[metric] = counted.CreateHistogram(
                        metric.Name, Unit(metric), metric.Help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = figures.BoundsOf(metric) });
                    break;
            }
        }

        figures.Observed += Record;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        figures.Observed -= Record;
        counted.Dispose();
        present.Dispose();
    }

    private void Record(Metric metric, double seconds, string label)
    {
        if (metric.Labels.Count == 0)
        {
            histograms[metric].Record(seconds);
        }
        else
        {
            histograms[metric].Record(seconds, KeyValuePair.Create<string, object?>(metric.Labels[0], label));
        }
    }

    private static string? Unit(Metric metric) =>
        metric.Name.Contains("_seconds", StringComparison.Ordinal) ? "s" : metric.Name.EndsWith("_bytes", StringComparison.Ordinal) ? "By" : null;

    // Each instrument of a meter is asked once in a collection; one that is asked again begins the next. So the samples are worked out once for all
    // of them, and none is kept that was given.
    private sealed class Collection(MetricType type, Func<IEnumerable<Sample>> samples)
    {
        private readonly Lock gate = new();
        private Dictionary<Metric, List<Sample>> left = [];

        public IEnumerable<Measurement<double>> Of(Metric metric)
        {
            List<Sample>? found;
            lock (gate)
            {
                if (!left.Remove(metric, out found))
                {
                    left = Catalogue.All.Where(one => one.Type == type).ToDictionary(one => one, _ => new List<Sample>());
                    foreach (var sample in samples())
                    {
                        if (left.TryGetValue(sample.Metric, out var all))
                        {
                            all.Add(sample);
                        }
                    }

                    left.Remove(metric, out found);
                }
            }

            return (found ?? []).Select(sample => new Measurement<double>(sample.Value, Tags(sample)));
        }

        private static KeyValuePair<string, object?>[] Tags(Sample sample) =>
            [.. sample.Metric.Labels.Select((name, place) => KeyValuePair.Create<string, object?>(name, sample.Label(place)))];
    }
}
