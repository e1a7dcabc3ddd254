using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Controllers;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>One container of a pod: started, watched, started again if the pod's restartPolicy says so, and stopped.</summary>
internal sealed class ContainerRun
{
    /// <summary>Every image is taken for backsnap's own, but for names that begin so: these cannot be pulled, which tests need.</summary>
    public const string ImageThatIsMissing = "missing.invalid/";

    private const int LongestMessage = 4096;
    private static readonly TimeSpan ConfigRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly PodHost host;
    private readonly JsonObject pod;
    private readonly JsonObject container;
    private readonly Task stopping;
    private readonly Action tell;
    private ContainerProcess? process;
    private DateTimeOffset? killAt;

    public ContainerRun(PodHost host, JsonObject pod, JsonObject container, Task stopping, Action tell)
    {
        this.host = host;
        this.pod = pod;
        this.container = container;
        this.stopping = stopping;
        this.tell = tell;
        View = new ContainerView(Name, container.Text("image") ?? "", ContainerState.Creating, null, 0);
    }

    public string Name => container.Text("name") ?? "";

    public ContainerView View { get; private set; }

    /// <summary>The output of the present (or last) run of the container; null before the first.</summary>
    public string? LogFile { get; private set; }

    /// <summary>Whether <see cref="LogFile"/> will not grow any more.</summary>
    public bool IsLogComplete => View.State is not ContainerState.Running;

    private string FieldPath => $"spec.containers{{{Name}}}";

    private string StateDirectory => Path.Combine(host.StateOf(pod), Name);

    /// <summary>Runs the container until it needs no more running.</summary>
    public async Task LiveAsync(IReadOnlyDictionary<string, PodVolume> volumes)
    {
        var policy = pod.Text("spec", "restartPolicy") ?? "Always";
        if (!await PullAsync().ConfigureAwait(false)) return;
        while (!stopping.IsCompleted)
        {
            if (ContainerEnvironment.Resolve(host.Store, pod, container) is not ContainerEnvironment.Resolved environment)
            {
                await ReportConfigErrorAsync().ConfigureAwait(false);
                continue;
            }
            var ended = await RunAsync(volumes, environment.Variables).ConfigureAwait(false);
            Become(ended, View.Last, View.Restarts);
            if (stopping.IsCompleted || policy == "Never" || (policy == "OnFailure" && ended.ExitCode == 0)) return;

            var pause = Backoff.Pause(View.Restarts, host.Options.FirstRetryPause, LongestPause);
            var whole = $"{pause.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)}s";
            host.Events.Warning(pod, "BackOff", $"Back-off restarting failed container {Name} in pod {pod.NameOf()}_{pod.NamespaceOf()}({pod.UidOf()})", FieldPath);
            Become(
                new ContainerState.Waiting("CrashLoopBackOff", $"back-off {whole} restarting failed container={Name} pod={pod.NameOf()}_{pod.NamespaceOf()}({pod.UidOf()})"),
                ended,
                View.Restarts);
            await Pauses.WaitAsync(pause, host.Clock, stopping).ConfigureAwait(false);
            if (stopping.IsCompleted)
            {
                Become(ended, View.Last, View.Restarts);
                return;
            }
            Become(ContainerState.Creating, ended, View.Restarts + 1);
        }
    }

    /// <summary>SIGTERM now, SIGKILL after <paramref name="patience"/>.</summary>
    public void Stop(TimeSpan patience)
    {
        if (process is not { Completion.IsCompleted: false } running) return;
        var at = host.Clock.GetUtcNow() + patience;
        if (killAt <= at) return;
        if (killAt is null && patience > TimeSpan.Zero)
        {
            host.Events.Normal(pod, "Killing", $"Stopping container {Name}", FieldPath);
            running.Terminate();
        }
        killAt = at;
        _ = KillAfterAsync(running, patience);
    }

    private async Task KillAfterAsync(ContainerProcess running, TimeSpan patience)
    {
        if (patience > TimeSpan.Zero) await Pauses.WaitAsync(patience, host.Clock, running.Completion).ConfigureAwait(false);
        running.Kill();
    }

    private async Task<ContainerState.Terminated> RunAsync(IReadOnlyDictionary<string, PodVolume> volumes, Dictionary<string, string> environment)
    {
        host.Events.Normal(pod, "Pulled", $"Container image \"{View.Image}\" already present on machine and can be accessed by the pod", FieldPath);
        Directory.CreateDirectory(StateDirectory);
        var messageFile = Path.Combine(StateDirectory, "termination-message");
        await File.WriteAllTextAsync(messageFile, "").ConfigureAwait(false);
        var logFile = Path.Combine(StateDirectory, $"{View.Restarts}.log");

        var began = host.Clock.GetUtcNow();
        IReadOnlyList<string> command = [.. Program().Select(word => ContainerEnvironment.Expand(word, environment))];
        if (command.Count == 0)
            return new ContainerState.Terminated(128, "StartError", "the sandbox was not told how to start backsnap (MoverCommand)", began, began);
        var launch = new ContainerLaunch(
            pod.Text("spec", "hostname") ?? pod.NameOf(),
            command,
            environment,
            container.Text("workingDir") ?? "/",
            ContainerMounts.Of(container, volumes, messageFile, [.. command, .. environment.Values]),
            SecurityContext.RightsOf(pod, container, host.Tools.Isolation),
            StateDirectory,
            logFile)
        {
            OnLine = Recording.Lines(host.Options.OnWritten, pod.NamespaceOf(), pod.NameOf()),
        };
        process = await ContainerProcess.StartAsync(launch, host.Tools, host.Clock).ConfigureAwait(false);
        LogFile = logFile;
        host.Events.Normal(pod, "Created", "Container created", FieldPath);
        await process.Started.ConfigureAwait(false);
        if (!process.Completion.IsCompletedSuccessfully || process.Completion.Result is ContainerExit.Exited)
        {
            Become(new ContainerState.Running(host.Clock.GetUtcNow()), View.Last, View.Restarts);
            host.Events.Normal(pod, "Started", "Container started", FieldPath);
            if (stopping.IsCompleted) Stop(GraceOfPod());
        }
        return await process.Completion.ConfigureAwait(false) switch
        {
            ContainerExit.Exited exited => new ContainerState.Terminated(
                exited.Code, exited.Code == 0 ? "Completed" : "Error", Message(messageFile, logFile, exited.Code), exited.StartedAt, exited.FinishedAt),
            ContainerExit.NotStarted not => new ContainerState.Terminated(128, "StartError", not.Why, began, not.At),
        };
    }

    /// <summary>A stop that came while the container was being started found nothing to stop.</summary>
    private TimeSpan GraceOfPod() => TimeSpan.FromSeconds(pod.Number("spec", "terminationGracePeriodSeconds") ?? 30);

    private IEnumerable<string> Program()
    {
        var command = container.Texts("command");
        return (command.Count > 0 ? command : host.Options.MoverCommand).Concat(container.Texts("args"));
    }

    private string? Message(string messageFile, string logFile, int code)
    {
        var bytes = File.ReadAllBytes(messageFile);
        if (bytes.Length > 0) return Encoding.UTF8.GetString(bytes, 0, Math.Min(bytes.Length, LongestMessage));
        return code != 0 && container.Text("terminationMessagePolicy") == "FallbackToLogsOnError" ? ContainerLog.Tail(logFile) : null;
    }

    /// <summary>Waits for an image that cannot be had, as long as the pod is wanted; any other is there at once.</summary>
    private async Task<bool> PullAsync()
    {
        var image = View.Image;
        if (!image.StartsWith(ImageThatIsMissing, StringComparison.Ordinal)) return true;
        var cause = $"failed to pull and unpack image \"{image}\": failed to resolve image: failed to do request: no such host";
        for (var attempt = 0; !stopping.IsCompleted; attempt++)
        {
            host.Events.Normal(pod, "Pulling", $"Pulling image \"{image}\"", FieldPath);
            host.Events.Warning(pod, "Failed", $"Failed to pull image \"{image}\": {cause}", FieldPath);
            host.Events.Warning(pod, "Failed", "Error: ErrImagePull", FieldPath);
            Become(new ContainerState.Waiting("ErrImagePull", cause), null, 0);
            host.Events.Normal(pod, "BackOff", $"Back-off pulling image \"{image}\"", FieldPath);
            host.Events.Warning(pod, "Failed", "Error: ImagePullBackOff", FieldPath);
            Become(new ContainerState.Waiting("ImagePullBackOff", $"Back-off pulling image \"{image}\": ErrImagePull: {cause}"), null, 0);
            await Pauses.WaitAsync(Backoff.Pause(attempt, host.Options.FirstRetryPause, LongestPause), host.Clock, stopping).ConfigureAwait(false);
        }
        return false;
    }

    private async Task ReportConfigErrorAsync()
    {
        if (ContainerEnvironment.Resolve(host.Store, pod, container) is ContainerEnvironment.Missing missing)
        {
            host.Events.Warning(pod, "Failed", $"Error: {missing.Why}", FieldPath);
            Become(new ContainerState.Waiting("CreateContainerConfigError", missing.Why), View.Last, View.Restarts);
            await Pauses.WaitAsync(ConfigRetry, host.Clock, stopping).ConfigureAwait(false);
        }
    }

    private void Become(ContainerState state, ContainerState.Terminated? last, int restarts)
    {
        View = View with { State = state, Last = last, Restarts = restarts };
        // The end of a container that was told to stop is told together with the end of its pod.
        if (!stopping.IsCompleted || state is not ContainerState.Terminated) tell();
    }
}
