using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Faults;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

/// <summary>The clock of the operator's machine is set, by hours, while it works.</summary>
public sealed class ClockTests
{
    // Out by more than any deadline, once to each side, and right again.
    private static readonly TimeSpan[] Steps = [TimeSpan.FromHours(3), TimeSpan.FromHours(-2), TimeSpan.Zero];

    [SkippableFact]
    public async Task A_clock_that_is_set_moves_no_slot_and_no_lead_and_hurts_neither_backup_nor_restore()
    {
        Skip.If(SteppedClock.Lacking is not null, SteppedClock.Lacking);
        var seed = new Seed();
        await using var scenario = await Scenario.Begin();
        // By way of the proxy, since by a wrong clock the server's certificate may be out of its time.
        await using var proxy = await FaultProxy.Start(scenario.Kubeconfig);
        using var clock = new SteppedClock();
        using var chronicle = new Chronicle(scenario.Api, scenario.Namespace);
        await scenario.FilledClaim("orders", seed: 131, schedule: "*/5 * * * * *");
        await scenario.FilledClaim("carts", seed: 132);
        var before = await scenario.SnapshotFingerprint("carts");
        string[] flags = ["--kubeconfig", proxy.Kubeconfig, "--leader-elect", "--leader-elect-namespace", scenario.Home, "--retention", "last=100"];
        var leader = scenario.StartOperator(clock.Environment, flags);
        string Story() => $"{seed}, clock ahead by {clock.Ahead}\n{scenario.Story()}";
        await Eventually.True(() => Task.FromResult(Leads(leader)), () => $"nobody leads\n{Story()}");
        // Whoever stands by must not take hours that its clock has leapt over for a Lease's end.
        var other = scenario.StartOperator(clock.Environment, flags);
        await scenario.BackUp("saved", "carts");
        var begin = DateTimeOffset.UtcNow;

        foreach (var step in Steps)
        {
            var (at, name) = (DateTimeOffset.UtcNow, FormattableString.Invariant($"back-{step.TotalHours + 10}"));
            await scenario.Create(Resources.PvcRestores, scenario.Namespace, Manifests.Restore(scenario.Namespace, name, new JsonObject { ["sourcePvc"] = "carts", ["targetPvc"] = name }));
            await Task.Delay(seed.Within(TimeSpan.FromSeconds(2)));
            clock.Set(step);
            await Eventually.True(async () => (await Backups(scenario)).Any(backup => Slot(backup) > at && backup.Status?.Result == "Succeeded"), () => $"no slot since {at:O} was served\n{Story()}");
            var restored = await scenario.Finished(Resources.PvcRestores, name, restore => restore.Status?.Result);

            Assert.True(restored.Status!.Result == "Succeeded", $"{restored.Status}\n{Story()}");
            Assert.Equal(before, await scenario.Fingerprint(name));
            await Eventually.True(() => Task.FromResult(clock.IsSeenIn(leader)), () => $"the operator does not see the clock\n{Story()}");
            Assert.False(Leads(other) || leader.Output.Contains("lost the lead", StringComparison.Ordinal), Story());
        }

        await scenario.Patch(Resources.PersistentVolumeClaims, "orders", new() { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["backsnap.skyb.it/schedule"] = "" } } });
        await Eventually.True(async () => (await Backups(scenario)).All(backup => backup.Status?.Result is not null), () => $"something goes on for ever\n{Story()}");
        var made = await Backups(scenario);
        Assert.All(made, backup => Assert.True(backup.Status!.Result == "Succeeded", $"{backup.Metadata.Name}: {backup.Status.Message}\n{Story()}"));
        Assert.Equal(made.Count, made.Select(Slot).Distinct().Count());
        Assert.All(made, backup => Assert.True(Slot(backup) > begin.AddMinutes(-1) && Slot(backup) < DateTimeOffset.UtcNow, $"{backup.Metadata.Name}\n{Story()}"));
        await scenario.Clean();
        await chronicle.OneOfEach(made, Story);
        Assert.False(Leads(other) || leader.HasEnded, Story());
        await leader.Stop();
        await other.Stop();
    }

    private static async Task<IReadOnlyList<PvcBackup>> Backups(Scenario scenario) => [.. (await scenario.List(Resources.PvcBackups)).Where(backup => backup.Spec!.Pvc == "orders")];

    private static DateTimeOffset Slot(PvcBackup backup) => DateTimeOffset.Parse(backup.Metadata.Annotations!["backsnap.skyb.it/slot"], CultureInfo.InvariantCulture);

    private static bool Leads(BacksnapProcess running) => running.Output.Contains(" leads", StringComparison.Ordinal);
}
