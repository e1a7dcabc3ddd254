using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace Backsnap.Host.Metrics;

/// <summary>
/// The text format of Prometheus (version 0.0.4), written as it is made: however many claims there are, no more than a part of the page is
/// held at once.
/// </summary>
internal static class TextFormat
{
    /// <summary>The media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const int Part = 32 * 1024;
    private static readonly SearchValues<char> Special = SearchValues.Create("\\\"\n");

    /// <summary>Writes samples; those of one metric stand together.</summary>
    public static async Task WriteAsync(IEnumerable<Sample> samples, PipeWriter to, CancellationToken cancel)
    {
        var text = new StringBuilder(Part + 1024);
        var current = default(Metric);
        foreach (var sample in samples)
        {
            if (!ReferenceEquals(current, sample.Metric))
            {
                current = sample.Metric;
                Announce(current, text);
            }

            Line(sample, text);
            if (text.Length >= Part)
            {
                Pour(text, to);
                if ((await to.FlushAsync(cancel)).IsCompleted)
                {
                    // Nobody reads any more.
                    return;
                }
            }
        }

        Pour(text, to);
        await to.FlushAsync(cancel);
    }

    private static void Announce(Metric metric, StringBuilder text) => text
        .Append("# HELP ").Append(metric.Name).Append(' ').Append(metric.Help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n')
        .Append("# TYPE ").Append(metric.Name).Append(' ').Append(metric.Word).Append('\n');

    private static void Line(in Sample sample, StringBuilder text)
    {
        text.Append(sample.Metric.Name).Append(sample.Suffix);
        var open = '{';
        for (var place = 0; place < sample.Metric.Labels.Count; place++)
        {
            Label(open, sample.Metric.Labels[place], sample.Label(place), text);
            open = ',';
        }

        if (sample.Bound.Length > 0)
        {
            Label(open, "le", sample.Bound, text);
            open = ',';
        }

        text.Append(open == ',' ? "} " : " ");
        Number(sample.Value, text);
        text.Append('\n');
    }

    private static void Label(char open, string name, string value, StringBuilder text)
    {
        text.Append(open).Append(name).Append("=\"");
        if (value.AsSpan().ContainsAny(Special))
        {
            value = value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        }

        text.Append(value).Append('"');
    }

    // Without a string for each number: of a large cluster a page has some hundred thousand.
    private static void Number(double value, StringBuilder text)
    {
        Span<char> digits = stackalloc char[32];
        if (double.IsFinite(value) && value.TryFormat(digits, out var written, default, CultureInfo.InvariantCulture))
        {
            text.Append(digits[..written]);
        }
        else
        {
            text.Append(double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
        }
    }

    // As one piece: between two chunks of the builder a surrogate pair could be cut.
    private static void Pour(StringBuilder text, PipeWriter to)
    {
        var piece = ArrayPool<char>.Shared.Rent(text.Length);
        text.CopyTo(0, piece, text.Length);
        Encoding.UTF8.GetBytes(piece.AsSpan(0, text.Length), to);
        ArrayPool<char>.Shared.Return(piece);
        text.Clear();
    }
}
