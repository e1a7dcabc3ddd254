using System.Collections.Immutable;
using System.Diagnostics;
using Backsnap.Host.Mover;
using Backsnap.Host.Tree;
using NodaTime;

namespace Backsnap.Host.Tests.Mover;

public sealed class RepositoryLocksTests
{
    private const string OurHost = "pod-c";
    private static readonly Instant Now = Instant.FromUtc(2026, 1, 1, 12, 0);
    private static readonly RepositoryLock Live = new(Now - Duration.FromMinutes(4), "pod-a");
    private static readonly RepositoryLock Stale = new(Now - Duration.FromMinutes(31), "pod-b");
    private static readonly RepositoryLock OfDeadPod = new(Now - Duration.FromMinutes(4), "shop-orders-x7k2p");
    private static readonly ImmutableArray<DeadHolder> Dead = [new DeadHolder("shop-orders-", IsPrefix: true)];

    public static TheoryData<string> Restics => SelectionTests.Restics;

    [Fact]
    public void Without_proof_only_a_lock_that_was_not_refreshed_for_half_an_hour_goes()
    {
        Assert.Equal(LockRemedy.RemoveStale, Remedy([], Stale));
        Assert.Equal(LockRemedy.RemoveStale, Remedy([], Live, Stale));
        Assert.Equal(LockRemedy.Wait, Remedy([], Live));
        Assert.Equal(LockRemedy.Wait, Remedy([], OfDeadPod));
        Assert.Equal(LockRemedy.Wait, Remedy([]));
    }

    [Fact]
    public void All_locks_go_only_when_every_holder_is_proven_gone()
    {
        Assert.Equal(LockRemedy.RemoveAll, Remedy(Dead, OfDeadPod));
        Assert.Equal(LockRemedy.RemoveAll, Remedy(Dead, OfDeadPod, Stale));
        Assert.Equal(LockRemedy.Wait, Remedy(Dead, OfDeadPod, Live));
        Assert.Equal(LockRemedy.RemoveStale, Remedy(Dead, OfDeadPod, Live, Stale));
        Assert.Equal(LockRemedy.RemoveStale, Remedy(Dead, Stale));
        Assert.Equal(LockRemedy.Wait, Remedy(Dead, Live));
    }

    [Fact]
    public void A_lock_of_our_own_host_s_name_may_be_a_live_one_of_another_container()
    {
        var ours = Stale with { Host = OurHost };

        Assert.Equal(LockRemedy.Wait, Remedy([], ours, Stale));
        Assert.Equal(LockRemedy.Wait, Remedy([new DeadHolder(OurHost, IsPrefix: false)], ours));
    }

    [Theory]
    [InlineData("pod-a", "pod-a", true)]
    [InlineData("pod-a", "pod-ab", false)]
    [InlineData("shop-orders-*", "shop-orders-x7k2p", true)]
    [InlineData("shop-orders-*", "shop-invoices-x7k2p", false)]
    public void A_holder_is_known_by_its_name_or_by_what_the_names_of_its_job_begin_with(string text, string host, bool expected) =>
        Assert.Equal(expected, DeadHolder.Read(text)!.Is(host));

    [Theory]
    [InlineData("*")]
    [InlineData("pod-*")]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("shop-*-orders-*")]
    public async Task What_could_mean_anybody_is_refused(string text)
    {
        using var rig = new MoverRig { Restic = "/bin/false" };

        var run = await rig.Run(rig.Options(Operation.Backup) with { DeadHolders = [text] });

        Assert.Equal(27, run.ExitCode);
        Assert.Contains("--dead-holder", run.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00.5Z", "gone", true)]
    [InlineData("2999-01-01T00:00:00Z", "alive", false)]
    public async Task Retention_gets_past_a_dead_lock_and_not_past_a_live_one(string refreshed, string host, bool passes)
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        rig.Restic = rig.In("restic-with-a-lock");
        // A lock's age is within its encrypted content, so an old one cannot be made; restic's answers about it can.
        File.WriteAllText(
            rig.Restic,
            $$"""
            #!/bin/sh
            removed='{{rig.In("removed")}}'
            case "$1 $2" in
              "forget "*) [ -e "$removed" ] || exit 11 ;;
              "list locks") printf '%064d\n' 7; exit ;;
              "cat lock") echo '{"time":"{{refreshed}}","exclusive":false,"hostname":"{{host}}","pid":1}'; exit ;;
              "unlock "*) touch "$removed"; exit ;;
            esac
            exec '{{Tools.Restic}}' "$@"
            """);
        Posix.SetMode(rig.Restic, 0x1C0);

        var saved = await rig.Backup(keep: "last=1");

        Assert.Equal(0, saved.ExitCode);
        Assert.Equal(passes, File.Exists(rig.In("removed")));
        var error = saved.Result.GetProperty("forget").GetProperty("error");
        Assert.Equal(passes, error.ValueKind == System.Text.Json.JsonValueKind.Null);
        if (!passes)
            Assert.Contains("alive (PID 1)", error.GetString(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(Restics))]
    public async Task A_killed_mover_s_lock_goes_at_once_when_the_operator_knows_that_its_pod_is_gone(string restic)
    {
        using var rig = new MoverRig { Restic = restic };
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        await rig.Backup();
        using (var holder = await Hold(rig, "shop-orders-x7k2p"))
            holder.Kill();

        var backup = rig.Options(Operation.Backup) with { Keep = "last=1" };
        var waiting = await rig.Run(backup);
        var knowing = await rig.Run(backup with { DeadHolders = ["shop-orders-*"], RetryLock = "10m" });

        Assert.Equal(0, waiting.ExitCode);
        Assert.Contains("shop-orders-x7k2p (PID ", waiting.Result.GetProperty("forget").GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, knowing.ExitCode);
        Assert.Equal(1, knowing.Result.GetProperty("forget").GetProperty("kept").GetInt32());
        Assert.Equal("", (await rig.Ask("list", "locks", "--no-lock")).Trim());
    }

    [SkippableFact]
    public async Task A_live_lock_of_another_is_waited_for_named_and_left()
    {
        using var rig = new MoverRig();
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "content");
        await rig.Backup();
        using var holder = await Hold(rig, "somebody-s-laptop");
        var before = await rig.Ask("list", "locks", "--no-lock");

        var run = await rig.Run(rig.Options(Operation.Prune) with { DeadHolders = ["shop-orders-*"] });

        Assert.Equal(11, run.ExitCode);
        Assert.Contains($"held by somebody-s-laptop (PID {holder.Id}, user root), shared lock, last refreshed", run.Message, StringComparison.Ordinal);
        Assert.Equal(before, await rig.Ask("list", "locks", "--no-lock"));
        holder.Kill();
    }

    private static LockRemedy Remedy(ImmutableArray<DeadHolder> dead, params ImmutableArray<RepositoryLock> locks) => RepositoryLocks.RemedyFor(locks, OurHost, dead, Now);

    /// <summary>A restic on a host of another name that has a lock, and keeps it until it is killed.</summary>
    private static async Task<Process> Hold(MoverRig rig, string host)
    {
        Skip.IfNot(Environment.UserName == "root", "only root can give a process another host name");
        var start = new ProcessStartInfo("unshare") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--uts", "sh", "-c", $"hostname '{host}' && exec '{rig.Restic}' backup --stdin --stdin-filename /held"])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in ResticEnvironment.For(rig.ProcessEnvironment(), rig.Repository, rig.In("other-cache")))
            start.Environment[name] = value;
        var holder = Process.Start(start)!;
        while ((await rig.Ask("list", "locks", "--no-lock")).Trim().Length == 0)
            Skip.If(holder.HasExited, $"no host name of its own is allowed here: {(holder.HasExited ? await holder.StandardError.ReadToEndAsync() : "")}");
        return holder;
    }
}
