using System.Collections.Immutable;
using Backsnap.Host.Tests.Stores;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.Faults;

/// <summary>Connections that break, crawl or stand still: what passes must pass whole, what cannot must end in time.</summary>
public sealed class ConnectionTests
{
    private static readonly ImmutableArray<string> Passing =
        ["a third of all requests refused", "a third of all connections reset", "a fifth of all answers cut", "half a second late", "200 KB a second"];

    [SkippableFact]
    public async Task A_store_in_trouble_takes_longer_and_loses_nothing()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var server = await RestServer.Start();
        await Together.All(Passing, trouble => trouble, async trouble =>
        {
            await using var rig = await FaultRig.Rest(server);
            rig.Mover.MakeTree(seed: 21);
            var before = TreeFingerprint.Of(rig.Mover.Volume);
            var made = await rig.Mover.Backup();
            Assert.True(made.ExitCode == 0, made.Log);
            TreeEditor.Edit(rig.Mover.Volume, seed: 22);
            var edited = TreeFingerprint.Of(rig.Mover.Volume);
            rig.Proxy.Rule = Trouble(trouble);

            var saved = await rig.Mover.Backup(keep: "last=2");
            Assert.True(saved.ExitCode == 0, saved.Log);
            Assert.Equal(2, saved.Result.GetProperty("forget").GetProperty("kept").GetInt32());
            rig.Mover.EmptyVolume();
            var restored = await rig.Mover.Restore(saved.SnapshotId);

            Assert.True(restored.ExitCode == 0, restored.Log);
            Assert.Empty(TreeComparison.Differences(edited, TreeFingerprint.Of(rig.Mover.Volume)));
            rig.Proxy.Rule = _ => new Fault.None();
            rig.Mover.EmptyVolume();
            Assert.Equal(0, (await rig.Mover.Restore(made.SnapshotId)).ExitCode);
            Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Mover.Volume)));
        });
    }

    private static readonly ImmutableArray<string> Ending = ["reset", "hang", "uploads cut", "data hangs"];

    [SkippableFact]
    public async Task A_store_that_never_answers_ends_the_backup_in_time_as_unreachable()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var server = await RestServer.Start();
        await Together.All(Ending, trouble => trouble, async trouble =>
        {
            await using var rig = await FaultRig.Rest(server);
            rig.Mover.MakeTree();
            Assert.Equal(0, (await rig.Backup()).ExitCode);
            File.WriteAllBytes(Path.Combine(rig.Mover.Volume, "new"), new SeededChance(1).Bytes(1 << 20));
            rig.Proxy.Rule = asked => trouble switch
            {
                "reset" => new Fault.Reset(),
                "hang" => new Fault.Hang(),
                "uploads cut" => asked.StoresData ? new Fault.CutUpload(1000) : new Fault.None(),
                _ => asked.StoresData ? new Fault.Hang() : new Fault.None(),
            };

            var run = await rig.Backup();

            Assert.True(run.ExitCode == 25, run.Log);
            Assert.Equal("StoreUnreachable", run.Reason);
            rig.Proxy.Rule = _ => new Fault.None();
            Assert.Equal(0, (await rig.Backup()).ExitCode);
            Assert.Equal(2, await rig.Mover.CountSnapshots());
        });
    }

    private static readonly ImmutableArray<(string Trouble, int ExitCode)> GoingAway = [("hang", 25), ("cut", 25), ("refuse", 26)];

    [SkippableFact]
    public async Task A_restore_whose_store_goes_away_in_the_middle_fails_in_time_and_can_be_run_again()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var server = await RestServer.Start();
        await Together.All(GoingAway, one => one.Trouble, async one =>
        {
            await using var rig = await FaultRig.Rest(server);
            rig.Mover.MakeTree();
            var before = TreeFingerprint.Of(rig.Mover.Volume);
            var saved = await rig.Backup();
            rig.Mover.EmptyVolume();
            // Trees of directories are in the cache; only content has to come from the store.
            rig.Proxy.Rule = asked => asked.Method == "GET" && asked.Path.Contains("/data/", StringComparison.Ordinal)
                ? one.Trouble switch { "hang" => new Fault.Hang(), "cut" => new Fault.CutDownload(100), _ => new Fault.Refuse(503) }
                : new Fault.None();

            var failed = await rig.Restore(saved.SnapshotId);
            rig.Proxy.Rule = _ => new Fault.None();
            var again = await rig.Restore(saved.SnapshotId);

            Assert.True(failed.ExitCode == one.ExitCode, failed.Log);
            Assert.True(again.ExitCode == 0, again.Log);
            Assert.Empty(TreeComparison.Differences(before, TreeFingerprint.Of(rig.Mover.Volume)));
        });
    }

    [SkippableFact]
    public async Task Where_locks_cannot_be_deleted_the_backup_is_kept_and_retention_says_why_not()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var server = await S3Server.Start();
        await using var rig = await FaultRig.S3(server);
        rig.Mover.MakeTree();
        rig.Proxy.Rule = asked => asked.Method == "DELETE" ? Fault.S3(403, "AccessDenied", "Access Denied.") : new Fault.None();

        var run = await rig.Backup(keep: "last=1");

        Assert.True(run.ExitCode == 0, run.Log);
        Assert.Contains("locked", run.Result.GetProperty("forget").GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private static Func<Asked, Fault> Trouble(string trouble)
    {
        var chance = new SeededChance(23);
        var gate = new Lock();
        return _ => trouble switch
        {
            "a third of all requests refused" => OneIn(3) ? new Fault.Refuse(503) : new Fault.None(),
            "a third of all connections reset" => OneIn(3) ? new Fault.Reset() : new Fault.None(),
            "a fifth of all answers cut" => OneIn(5) ? new Fault.CutDownload(100) : new Fault.None(),
            "half a second late" => new Fault.Delay(TimeSpan.FromMilliseconds(500)),
            _ => new Fault.Slow(200_000),
        };

        bool OneIn(int number)
        {
            lock (gate)
                return chance.Below(number) == 0;
        }
    }
}
