using Backsnap.EndToEnd.Tests.Running;

namespace Backsnap.EndToEnd.Tests;

public sealed class LeaderTests
{
    [Fact]
    public async Task Of_two_operators_one_acts_and_the_other_takes_over_when_it_stops()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 51);
        var first = scenario.StartOperator("--leader-elect", "--leader-elect-namespace", scenario.Namespace);
        await Eventually.True(() => Task.FromResult(Leads(first)), () => $"nobody leads\n{scenario.Story()}");
        var second = scenario.StartOperator("--leader-elect", "--leader-elect-namespace", scenario.Namespace);

        Assert.Equal("Succeeded", (await scenario.BackUp("by-the-first", "orders")).Status!.Result);
        Assert.False(Leads(second), second.Output);
        Assert.Equal(0, await first.Stop());
        var stopped = DateTimeOffset.UtcNow;
        await Eventually.True(() => Task.FromResult(Leads(second)), () => $"nobody took over\n{scenario.Story()}");

        // The Lease was given back: nobody waits until its fifteen seconds run out.
        Assert.True(DateTimeOffset.UtcNow - stopped < TimeSpan.FromSeconds(12), $"took over after {DateTimeOffset.UtcNow - stopped}");
        Assert.Equal("Succeeded", (await scenario.BackUp("by-the-second", "orders")).Status!.Result);
    }

    private static bool Leads(BacksnapProcess running) => running.Output.Contains(" leads", StringComparison.Ordinal);
}
