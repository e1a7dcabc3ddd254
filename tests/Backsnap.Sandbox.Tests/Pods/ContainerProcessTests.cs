using Backsnap.Sandbox.Pods;

namespace Backsnap.Sandbox.Tests.Pods;

/// <summary>A container as a local process: what it sees, what it may do, and how it ends.</summary>
public sealed class ContainerProcessTests : IDisposable
{
    private static readonly Task<ContainerTools> Probed =
        ContainerTools.ProbeAsync(Directory.CreateTempSubdirectory("backsnap-tools-").FullName, TimeProvider.System);

    private readonly ScratchDirectory scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task A_volume_is_seen_at_the_path_that_the_pod_asks_for_and_the_host_gains_no_such_path()
    {
        var volume = scratch.Make("volume");
        await File.WriteAllTextAsync(Path.Combine(volume, "hello"), "hello from the volume\n");

        var run = await RunAsync("cat /backsnap-test-data/hello; echo back >/backsnap-test-data/answer", mounts: [new(volume, "/backsnap-test-data", false)]);

        Assert.Equal((0, "hello from the volume"), run);
        Assert.Equal("back\n", await File.ReadAllTextAsync(Path.Combine(volume, "answer")));
        Assert.False(Directory.Exists("/backsnap-test-data"));
    }

    [Fact]
    public async Task A_mount_point_below_a_directory_of_the_host_is_not_created_there()
    {
        var volume = scratch.Make("volume");

        var run = await RunAsync("ls -d /usr/lib /usr/backsnap/deep; touch /usr/backsnap/deep/x", mounts: [new(volume, "/usr/backsnap/deep", false)]);

        Assert.Equal((0, "/usr/backsnap/deep\n/usr/lib"), run);
        Assert.True(File.Exists(Path.Combine(volume, "x")));
        Assert.False(Directory.Exists("/usr/backsnap"));
    }

    [Fact]
    public async Task A_volume_inside_a_volume_is_seen()
    {
        var (outer, inner) = (scratch.Make("outer"), scratch.Make("inner"));
        await File.WriteAllTextAsync(Path.Combine(inner, "f"), "inner");

        var run = await RunAsync("cat /tmp/a/b/f", mounts: [new(outer, "/tmp", false), new(inner, "/tmp/a/b", false)]);

        Assert.Equal((0, "inner"), run);
    }

    [Fact]
    public async Task A_read_only_mount_cannot_be_written()
    {
        var volume = scratch.Make("volume");

        var (code, _) = await RunAsync("touch /data/x", mounts: [new(volume, "/data", true)]);

        Assert.NotEqual(0, code);
        Assert.Empty(Directory.GetFileSystemEntries(volume));
    }

    [Fact]
    public async Task A_single_file_can_be_mounted_among_the_devices()
    {
        var message = scratch["message"];
        await File.WriteAllTextAsync(message, "");

        var run = await RunAsync("echo done >/dev/termination-log; echo x >/dev/null; head -c 4 /dev/urandom | wc -c", mounts: [new(message, "/dev/termination-log", false)]);

        Assert.Equal((0, "4"), run);
        Assert.Equal("done\n", await File.ReadAllTextAsync(message));
    }

    [Fact]
    public async Task The_host_name_is_the_pods() => Assert.Equal((0, "mover-abc12"), await RunAsync("hostname"));

    [Fact]
    public async Task The_process_sees_no_other_processes_than_its_own() =>
        Assert.Equal((0, "1 1"), await RunAsync("set -- /proc/[0-9]*; echo $$ $#"));

    [Fact]
    public async Task The_environment_is_the_containers_and_nothing_of_the_hosts()
    {
        Environment.SetEnvironmentVariable("BACKSNAP_TEST_LEAK", "leaked");

        var run = await RunAsync(null, command: ["env"], environment: new() { ["GREETING"] = "hello = world", ["PATH"] = "/usr/bin:/bin", ["HOME"] = "/root" });

        Assert.Equal((0, "GREETING=hello = world\nHOME=/root\nPATH=/usr/bin:/bin"), Sorted(run));
    }

    [Fact]
    public async Task Dropped_capabilities_are_gone()
    {
        var run = await RunAsync("grep CapEff /proc/self/status | cut -f2", rights: new(["--bounding-set=-all,+dac_override", "--inh-caps=-all"]));

        Assert.Equal((0, "0000000000000002"), run);
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("kill -KILL $$; sh -c 'kill -KILL $$'; exit $?", 137)]
    public async Task The_exit_code_is_the_programs(string script, int expected) => Assert.Equal(expected, (await RunAsync(script)).Code);

    [Fact]
    public async Task A_program_that_does_not_exist_ends_with_127() =>
        Assert.Equal(127, (await RunAsync(null, command: ["/no/such/program"])).Code);

    [Fact]
    public async Task A_root_that_cannot_be_built_says_why()
    {
        var process = await StartAsync("true", mounts: [new(scratch["absent"], "/data", false)]);

        var exit = Assert.IsType<ContainerExit.NotStarted>(await process.Completion);
        Assert.Contains("absent", exit.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_reaches_the_program_and_its_exit_code_comes_back()
    {
        var process = await StartAsync("trap 'echo stopping; exit 143' TERM; echo up; while :; do sleep 0.02; done");
        await EventuallyPrintedAsync("up");

        process.Terminate();

        Assert.Equal(143, Assert.IsType<ContainerExit.Exited>(await process.Completion).Code);
        Assert.Equal("up\nstopping", Output());
    }

    [Fact]
    public async Task SIGKILL_ends_the_program_and_all_that_it_started()
    {
        var volume = scratch.Make("volume");
        var process = await StartAsync("sh -c 'while :; do date >/data/alive; sleep 0.02; done' & echo up; wait", mounts: [new(volume, "/data", false)]);
        await EventuallyPrintedAsync("up");

        process.Kill();

        Assert.Equal(137, Assert.IsType<ContainerExit.Exited>(await process.Completion).Code);
        File.Delete(Path.Combine(volume, "alive"));
        Assert.Equal(0, (await RunAsync("sleep 0.2")).Code);
        Assert.False(File.Exists(Path.Combine(volume, "alive")), "a process of the killed container still writes");
    }

    private static (int, string) Sorted((int Code, string Output) run) =>
        (run.Code, string.Join('\n', run.Output.Split('\n').Order(StringComparer.Ordinal)));

    private async Task<(int Code, string Output)> RunAsync(
        string? script,
        IReadOnlyList<ContainerMount>? mounts = null,
        IReadOnlyList<string>? command = null,
        Dictionary<string, string>? environment = null,
        ContainerRights? rights = null)
    {
        var process = await StartAsync(script, mounts, command, environment, rights);
        return (Assert.IsType<ContainerExit.Exited>(await process.Completion).Code, Output());
    }

    private async Task<ContainerProcess> StartAsync(
        string? script,
        IReadOnlyList<ContainerMount>? mounts = null,
        IReadOnlyList<string>? command = null,
        Dictionary<string, string>? environment = null,
        ContainerRights? rights = null)
    {
        var tools = await Probed;
        Assert.False(tools.Isolation is PodIsolation.PathMap, tools.Isolation.Description);
        var launch = new ContainerLaunch(
            "mover-abc12",
            command ?? ["sh", "-c", script!],
            environment ?? new() { ["PATH"] = Environment.GetEnvironmentVariable("PATH")! },
            "/",
            mounts ?? [],
            rights ?? ContainerRights.Unchanged,
            scratch.Make(Guid.NewGuid().ToString("N")),
            scratch["log"]);
        return await ContainerProcess.StartAsync(launch, tools, TimeProvider.System);
    }

    private string Output() =>
        File.Exists(scratch["log"]) ? string.Join('\n', ContainerLog.Lines(scratch["log"]).Select(line => line.Text)) : "";

    private Task EventuallyPrintedAsync(string line) =>
        Eventually.HoldsAsync(() => Output().Split('\n').Contains(line), () => $"the container never printed \"{line}\" but:\n{Output()}");
}
