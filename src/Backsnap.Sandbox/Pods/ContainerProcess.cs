using System.Diagnostics;
using System.Text;

namespace Backsnap.Sandbox.Pods;

/// <summary>A container that was started as a local process, in the isolation that the host allows.</summary>
internal sealed class ContainerProcess
{
    private const int KilledExitCode = 128 + Signals.Kill;

    /// <summary>
    /// Printed by unshare(1) of util-linux 2.38 when its child was killed: it then fails to kill itself alike, and exits with 1.
    /// </summary>
    private const string LastWordOfUnshare = "unshare: sigprocmask unblock failed";

    private readonly Process process;
    private readonly bool hasPidNamespace;

    private ContainerProcess(Process process, bool hasPidNamespace, Task started, Task<ContainerExit> completion)
    {
        this.process = process;
        this.hasPidNamespace = hasPidNamespace;
        Started = started;
        Completion = completion;
    }

    /// <summary>Ends when the container's file system stands and its program is about to run (or when that failed).</summary>
    public Task Started { get; }

    /// <summary>Ends when nothing of the container runs any more; never faults.</summary>
    public Task<ContainerExit> Completion { get; }

    /// <summary>
    /// Starts a container. Its processes end with the sandbox however that ends: the kernel kills <c>unshare</c> with its parent, the
    /// first process of the PID namespace with <c>unshare</c>, and the others with that one.
    /// </summary>
    public static async Task<ContainerProcess> StartAsync(ContainerLaunch launch, ContainerTools tools, TimeProvider time)
    {
        var ready = $"sandbox: ready {Guid.NewGuid():N}";
        var isolated = tools.Isolation is not PodIsolation.PathMap;
        Directory.CreateDirectory(launch.StateDirectory);

        var start = new ProcessStartInfo(tools.Setpriv)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
            WorkingDirectory = launch.StateDirectory,
        };
        foreach (var argument in tools.Arguments(launch, ready)) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in tools.EnvironmentOf(launch)) start.Environment[name] = value;

        var startedAt = time.GetUtcNow();
        var process = await LaunchThread.RunAsync(() => Process.Start(start)!).ConfigureAwait(false);
        process.StandardInput.Close();

        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!isolated) started.SetResult();
        var isReady = !isolated;
        var wasKilled = false;
        var errors = new StringBuilder();

        async Task<ContainerExit> CompleteAsync()
        {
            using (var log = new ContainerLog(launch.LogFile, time, launch.OnLine))
            {
                var output = log.CopyAsync(process.StandardOutput, "stdout", line =>
                {
                    if (isReady || line != ready) return false;
                    isReady = true;
                    startedAt = time.GetUtcNow();
                    _ = TellStartedAsync(process, started);
                    return true;
                });
                var diagnostics = log.CopyAsync(process.StandardError, "stderr", line =>
                {
                    if (!isReady) errors.AppendLine(line);
                    var isLastWord = line.StartsWith(LastWordOfUnshare, StringComparison.Ordinal);
                    wasKilled |= isLastWord;
                    return isLastWord;
                });
                await process.WaitForExitAsync().ConfigureAwait(false);
                if (!isolated) Signals.Send(-process.Id, Signals.Kill);
                await Task.WhenAll(output, diagnostics).ConfigureAwait(false);
            }
            started.TrySetResult();
            var code = wasKilled ? KilledExitCode : process.ExitCode;
            process.Dispose();
            return isReady
                ? new ContainerExit.Exited(code, startedAt, time.GetUtcNow())
                : new ContainerExit.NotStarted(errors.ToString().Trim(), time.GetUtcNow());
        }

        return new ContainerProcess(process, isolated, started.Task, Task.Run(CompleteAsync));
    }

    /// <summary>Asks the container's first process to end (SIGTERM), as the kubelet does: what it started is its own to stop.</summary>
    public void Terminate() => Signal(Signals.Terminate);

    /// <summary>Ends everything in the container (SIGKILL).</summary>
    public void Kill() => Signal(Signals.Kill);

    /// <summary>
    /// Waits until the script that builds the container has become the container's program: before that, a first process of a PID
    /// namespace does not hear SIGTERM.
    /// </summary>
    private static async Task TellStartedAsync(Process process, TaskCompletionSource started)
    {
        try
        {
            while (!started.Task.IsCompleted && Signals.ChildOf(process.Id) is { } first && IsStillTheScript(first))
                await Task.Delay(1).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            // The process ended meanwhile.
        }
        started.TrySetResult();
    }

    private static bool IsStillTheScript(int process)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{process}/cmdline");
            return words.Contains("\0SHLVL\0", StringComparison.Ordinal) || words.Contains("pod-root.sh", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Signal(int signal)
    {
        if (Completion.IsCompleted) return;
        var target = hasPidNamespace ? Signals.ChildOf(process.Id)
            : signal == Signals.Kill ? -process.Id
            : process.Id;
        if (target is { } found) Signals.Send(found, signal);
        else if (signal == Signals.Kill) Signals.Send(process.Id, signal);
    }
}
