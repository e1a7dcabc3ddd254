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

    /// <summary>Backups with real restic, one after the other and all at once with a place for one: what of their time is the operator's.</summary>
    public static async Task OneByOne(Table table, string program, string definitions, double mostMilliseconds)
    {
        const int Claims = 10;
        var shares = new Shares();
        await using var world = await World.Begin(definitions, program, shares.Take);
        for (var at = 0; at < Claims; at++) await world.MakeClaim(at);
        await using var measured = Measured.Start(program, world.Kubeconfig, "--schedule", "", "--repository", world.Repository, "--max-running-backups", "1", "--prune-schedule", "", "--check-schedule", "");

        // The first makes the repository, and meets code that was never run.
        for (var at = 0; at < Claims; at++)
        {
            world.Ask(at, 1);
            await Over(world, at + 1);
            await WorkIsDone(world, TimeSpan.FromSeconds(1));
        }

        var alone = shares.Courses().Skip(1).Select(course => course.Own).Order().ToList();
        table.Add("backup", $"the operator's own share of a backup, median of {alone.Count}", alone[alone.Count / 2], "ms", mostMilliseconds);
        table.Add("backup", "the longest of them", alone[^1], "ms");
        table.Add("backup", "what snapshotter and Job take, at the median", shares.Courses().Skip(1).Select(course => course.OfOthers).Order().ElementAt(alone.Count / 2), "ms");

        for (var at = 0; at < Claims; at++) world.Ask(at, 2);
        await Over(world, 2 * Claims);
        var burst = shares.Courses().Skip(Claims).ToList();
        var whole = Shares.Course.Milliseconds(burst.Min(course => course.Asked), burst.Max(course => course.Over));
        table.Add("backup", $"the same in a burst of {Claims} with a place for one, each", (whole - burst.Sum(course => course.OfOthers)) / Claims, "ms", mostMilliseconds);
    }

    private static Task Over(World world, int backups) =>
        Eventually.Holds(() => Task.FromResult(world.Succeeded >= backups), TimeSpan.FromMinutes(5), () => $"{backups} backups; {world.Succeeded} have succeeded");

    /// <summary>Until no request but watches came for a while: those that wait are told of their places after the last PVCBackup is made.</summary>
    private static async Task WorkIsDone(World world, TimeSpan? rest = null)
    {
        do
        {
            world.TakeRequests();
            await Task.Delay(rest ?? Rest);
        }
        while (world.TakeRequests().Any(count => count.Key != "WATCH"));
    }
}
