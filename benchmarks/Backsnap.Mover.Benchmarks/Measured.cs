using System.Diagnostics;
using System.Globalization;

namespace Backsnap.Mover.Benchmarks;

/// <summary>What a program with its children took.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="Megabytes">The most resident memory that all of its processes had at one moment, looked at every 20 ms; pages that two of them share count twice.</param>
internal sealed record Measured(double Seconds, double Megabytes)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Runs a program to its end, which must be a good one.</summary>
    public static async Task<Measured> Run(IReadOnlyDictionary<string, string> environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var most = 0L;
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        var reading = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var ended = process.WaitForExitAsync();
        while (await Task.WhenAny(ended, Task.Delay(Look)) != ended)
            most = Math.Max(most, Family(process.Id).Sum(Resident));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var output = await reading;
        return process.ExitCode == 0
            ? new Measured(seconds, most / 1024.0)
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{string.Concat(output)}");
    }

    /// <summary>One run after the other as if it were one.</summary>
    public static Measured InTurn(IReadOnlyCollection<Measured> runs) => new(runs.Sum(run => run.Seconds), runs.Max(run => run.Megabytes));

    /// <summary>The middle of several runs of the same.</summary>
    public static Measured Median(IReadOnlyCollection<Measured> runs) => new(Middle(runs.Select(run => run.Seconds)), Middle(runs.Select(run => run.Megabytes)));

    private static double Middle(IEnumerable<double> values) => values.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;

    private static IEnumerable<int> Family(int parent)
    {
        var parents = Directory.EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => char.IsAsciiDigit(name![0]))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Select(pid => (pid, parent: ParentOf(pid)))
            .ToLookup(pair => pair.parent, pair => pair.pid);
        return Below(parent);

        IEnumerable<int> Below(int pid) => parents[pid].SelectMany(Below).Prepend(pid);
    }

    private static int ParentOf(int pid) =>
        Text($"/proc/{pid}/stat") is { } stat && stat[(stat.LastIndexOf(')') + 2)..].Split(' ') is [_, var parent, ..]
            ? int.Parse(parent, CultureInfo.InvariantCulture)
            : 0;

    // In KiB; 0 for one that has just gone.
    private static long Resident(int pid) =>
        Text($"/proc/{pid}/status")?.Split('\n').FirstOrDefault(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
            : 0;

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
