using System.Diagnostics;
using Backsnap.Sandbox.Pods;

namespace Backsnap.Sandbox.Tests.Pods;

/// <summary>The other isolations, and the end of containers when the sandbox is killed.</summary>
public sealed class IsolationTests : IDisposable
{
    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task In_a_user_namespace_a_volume_is_seen_where_the_pod_asks_for_it()
    {
        var tools = (await ProbeAsync()) with { Isolation = new PodIsolation.UserNamespace() };
        var volume = scratch.Make("volume");

        var (code, output) = await RunAsync(tools, "id -u; hostname; touch /usr/backsnap/deep/file", new ContainerMount(volume, "/usr/backsnap/deep", false));

        Assert.Equal((0, "0\npod"), (code, output));
        Assert.True(File.Exists(Path.Combine(volume, "file")));
    }

    [Fact]
    public async Task Without_namespaces_the_paths_are_told_by_a_variable()
    {
        var tools = (await ProbeAsync()) with { Isolation = new PodIsolation.PathMap("as a test") };
        var volume = scratch.Make("volume");

        var (code, output) = await RunAsync(tools, "echo $BACKSNAP_PATH_MAP; exit 5", new ContainerMount(volume, "/data", false));

        Assert.Equal((5, $"/data={volume}"), (code, output));
    }

    [Fact]
    public async Task Without_namespaces_too_nothing_is_left_of_a_killed_container()
    {
        var tools = (await ProbeAsync()) with { Isolation = new PodIsolation.PathMap("as a test") };
        var process = await ContainerProcess.StartAsync(Launch($"(while :; do date >{scratch["alive"]}; sleep 0.02; done) & echo up; wait", []), tools, TimeProvider.System);
        await Eventually.HoldsAsync(() => File.Exists(scratch["alive"]), () => "the container does not run");

        process.Kill();

        Assert.Equal(137, Assert.IsType<ContainerExit.Exited>(await process.Completion).Code);
        await AssertSilentAsync();
    }

    /// <summary>
    /// A shell stands in for the sandbox: it starts the very command line, and dies without a chance to clean up. The sandbox itself
    /// starts containers from a thread that lives as long as the process, so that the kernel sees the same.
    /// </summary>
    [Fact]
    public async Task Nothing_is_left_of_a_container_when_the_sandbox_is_killed()
    {
        var tools = await ProbeAsync();
        var launch = Launch("(while :; do date >/out/alive; sleep 0.02; done) & wait", [new ContainerMount(scratch.Path, "/out", false)]);
        Directory.CreateDirectory(launch.StateDirectory);
        using var sandbox = Process.Start(new ProcessStartInfo("sh", ["-c", "\"$@\" & wait", "sh", tools.Setpriv, .. tools.Arguments(launch, "ready")]))!;
        await Eventually.HoldsAsync(() => File.Exists(scratch["alive"]), () => "the container does not run");

        Signals.Send(sandbox.Id, Signals.Kill);
        await sandbox.WaitForExitAsync();

        await AssertSilentAsync();
    }

    /// <summary>A container that still ran would write its file again; whoever kills it may need a moment.</summary>
    private async Task AssertSilentAsync()
    {
        var tools = await ProbeAsync();
        await Eventually.HoldsAsync(
            () =>
            {
                File.Delete(scratch["alive"]);
                RunAsync(tools, "sleep 0.2").GetAwaiter().GetResult();
                return !File.Exists(scratch["alive"]);
            },
            () => "a process of the container still writes");
    }

    private Task<ContainerTools> ProbeAsync() => ContainerTools.ProbeAsync(scratch.Make("tools"), TimeProvider.System);

    private async Task<(int Code, string Output)> RunAsync(ContainerTools tools, string script, params IReadOnlyList<ContainerMount> mounts)
    {
        var launch = Launch(script, mounts);
        var process = await ContainerProcess.StartAsync(launch, tools, TimeProvider.System);
        var exit = Assert.IsType<ContainerExit.Exited>(await process.Completion);
        return (exit.Code, string.Join('\n', ContainerLog.Lines(launch.LogFile).Select(line => line.Text)));
    }

    private ContainerLaunch Launch(string script, IReadOnlyList<ContainerMount> mounts)
    {
        var state = scratch.Make(Guid.NewGuid().ToString("N"));
        return new ContainerLaunch(
            "pod",
            ["sh", "-c", script],
            new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            "/",
            mounts,
            ContainerRights.Unchanged,
            state,
            Path.Combine(state, "log"));
    }
}
