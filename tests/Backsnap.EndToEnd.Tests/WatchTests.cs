using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Faults;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Sandbox.Rights;

namespace Backsnap.EndToEnd.Tests;

/// <summary>Watches that end at any instant, and versions that are forgotten.</summary>
public sealed class WatchTests
{
    // Before its first event already, or after some.
    private const int MostLines = 6;

    [Fact]
    public async Task What_happens_while_watches_are_cut_or_forgotten_is_found_and_done_once()
    {
        await using var troubled = await Troubled.Begin();
        var scenario = troubled.Scenario;
        await scenario.FilledClaim("orders", seed: 111);
        await scenario.FilledClaim("carts", seed: 112);
        var before = await scenario.SnapshotFingerprint("orders");
        troubled.Proxy.Faults = Ends;
        await troubled.StartOperator();

        await troubled.Ask("first", "orders");
        await troubled.Ask("second", "carts");
        await troubled.AllSucceed();
        var refused = troubled.Proxy.Met("503");
        troubled.Proxy.Faults = asked => asked.Verb == "watch" ? new Fault.Refused(503, "ServiceUnavailable") : Fault.None;
        await troubled.Proxy.BreakWatches();
        await Eventually.True(() => Task.FromResult(troubled.Proxy.Met("503") >= refused + 5), () => $"nobody watches\n{troubled.Story()}");
        await troubled.Ask("unseen", "carts");
        troubled.Proxy.Faults = Ends;
        var restored = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" });

        Assert.True(restored.Status!.Result == "Succeeded", $"{restored.Status}\n{troubled.Story()}");
        await troubled.EndsWell();
        Assert.Equal(before, await scenario.Fingerprint("copy"));
        Assert.All(Enum.GetValues<WatchEnd>(), end => Assert.True(troubled.Proxy.Met($"watch {end}") > 0, troubled.Story()));
        Assert.True(troubled.Proxy.Met("410") > 0, troubled.Story());

        Fault Ends(RequestAttributes asked) => asked.Verb != "watch" ? Fault.None
            : troubled.Seed.Below(4) == 0 ? new Fault.Refused(410, "Expired")
            : new Fault.WatchEnds(troubled.Seed.Below(MostLines), troubled.Seed.OneOf(Enum.GetValues<WatchEnd>()));
    }
}
