using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Backsnap.Scale.Benchmarks;

/// <summary>The published operator as a process of its own: what it says of itself, and what the kernel says of it.</summary>
internal sealed class Measured : IAsyncDisposable
{
    private readonly Process process;
    private readonly Task draining;
    private readonly Queue<string> said = new();
    private readonly HttpClient http = new();
    private readonly string metrics;
    private readonly long began = Stopwatch.GetTimestamp();

    private Measured(Process process, int port)
    {
        this.process = process;
        metrics = $"http://127.0.0.1:{port}/metrics";
        draining = Task.WhenAll(Drain(process.StandardOutput), Drain(process.StandardError));
    }

    /// <summary>Seconds since it was started.</summary>
    public double Age => Stopwatch.GetElapsedTime(began).TotalSeconds;

    /// <summary>Seconds of both processors that it has used.</summary>
    public double CpuSeconds => process.TotalProcessorTime.TotalSeconds;

    /// <summary>Resident memory now, in MB of 1,024 KB.</summary>
    public double Megabytes => Status("VmRSS:");

    /// <summary>The most resident memory that it ever had.</summary>
    public double MostMegabytes => Status("VmHWM:");

    public static Measured Start(string program, string kubeconfig, params string[] arguments)
    {
        var port = FreePort();
        var start = new ProcessStartInfo(program, ["run", "--kubeconfig", kubeconfig, "--metrics-bind-address", $"127.0.0.1:{port}", "--health-probe-bind-address", "0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["RESTIC_PASSWORD"] = "benchmark";
        start.Environment["BACKSNAP_REPOSITORY"] = "/tmp/backsnap-scale-repository";
        start.Environment["BACKSNAP_IMAGE"] = "backsnap:benchmark";
        return new Measured(Process.Start(start)!, port);
    }

    /// <summary>How many plans it has made; 0 while it does not listen yet.</summary>
    public async Task<long> Plans() => (long)await Metric("backsnap_plans_total");

    /// <summary>How long it has planned in all, the checks of the plans included.</summary>
    public Task<double> PlanningSeconds() => Metric("backsnap_plan_duration_seconds_sum");

    private async Task<double> Metric(string name)
    {
        try
        {
            var text = await http.GetStringAsync(new Uri(metrics));
            return text.Split('\n').Where(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Select(line => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture)).FirstOrDefault();
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Waits until it has made so many plans; its age then.</summary>
    public async Task<double> Planned(long plans)
    {
        await Eventually.Holds(async () => await Plans() >= plans, TimeSpan.FromMinutes(2), () => $"{plans} plans; the operator {(process.HasExited ? $"ended with {process.ExitCode}" : "runs")}");
        return Age;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        await draining;
        process.Dispose();
        http.Dispose();
    }

    // Read as it comes, lest the operator wait for a reader; the last lines are kept for when it ends.
    private async Task Drain(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (said)
            {
                said.Enqueue(line);
                if (said.Count > 20) said.Dequeue();
            }
        }
    }

    private string LastWords()
    {
        lock (said) return string.Join('\n', said);
    }

    private double Status(string field) => process.HasExited
        ? throw new InvalidOperationException($"the operator ended with {process.ExitCode}:\n{LastWords()}")
        : File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, var kilobytes, ..]
            ? double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024
            : 0;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Waiting for something that is looked at again and again.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    public static async Task Holds(Func<Task<bool>> what, TimeSpan within, Func<string> words)
    {
        var began = Stopwatch.GetTimestamp();
        while (!await what())
        {
            if (Stopwatch.GetElapsedTime(began) > within) throw new TimeoutException($"waited in vain for {words()}");
            await Task.Delay(Look);
        }
    }
}
