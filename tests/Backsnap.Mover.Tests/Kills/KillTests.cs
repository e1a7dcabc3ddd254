using System.Globalization;
using Backsnap.Mover.Tests.Stores;
using Xunit.Abstractions;

namespace Backsnap.Mover.Tests.Kills;

/// <summary>
/// Somebody is killed (SIGKILL) at random instants of each work: the next run succeeds without help, nothing that was once reported as saved
/// is lost, and the repository is clean to the last byte. <c>BACKSNAP_KILLS</c> sets how many instants there are for each pair.
/// </summary>
public abstract class KillTests(ITestOutputHelper output, Victim victim, StoreKind store = StoreKind.Rest)
{
    private const int FewKills = 6;

    [SkippableTheory]
    [InlineData(Work.Backup)]
    [InlineData(Work.Forget)]
    [InlineData(Work.Prune)]
    [InlineData(Work.Restore)]
    public async Task The_next_run_succeeds_and_nothing_reported_is_lost(Work work)
    {
        Skip.If(Store.Missing(store) is not null, Store.Missing(store));
        Skip.If(PodProcess.Isolation is null, "a host name of one's own (unshare --uts) is not allowed here");
        var seed = Read("BACKSNAP_SEED") ?? Random.Shared.NextInt64();
        output.WriteLine($"BACKSNAP_SEED={seed.ToString(CultureInfo.InvariantCulture)}");
        using var rig = await (store == StoreKind.S3 ? KillRig.OnS3(seed) : KillRig.OnRest(seed));
        var duration = await rig.Measure(work);
        output.WriteLine($"an undisturbed {work} takes {duration.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s");

        for (var kill = Read("BACKSNAP_KILLS") ?? FewKills; kill > 0; kill--)
            await rig.Kill(victim, work, duration);

        await rig.CheckThatNothingIsLost(work);
    }

    private static long? Read(string variable) =>
        long.TryParse(Environment.GetEnvironmentVariable(variable)?.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : null;
}

/// <summary>The pod is killed: mover and restic at once.</summary>
public sealed class KilledPodTests(ITestOutputHelper output) : KillTests(output, Victim.Pod);

/// <summary>restic is killed below the mover.</summary>
public sealed class KilledResticTests(ITestOutputHelper output) : KillTests(output, Victim.Restic);

/// <summary>A rest-server is killed and comes back.</summary>
public sealed class KilledRestServerTests(ITestOutputHelper output) : KillTests(output, Victim.Store);

/// <summary>An S3 server is killed and comes back.</summary>
public sealed class KilledS3ServerTests(ITestOutputHelper output) : KillTests(output, Victim.Store, StoreKind.S3);
