using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

public sealed class LeaderTests
{
    [Fact]
    public async Task Of_two_operators_one_acts_and_the_other_takes_over_when_it_stops()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 51);
        var first = scenario.StartOperator("--leader-elect", "--leader-elect-namespace", scenario.Home);
        await Eventually.True(() => Task.FromResult(Leads(first)), () => $"nobody leads\n{scenario.Story()}");
        var second = scenario.StartOperator("--leader-elect", "--leader-elect-namespace", scenario.Home);

        Assert.Equal("Succeeded", (await scenario.BackUp("by-the-first", "orders")).Status!.Result);
        Assert.False(Leads(second), second.Output);
        Assert.Equal(0, await first.Stop());
        var stopped = DateTimeOffset.UtcNow;
        await Eventually.True(() => Task.FromResult(Leads(second)), () => $"nobody took over\n{scenario.Story()}");

        // The Lease was given back: nobody waits until its fifteen seconds run out.
        Assert.True(DateTimeOffset.UtcNow - stopped < TimeSpan.FromSeconds(12), $"took over after {DateTimeOffset.UtcNow - stopped}");
        Assert.Equal("Succeeded", (await scenario.BackUp("by-the-second", "orders")).Status!.Result);
    }

    [Fact]
    public async Task Whoever_leads_may_be_killed_at_any_instant_and_each_slot_is_served_once()
    {
        const int Kills = 3;
        var instants = new Seed();
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 52, schedule: "*/5 * * * * *");
        string[] electing = ["--leader-elect", "--leader-elect-namespace", scenario.Home];
        List<BacksnapProcess> alive = [scenario.StartOperator(electing), scenario.StartOperator(electing)];
        string Story() => $"{instants}\n{scenario.Story()}";
        for (var kill = 0; kill < Kills; kill++)
        {
            BacksnapProcess? leader = null;
            await Eventually.True(async () => (leader = alive.Find(Leads)) is not null && await Running(scenario), () => $"no backup was begun\n{Story()}");
            await Task.Delay(instants.Below(1500));
            await leader!.Crash();
            alive.Remove(leader);
            alive.Add(scenario.StartOperator(electing));
        }

        await scenario.Patch(Resources.PersistentVolumeClaims, "orders", new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["backsnap.skyb.it/schedule"] = "" } } });
        await Eventually.True(async () => await scenario.List(Resources.PvcBackups) is { Count: > 0 } all && all.All(backup => backup.Status?.Result is not null), () => $"something goes on for ever\n{Story()}");
        var made = await scenario.List(Resources.PvcBackups);
        Assert.All(made, backup => Assert.True(backup.Status!.Result == "Succeeded", $"{backup.Metadata.Name}: {backup.Status.Message}\n{Story()}"));
        Assert.Equal(made.Count, made.Select(backup => backup.Metadata.Annotations!["backsnap.skyb.it/slot"]).Distinct().Count());
        await scenario.Clean();
    }

    private static async Task<bool> Running(Scenario scenario) => (await scenario.List(Resources.PvcBackups)).Any(backup => backup.Status?.Result is null);

    private static bool Leads(BacksnapProcess running) => running.Output.Contains(" leads", StringComparison.Ordinal);
}
