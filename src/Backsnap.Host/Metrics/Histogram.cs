using System.Collections.Concurrent;
using System.Globalization;

namespace Backsnap.Host.Metrics;

/// <summary>Counts of seconds up to each of several bounds, for each value of at most one label. Safe from any thread.</summary>
/// <param name="metric">What is counted.</param>
/// <param name="bounds">The upper bounds in seconds, ascending.</param>
internal sealed class Histogram(Metric metric, IReadOnlyList<double> bounds)
{
    private readonly ConcurrentDictionary<string, Buckets> byLabel = new(StringComparer.Ordinal);

    /// <summary>What is counted.</summary>
    public Metric Metric => metric;

    /// <summary>The upper bounds in seconds, ascending.</summary>
    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>Counts one.</summary>
    public void Observe(double seconds, string label = "") => byLabel.GetOrAdd(label, _ => new Buckets(bounds.Count + 1)).Add(Place(seconds), seconds);

    /// <summary>The lines of all labels, in order: buckets that hold what is below them, the sum and the count.</summary>
    public IEnumerable<Sample> Samples()
    {
        foreach (var (label, buckets) in byLabel.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var (counts, sum) = buckets.Read();
            var below = 0L;
            for (var place = 0; place < counts.Length; place++)
            {
                below += counts[place];
                yield return new Sample(metric, below, label) { Suffix = "_bucket", Bound = place < bounds.Count ? bounds[place].ToString(CultureInfo.InvariantCulture) : "+Inf" };
            }

            yield return new Sample(metric, sum, label) { Suffix = "_sum" };
            yield return new Sample(metric, below, label) { Suffix = "_count" };
        }
    }

    private int Place(double seconds)
    {
        var place = 0;
        while (place < bounds.Count && seconds > bounds[place])
        {
            place++;
        }

        return place;
    }

    private sealed class Buckets(int number)
    {
        private readonly Lock gate = new();
        private readonly long[] counts = new long[number];
        private double sum;

        public void Add(int place, double seconds)
        {
            lock (gate)
            {
                counts[place]++;
                sum += seconds;
            }
        }

        public (long[] Counts, double Sum) Read()
        {
            lock (gate)
            {
                return ([.. counts], sum);
            }
        }
    }
}
