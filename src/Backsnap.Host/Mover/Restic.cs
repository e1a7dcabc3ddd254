using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Backsnap.Host.Mover;

/// <summary>Runs restic, one process per call, and follows what it says. Success is exit code 0 and nothing else.</summary>
/// <param name="executable">Name (looked up on PATH) or path of the program.</param>
/// <param name="environment">All that the process gets to see of the environment.</param>
/// <param name="stall">When a silent restic is reported, and when stopped.</param>
/// <param name="niceness">How far it stands back for others.</param>
/// <param name="log">Where retries and restic's own lines are shown.</param>
internal sealed class Restic(string executable, ImmutableDictionary<string, string> environment, StallLimits stall, Niceness niceness, MoverLog log)
{
    // restic removes its lock and ends within a tenth of a second of SIGTERM, unless the store hangs.
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(20);

    // A grandchild (ssh, rclone, a password command) may hold the pipes open after restic itself is gone.
    private static readonly TimeSpan DrainGrace = TimeSpan.FromSeconds(5);

    private const int SigTerm = 15;

    /// <summary>What this restic gets to see of the environment.</summary>
    public ImmutableDictionary<string, string> Environment => environment;

    /// <summary>How it runs <c>ssh</c>; null where it has no need to.</summary>
    public SecureShell? Shell { get; init; }

    /// <summary>The same restic with the features switched on that the mover relies on (<see cref="ResticEnvironment.WithFeatures"/>).</summary>
    public Restic WithFeatures() => new(executable, ResticEnvironment.WithFeatures(environment), stall, niceness, log) { Shell = Shell };

    /// <summary>Runs one call to its end; when <paramref name="stop"/> fires, restic is told to stop and is waited for.</summary>
    public async Task<ResticExit> Run(ResticCall call, CancellationToken stop)
    {
        using var listener = new ResticListener(call, log, stall);
        if (stop.IsCancellationRequested)
            return listener.Exit(new ResticEnding.Interrupted());

        using var shell = Shell is null ? null : new SecureShellLog(Shell);
        using var process = new Process { StartInfo = StartInfo(call, shell) };
        try
        {
            niceness.Start(() => process.Start());
        }
        catch (Win32Exception error)
        {
            return listener.Exit(new ResticEnding.NotStarted(
                $"restic cannot be run as '{executable}' ({error.Message}); name it with --restic or BACKSNAP_RESTIC"));
        }

        process.StandardInput.Close();
        var content = call.Sink is { } sink ? sink(process.StandardOutput.BaseStream, listener.OnContent) : Read(process.StandardOutput, listener.OnOutput);
        var reading = Task.WhenAll(content, Read(process.StandardError, listener.OnError));
        var ending = await Await(process, call, listener, stop).ConfigureAwait(false);
        if (call.Sink is not null || await Task.WhenAny(reading, Task.Delay(DrainGrace, CancellationToken.None)).ConfigureAwait(false) == reading)
            await reading.ConfigureAwait(false);
        foreach (var line in shell?.Lines() ?? [])
            listener.OnShell(line);
        return listener.Exit(ending);
    }

    private ProcessStartInfo StartInfo(ResticCall call, SecureShellLog? shell)
    {
        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        if (shell is not null)
            start.ArgumentList.Add(shell.Option);
        foreach (var argument in call.Arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    private static async Task<ResticEnding> Await(Process process, ResticCall call, ResticListener listener, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(call.Limit ?? Timeout.InfiniteTimeSpan);
        using var stalled = new CancellationTokenSource();
        var outOfContact = listener.AwaitContact();
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token, stalled.Token, outOfContact);
        using var watch = new Timer(_ => listener.CheckStall(stalled), null, ResticListener.StallCheckInterval, ResticListener.StallCheckInterval);
        try
        {
            await process.WaitForExitAsync(any.Token).ConfigureAwait(false);
            return new ResticEnding.Exited(process.ExitCode);
        }
        catch (OperationCanceledException)
        {
            // Taken now: what restic says of being stopped would count as a sign of life.
            var silence = listener.Silence;
            await Stop(process).ConfigureAwait(false);
            // It may have come to its own end before the signal did: then what it saved is saved.
            return process.HasExited && process.ExitCode is 0 or FailureKind.Incomplete ? new ResticEnding.Exited(process.ExitCode)
                : stop.IsCancellationRequested ? new ResticEnding.Interrupted()
                : limit.IsCancellationRequested ? new ResticEnding.LimitPassed(call.Limit ?? TimeSpan.Zero)
                : outOfContact.IsCancellationRequested ? new ResticEnding.LimitPassed(call.ContactLimit ?? TimeSpan.Zero)
                : new ResticEnding.Stalled(silence);
        }
    }

    private static async Task Stop(Process process)
    {
        if (!process.HasExited)
            _ = Kill(process.Id, SigTerm);
        using var grace = new CancellationTokenSource(StopGrace);
        try
        {
            await process.WaitForExitAsync(grace.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static async Task Read(StreamReader lines, Action<string> handle)
    {
        try
        {
            while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
                handle(line);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The pipe broke with the process, whose exit code says what happened.
        }
    }

    // Process.Kill sends SIGKILL, which leaves restic's lock in the repository.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
