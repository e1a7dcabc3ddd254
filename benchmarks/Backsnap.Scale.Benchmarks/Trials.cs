namespace Backsnap.Scale.Benchmarks;

/// <summary>The most that the figures of a trial should be; null where there is no target.</summary>
internal sealed record Targets(double? FirstPlanSeconds, double? IdleMegabytes, double? PeakMegabytes, double? PlanMilliseconds);

/// <summary>What is tried.</summary>
internal static class Trials
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    /// <summary>A cluster in which nothing is to do: start, memory, requests, and the plan after one change.</summary>
    public static async Task AtRest(Table table, string program, string definitions, string trial, int claims, int backups, Targets targets)
    {
        await using var world = await World.Begin(definitions);
        await world.Plant(claims, backups);
        string[] arguments = ["--schedule", "@yearly", "--catch-up=false", "--prune-schedule", "", "--check-schedule", ""];

        // An API server has answered before; this one is compiled as it answers.
        await using (var earlier = Measured.Start(program, world.Kubeconfig, arguments)) await earlier.Planned(1);
        world.TakeRequests();
        await using var measured = Measured.Start(program, world.Kubeconfig, arguments);
        table.Add(trial, $"start to first plan, {claims} claims, {backups} PVCBackups", await measured.Planned(1), "s", targets.FirstPlanSeconds);
        await Task.Delay(Rest);
        var atStart = world.TakeRequests();
        table.Add(trial, "requests at start, watches apart", atStart.Where(count => count.Key != "WATCH").Sum(count => count.Value), "");
        table.Add(trial, "of them writes", atStart.Where(count => count.Key is not ("WATCH" or "GET")).Sum(count => count.Value), "", 0);
        await Task.Delay(Rest);
        table.Add(trial, $"requests at rest in {Rest.TotalSeconds:0} s", world.TakeRequests().Where(count => count.Key != "WATCH").Sum(count => count.Value), "", 0);
        table.Add(trial, "memory at rest", measured.Megabytes, "MB", targets.IdleMegabytes);
        table.Add(trial, "most memory", measured.MostMegabytes, "MB", targets.PeakMegabytes);

        // The first change after the start meets code that was never run: it is told apart.
        foreach (var which in new[] { "the first", "a later", "a later" })
        {
            var (plans, before) = (await measured.Plans(), await measured.PlanningSeconds());
            world.Touch();
            await measured.Planned(plans + 1);
            table.Add(trial, $"planning after {which} change", (await measured.PlanningSeconds() - before) * 1000, "ms", which == "a later" ? targets.PlanMilliseconds : null);
        }

        table.Add(trial, "memory after that, /metrics scraped a few times", measured.Megabytes, "MB");
    }

    /// <summary>Every claim due at once: until each has its PVCBackup.</summary>
    public static async Task AllDue(Table table, string program, string definitions, int claims, double? mostMegabytes, double? mostSeconds)
    {
        await using var world = await World.Begin(definitions);
        await world.Plant(claims, backups: 0);
        world.TakeRequests();
        await using var measured = Measured.Start(program, world.Kubeconfig, "--schedule", "@yearly", "--backup-new-claims");
        await Eventually.Holds(() => Task.FromResult(world.Backups >= claims), TimeSpan.FromMinutes(5), () => $"{claims} PVCBackups; there are {world.Backups}");
        var trial = $"{claims} due";
        table.Add(trial, "start to a PVCBackup each", measured.Age, "s", mostSeconds);
        table.Add(trial, "CPU to there", measured.CpuSeconds, "s");
        await WorkIsDone(world);
        table.Add(trial, "memory while they wait for their places", measured.Megabytes, "MB", mostMegabytes);
        table.Add(trial, "most memory", measured.MostMegabytes, "MB");
    }

    /// <summary>Until no request but watches came for a while: those that wait are told of their places after the last PVCBackup is made.</summary>
    private static async Task WorkIsDone(World world)
    {
        do
        {
            world.TakeRequests();
            await Task.Delay(Rest);
        }
        while (world.TakeRequests().Any(count => count.Key != "WATCH"));
    }
}
