namespace Backsnap.Host.Metrics;

/// <summary>What the values of a metric are.</summary>
internal enum MetricType
{
    /// <summary>A value that goes up and down.</summary>
    Gauge,

    /// <summary>A count since the program started, which only grows.</summary>
    Counter,

    /// <summary>Counts of values up to each of several bounds.</summary>
    Histogram,
}

/// <summary>One metric, as it is announced: its name, what it counts, and the names of its labels in order.</summary>
/// <remarks>Names follow https://prometheus.io/docs/practices/naming/: base units at the end, counters with <c>_total</c>.</remarks>
internal sealed record Metric(string Name, MetricType Type, string Help, params IReadOnlyList<string> Labels)
{
    /// <summary>The type's word in the text format.</summary>
    public string Word => Type switch
    {
        MetricType.Gauge => "gauge",
        MetricType.Counter => "counter",
        MetricType.Histogram => "histogram",
    };
}

/// <summary>One value of a metric, with the values of its labels in the metric's order.</summary>
/// <param name="Metric">Which metric.</param>
/// <param name="Value">The value, in the metric's unit.</param>
internal readonly record struct Sample(Metric Metric, double Value, string A = "", string B = "", string C = "", string D = "", string E = "")
{
    /// <summary>What a histogram's line has behind the metric's name.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>The upper bound of a histogram's bucket; empty where the line is none.</summary>
    public string Bound { get; init; } = "";

    /// <summary>The value of a label by its place.</summary>
    public string Label(int place) => place switch { 0 => A, 1 => B, 2 => C, 3 => D, _ => E };
}
