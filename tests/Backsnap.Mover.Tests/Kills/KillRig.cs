using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Backsnap.Host.Mover;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tests.Stores;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.Kills;

/// <summary>What a mover is doing when somebody is killed.</summary>
public enum Work
{
    /// <summary>A backup without retention.</summary>
    Backup,

    /// <summary>Retention, after a backup that is already saved.</summary>
    Forget,

    /// <summary>Freeing what retention left.</summary>
    Prune,

    /// <summary>A restore.</summary>
    Restore,
}

/// <summary>Who is killed.</summary>
public enum Victim
{
    /// <summary>Mover and restic at once, as with their node or pod.</summary>
    Pod,

    /// <summary>restic alone; the mover is there to report it.</summary>
    Restic,

    /// <summary>The store, which is there again after a moment.</summary>
    Store,
}

/// <summary>A volume, a store and movers one after the other, each in a pod of its own name with an empty cache, as Jobs run them.</summary>
internal sealed class KillRig : IDisposable
{
    private const int Kept = 3;

    // However small an edit makes the volume, retention has its work to do.
    private static readonly ImmutableArray<string> Retention = ["--keep", $"last={Kept}", "--shrink-threshold", "0"];

    private readonly MoverRig rig = new();
    private readonly IDisposable server;
    private readonly Action killStore;
    private readonly Func<Task> restartStore;
    private readonly SeededChance chance;
    private readonly List<string> reported = [];
    private TreeFingerprint tree;
    private int pods;

    private KillRig(IDisposable server, Action killStore, Func<Task> restartStore, long seed)
    {
        (this.server, this.killStore, this.restartStore, chance) = (server, killStore, restartStore, new SeededChance(seed));
        rig.MakeTree(seed);
        tree = TreeFingerprint.Of(rig.Volume);
    }

    /// <summary>A rig on a rest-server whose repository has its first backup.</summary>
    public static async Task<KillRig> OnRest(long seed)
    {
        var server = await RestServer.Start();
        var kill = new KillRig(server, server.Kill, server.Restart, seed);
        kill.rig.Repository = server.Repository("shop/orders");
        return await kill.Begun(Path.Combine(server.Data, "shop/orders/keys"));
    }

    /// <summary>The same on S3.</summary>
    public static async Task<KillRig> OnS3(long seed)
    {
        var server = await S3Server.Start();
        var kill = new KillRig(server, server.Kill, server.Restart, seed);
        kill.rig.Repository = $"s3:{server.Address}/{S3Server.Bucket}/shop/orders";
        kill.rig.Environment = kill.rig.Environment.SetItems(server.Environment);
        return await kill.Begun(keys: null);
    }

    /// <summary>One run, with a kill at a random instant of it, and the run after it, which must need no help.</summary>
    public async Task Kill(Victim victim, Work work, TimeSpan duration)
    {
        await Prepare(work);
        var killedPod = NextPod;
        using (var pod = Begin(work))
        {
            if (work == Work.Forget)
                await pod.Line(PodProcess.SavedLine);
            await Task.Delay(duration * (chance.Below(1_000_000) / 1_000_000.0));
            await Strike(victim, pod);
            Keep(await pod.End());
        }

        // After a killed prune either may come first: the next prune or the next backup.
        var next = work == Work.Prune && chance.Below(2) == 0 ? Work.Forget : work;
        if (next is Work.Backup or Work.Forget)
            await Prepare(next);
        Keep(await Undisturbed(next, killedPod));
    }

    /// <summary>How long the work takes when nobody is killed.</summary>
    public async Task<TimeSpan> Measure(Work work)
    {
        await Prepare(work);
        using var pod = Begin(work);
        var started = Stopwatch.GetTimestamp();
        if (work == Work.Forget)
        {
            await pod.Line(PodProcess.SavedLine);
            started = Stopwatch.GetTimestamp();
        }

        var end = await pod.End();
        Assert.True(end.ExitCode == 0, end.Log);
        Keep(end);
        return Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Everything that was reported as saved, and not forgotten since by the policy, is there and whole.</summary>
    public async Task CheckThatNothingIsLost(Work work)
    {
        using var json = JsonDocument.Parse(await rig.Ask("snapshots", "--json", "--no-lock"));
        var listed = json.RootElement.EnumerateArray().Select(snapshot => snapshot.GetProperty("id").GetString()!).ToHashSet();
        var expected = work is Work.Forget or Work.Prune ? reported.TakeLast(Kept) : reported;
        Assert.All(expected, id => Assert.Contains(id, listed));
        await rig.Ask("check", "--read-data", "--no-lock");
        rig.EmptyVolume();
        var restored = await rig.Restore(reported[^1]);
        Assert.True(restored.ExitCode == 0, restored.Log);
        Assert.Empty(TreeComparison.Differences(tree, TreeFingerprint.Of(rig.Volume)));
    }

    public void Dispose()
    {
        server.Dispose();
        rig.Dispose();
    }

    // s3rver keeps more beside an object than its content: there the key stays as it is.
    private async Task<KillRig> Begun(string? keys)
    {
        await rig.Ask("init");
        if (keys is not null)
        {
            var key = CheapKey.Make((await rig.Ask("cat", "masterkey")).Trim(), MoverRig.Password);
            var costly = Directory.GetFiles(keys).Single();
            await File.WriteAllTextAsync(Path.Combine(keys, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))), key);
            File.Delete(costly);
        }

        Keep(await Undisturbed(Work.Backup));
        return this;
    }

    private string NextPod => $"mover-{pods + 1}";

    private async Task<PodEnd> Undisturbed(Work work, string? deadPod = null)
    {
        using var pod = Begin(work, deadPod);
        var end = await pod.End();
        Assert.True(end.ExitCode == 0, end.Log);
        if (work == Work.Forget)
            Assert.True(end.Result.GetProperty("forget").GetProperty("error").ValueKind == JsonValueKind.Null, end.Log);
        if (work == Work.Restore)
            Assert.Empty(TreeComparison.Differences(tree, TreeFingerprint.Of(rig.Volume)));
        return end;
    }

    // What the next run has to do: new content to save, old content to free, or an empty volume to fill.
    private async Task Prepare(Work work)
    {
        if (work == Work.Restore)
        {
            rig.EmptyVolume();
            return;
        }

        TreeEditor.Edit(rig.Volume, (long)(chance.Next() >> 1));
        File.WriteAllBytes(Path.Combine(rig.Volume, "changing"), chance.Bytes(200_000));
        tree = TreeFingerprint.Of(rig.Volume);
        if (work != Work.Prune)
            return;
        var saved = await rig.Run(rig.Options(Operation.Backup) with { Keep = $"last={Kept}", ShrinkThreshold = "0" });
        Assert.True(saved.ExitCode == 0, saved.Log);
        reported.Add(saved.SnapshotId);
    }

    private PodProcess Begin(Work work, string? deadPod = null)
    {
        var name = NextPod;
        pods++;
        ImmutableArray<string> volume = ["--host", "shop", "--path", rig.Volume];
        ImmutableArray<string> common =
        [
            "--repository", rig.Repository, "--cache-dir", rig.In($"cache-{name}"), "--restic", Tools.Restic, "--retry-lock", "2s",
        ];
        ImmutableArray<string> proof = deadPod is null ? [] : ["--dead-holder", deadPod];
        return PodProcess.Start(
            name,
            work switch
            {
                Work.Backup => ["backup", .. volume, .. common, .. proof],
                Work.Forget => ["backup", .. volume, .. common, .. proof, .. Retention],
                Work.Prune => ["maintain", "prune", .. common, .. proof],
                Work.Restore => ["restore", .. volume, .. common, .. proof, "--snapshot", reported[^1]],
                _ => throw new ArgumentOutOfRangeException(nameof(work)),
            },
            rig.In($"result-{name}"),
            rig.ProcessEnvironment());
    }

    private async Task Strike(Victim victim, PodProcess pod)
    {
        switch (victim)
        {
            case Victim.Pod:
                pod.Kill();
                break;
            case Victim.Restic:
                while (!pod.KillRestic() && !pod.HasEnded)
                    await Task.Yield();
                break;
            default:
                killStore();
                await Task.Delay(chance.Below(300));
                await restartStore();
                break;
        }
    }

    private void Keep(PodEnd end)
    {
        if (end.Reported is { } id && !reported.Contains(id))
            reported.Add(id);
    }
}
