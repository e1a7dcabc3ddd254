using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Faults;
using Backsnap.EndToEnd.Tests.Running;

namespace Backsnap.EndToEnd.Tests;

/// <summary>An API server that is slow, or that fails, or whose answers are lost after it has done what it was asked for.</summary>
public sealed class UnreliableTests
{
    // In a hundred: of each way to fail so many.
    private const int Each = 4;

    [Fact]
    public async Task A_slow_API_server_that_once_does_not_answer_in_time_is_waited_for_and_nothing_is_done_twice()
    {
        await using var troubled = await Troubled.Begin();
        var scenario = troubled.Scenario;
        await scenario.FilledClaim("orders", seed: 121);
        await scenario.FilledClaim("carts", seed: 122);
        await troubled.StartOperator();
        var held = 1;
        var (longest, rare) = (TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(900));
        troubled.Proxy.Faults = asked => asked is { Verb: "create", Combined: "jobs" } && Interlocked.Exchange(ref held, 0) == 1
            ? new Fault.Unanswered()
            : new Fault.Slow(troubled.Seed.Within(longest), troubled.Seed.Within(troubled.Seed.Below(10) == 0 ? rare : longest));

        await troubled.Ask("first", "orders");
        await troubled.Ask("second", "carts");
        await troubled.EndsWell();
        var restored = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" });

        Assert.True(restored.Status!.Result == "Succeeded", $"{restored.Status}\n{troubled.Story()}");
        await troubled.EndsWell();
        Assert.Equal(1, troubled.Proxy.Met("unanswered: create jobs"));
    }

    [Fact]
    public async Task An_API_server_that_fails_at_random_and_loses_answers_has_nothing_done_twice()
    {
        await using var troubled = await Troubled.Begin();
        var scenario = troubled.Scenario;
        await scenario.FilledClaim("orders", seed: 123);
        await scenario.FilledClaim("carts", seed: 124);
        var before = await scenario.SnapshotFingerprint("orders");
        // Longer than the pause before another try, so that what was done unheard is not seen either.
        var lag = new Fault.WatchLags(TimeSpan.FromSeconds(2.5));
        troubled.Proxy.Faults = asked => asked is { Verb: "watch", Combined: "jobs" or "volumesnapshots" } ? lag : Fault.None;
        await troubled.StartOperator();
        var first = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);
        troubled.Proxy.Faults = asked =>
            // Of each kind of write the first is done, and nobody hears of it.
            asked.Verb is not ("get" or "list" or "watch") && first.TryAdd($"{asked.Verb} {asked.Combined}", 0) ? new Fault.CutAfter()
            : Chance(troubled.Seed) is var chance && chance == Fault.None && asked is { Verb: "watch", Combined: "jobs" or "volumesnapshots" } ? lag : chance;

        await troubled.Ask("first", "orders");
        await troubled.Ask("second", "carts");
        await troubled.AllSucceed();
        await troubled.Ask("third", "orders");
        var restored = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" });

        Assert.True(restored.Status!.Result == "Succeeded", $"{restored.Status}\n{troubled.Story()}");
        await troubled.EndsWell();
        Assert.Equal(before, await scenario.Fingerprint("copy"));
        Assert.All(
            ["create volumesnapshots", "create persistentvolumeclaims", "create secrets", "create jobs", "patch pvcbackups/status", "patch pvcrestores/status", "delete volumesnapshots", "delete jobs"],
            write => Assert.True(troubled.Proxy.Met($"cut after: {write}") > 0, $"{write}\n{troubled.Story()}"));
    }

    private static Fault Chance(Seed seed) => (seed.Below(100) / Each) switch
    {
        0 => new Fault.Refused(429, "TooManyRequests", RetryAfterSeconds: 1),
        1 => new Fault.Refused(500, "InternalError", Done: seed.Below(2) == 0),
        2 => new Fault.Refused(503, "ServiceUnavailable", RetryAfterSeconds: seed.Below(2) == 0 ? 1 : null),
        3 => new Fault.Refused(504, "Timeout", Done: seed.Below(2) == 0),
        4 => new Fault.CutBefore(),
        5 => new Fault.CutAfter(),
        _ => Fault.None,
    };
}
