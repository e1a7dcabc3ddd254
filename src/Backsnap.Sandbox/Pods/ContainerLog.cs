using System.Globalization;
using System.Text;

namespace Backsnap.Sandbox.Pods;

/// <summary>
/// A container's output as a file: a line per line, each with the time and the stream it came from
/// (<c>2026-11-22T08:44:56.156054000Z stdout text</c>).
/// </summary>
internal sealed class ContainerLog : IDisposable
{
    private readonly Lock gate = new();
    private readonly StreamWriter writer;
    private readonly TimeProvider time;
    private readonly Action<string>? told;

    public ContainerLog(string file, TimeProvider time, Action<string>? told = null)
    {
        (this.time, this.told) = (time, told);
        var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        writer = new StreamWriter(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
    }

    /// <summary>Copies a stream line by line until it ends; <paramref name="observe"/> may take a line away by answering true.</summary>
    public async Task CopyAsync(StreamReader source, string name, Func<string, bool> observe)
    {
        while (await source.ReadLineAsync().ConfigureAwait(false) is { } line)
            if (!observe(line)) Write(name, line);
    }

    /// <summary>The text of the last lines, for a container that left no termination message (at most 80 lines, 2048 bytes).</summary>
    public static string Tail(string file)
    {
        if (!File.Exists(file)) return "";
        var lines = Lines(file).TakeLast(80).Select(entry => entry.Text);
        var text = string.Join("\n", lines) + "\n";
        return text.Length <= 2048 ? text : text[^2048..];
    }

    /// <summary>The entries of a log file so far: time, and text without its line end.</summary>
    public static IEnumerable<(DateTimeOffset At, string Text)> Lines(string file)
    {
        using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line)
            if (line.Split(' ', 3) is [var at, _, var text]
                && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
                yield return (instant, text);
    }

    public void Dispose() => writer.Dispose();

    private void Write(string stream, string line)
    {
        var at = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
        lock (gate) writer.WriteLine($"{at} {stream} {line}");
        told?.Invoke(line);
    }
}
