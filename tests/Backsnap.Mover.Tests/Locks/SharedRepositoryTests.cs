using System.Collections.Immutable;
using System.Text.Json;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Mover.Tests.Faults;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.Locks;

/// <summary>Several on one repository: who may go on at once, who waits, whose lock is removed and whose never.</summary>
public sealed class SharedRepositoryTests
{
    [SkippableFact]
    public async Task Two_movers_at_once_both_save_and_both_apply_retention()
    {
        SkipWithoutPods();
        using var server = await RestServer.Start();
        using var rig = await Filled(server);
        using var one = Mover(rig, "mover-one", rig.Repository, ["backup", .. Volume(rig), "--keep", "last=5"]);
        using var two = Mover(rig, "mover-two", rig.Repository, ["backup", .. Volume(rig), "--keep", "last=5"]);

        foreach (var end in await Task.WhenAll(one.End(), two.End()))
        {
            Assert.True(end.ExitCode == 0, end.Log);
            Assert.True(end.Result.GetProperty("forget").GetProperty("error").ValueKind == JsonValueKind.Null, end.Log);
        }

        Assert.Equal(3, await rig.CountSnapshots());
        await rig.Ask("check", "--read-data");
        Assert.Equal("", (await rig.Ask("list", "locks", "--no-lock")).Trim());
    }

    [SkippableTheory]
    [InlineData("prune")]
    [InlineData("check")]
    public async Task A_backup_waits_for_maintenance_and_then_succeeds(string maintenance)
    {
        SkipWithoutPods();
        using var server = await RestServer.Start();
        using var rig = await Filled(server);
        await using var held = await Held.Start(server, rig, ["maintain", maintenance]);
        using var backup = Mover(rig, "mover-waiting", rig.Repository, ["backup", .. Volume(rig), "--keep", "last=5"], retryLock: "2m");

        await backup.Line("the repository is locked by mover-holding");
        held.Release();
        var maintained = await held.Pod.End();
        var saved = await backup.End();

        Assert.True(maintained.ExitCode == 0, maintained.Log);
        Assert.True(saved.ExitCode == 0, saved.Log);
        Assert.Equal(2, await rig.CountSnapshots());
        await rig.Ask("check", "--read-data");
    }

    [SkippableFact]
    public async Task A_foreign_live_lock_is_waited_for_named_and_never_removed()
    {
        SkipWithoutPods();
        using var server = await RestServer.Start();
        using var rig = await Filled(server);
        await using var held = await Held.Start(server, rig, ["maintain", "prune"]);
        var locks = Directory.GetFiles(LocksOf(server));

        // That another pod is gone proves nothing about this one.
        using var backup = Mover(rig, "mover-waiting", rig.Repository, ["backup", .. Volume(rig), "--dead-holder", "mover-another"], retryLock: "1s");
        var end = await backup.End();

        Assert.True(end.ExitCode == 11, end.Log);
        Assert.Equal("RepositoryLocked", end.Result.GetProperty("reason").GetString());
        Assert.Matches("held by mover-holding \\(PID [0-9]+, user .+\\), exclusive lock, last refreshed .+ ago", end.Result.GetProperty("message").GetString());
        Assert.Equal(locks, Directory.GetFiles(LocksOf(server)));
        held.Release();
        Assert.Equal(0, (await held.Pod.End()).ExitCode);
        Assert.Equal(1, await rig.CountSnapshots());
    }

    [SkippableTheory]
    [InlineData("mover-holding", 0)]
    [InlineData("mover-hold*", 0)]
    [InlineData("mover-another", 11)]
    public async Task A_lock_of_a_dead_pod_is_removed_on_proof_of_that_pod_alone(string proven, int exitCode)
    {
        SkipWithoutPods();
        using var server = await RestServer.Start();
        using var rig = await Filled(server);
        await using (var held = await Held.Start(server, rig, ["maintain", "prune"]))
        {
            held.Pod.Kill();
            await held.Pod.End();
        }

        Assert.Single(Directory.GetFiles(LocksOf(server)));
        using var backup = Mover(rig, "mover-next", rig.Repository, ["backup", .. Volume(rig), "--keep", "last=5", "--dead-holder", proven], retryLock: "1s");
        var end = await backup.End();

        Assert.True(end.ExitCode == exitCode, end.Log);
        Assert.Equal(exitCode == 0 ? 0 : 1, Directory.GetFiles(LocksOf(server)).Length);
        Assert.Equal(exitCode == 0 ? 2 : 1, Directory.GetFiles(Path.Combine(server.Data, "shop", "orders", "snapshots")).Length);
    }

    // A mover that holds its lock and gets no further until it is released: the store does not answer it.
    private sealed class Held(FaultProxy proxy, PodProcess pod, TaskCompletionSource released) : IAsyncDisposable
    {
        public PodProcess Pod => pod;

        public static async Task<Held> Start(RestServer server, MoverRig rig, ImmutableArray<string> arguments)
        {
            var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var proxy = await FaultProxy.Start(new Uri($"http://127.0.0.1:{server.Port}"));
            proxy.Rule = asked =>
            {
                // Indexes are read first when the lock is there.
                if (!asked.Path.Contains("/index/", StringComparison.Ordinal))
                    return new Fault.None();
                reached.TrySetResult();
                return new Fault.Hold(released.Task);
            };
            var pod = Mover(rig, "mover-holding", $"rest:http://127.0.0.1:{proxy.Port}/shop/orders/", arguments);
            if (await Task.WhenAny(reached.Task, pod.Ended) != reached.Task)
                Assert.Fail((await pod.End()).Log);
            return new Held(proxy, pod, released);
        }

        public void Release() => released.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            Release();
            pod.Dispose();
            await proxy.DisposeAsync();
        }
    }

    private static async Task<MoverRig> Filled(RestServer server)
    {
        var rig = new MoverRig { Repository = server.Repository("shop/orders") };
        rig.MakeTree();
        Assert.Equal(0, (await rig.Backup()).ExitCode);
        return rig;
    }

    private static string LocksOf(RestServer server) => Path.Combine(server.Data, "shop", "orders", "locks");

    private static ImmutableArray<string> Volume(MoverRig rig) => ["--host", "shop", "--path", rig.Volume];

    private static PodProcess Mover(MoverRig rig, string name, string repository, ImmutableArray<string> arguments, string retryLock = "1m") => PodProcess.Start(
        name,
        [.. arguments, "--repository", repository, "--cache-dir", rig.In($"cache-{name}"), "--restic", Tools.Restic, "--retry-lock", retryLock],
        rig.In($"result-{name}"),
        rig.ProcessEnvironment());

    private static void SkipWithoutPods()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        Skip.If(PodProcess.Isolation is null, "a host name of one's own (unshare --uts) is not allowed here");
    }
}
