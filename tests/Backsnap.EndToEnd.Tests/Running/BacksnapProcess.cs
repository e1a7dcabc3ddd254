using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>The program as a person runs it: a process of its own, its output kept, stopped by SIGTERM.</summary>
internal sealed partial class BacksnapProcess : IAsyncDisposable
{
    // What every process of this run has printed, those that are over too; but for the one whose output is a credential.
    private static readonly ConcurrentQueue<ConcurrentQueue<string>> Printed = new();

    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private BacksnapProcess(Process process)
    {
        this.process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything that it has printed.</summary>
    public string Output => string.Join('\n', lines);

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>How many processes there were so far.</summary>
    public static int Started => Printed.Count;

    /// <summary>What those have printed that were started after the first so many.</summary>
    public static IEnumerable<string> PrintedSince(int started) => Printed.Skip(started).SelectMany(lines => lines);

    /// <summary>Starts it.</summary>
    public static BacksnapProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Start(E2ESettings.Program, arguments, environment);

    private static BacksnapProcess Start(string? published, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        arguments = [.. arguments];
        var (file, first) = Program(published);
        var start = new ProcessStartInfo(file) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in first.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        // What the machine happens to have in its environment must not decide a test.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("BACKSNAP_", StringComparison.Ordinal) || name.StartsWith("RESTIC_", StringComparison.Ordinal) || name.StartsWith("AWS_", StringComparison.Ordinal) || name == "KUBECONFIG").ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["PATH"] = $"{Path.GetDirectoryName(Backsnap.Host.Tests.Tools.Restic)}:{start.Environment["PATH"]}";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var started = new BacksnapProcess(Process.Start(start)!);
        if (arguments.FirstOrDefault() != "password")
        {
            Printed.Enqueue(started.lines);
        }

        return started;
    }

    /// <summary>Runs it to its end; the exit status and what it printed.</summary>
    public static Task<(int Status, string Output)> Run(IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        Run(E2ESettings.Program, arguments, environment);

    /// <summary>Runs a published program to its end, or, with null, the one that was built beside the tests.</summary>
    public static async Task<(int Status, string Output)> Run(string? published, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var running = Start(published, arguments, environment);
        using var limit = new CancellationTokenSource(E2ESettings.Patience);
        await running.process.WaitForExitAsync(limit.Token);
        return (running.process.ExitCode, running.Output);
    }

    /// <summary>Ends it at once, as a crash or a lost node does.</summary>
    public async Task Crash()
    {
        _ = Kill(process.Id, 9);
        await process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, and waits for its end; the exit status.</summary>
    public async Task<int> Stop()
    {
        if (!process.HasExited)
        {
            _ = Kill(process.Id, 15);
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"the program did not stop within 30 s of SIGTERM; it printed:\n{Output}");
        }

        return process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await Stop();
        }

        process.Dispose();
    }

    private static (string File, string[] First) Program(string? published) => published is not null
        ? (published, [])
        : ("dotnet", [Path.Combine(AppContext.BaseDirectory, "backsnap.dll")]);

    private void Keep(string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
