using System.Text.Json.Nodes;
using Backsnap.Domain.Objects;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Operators;
using Backsnap.Simulation.Tests.Scenarios;
using NodaTime;

namespace Backsnap.Simulation.Tests.Years;

/// <summary>What became of a random world.</summary>
/// <param name="Wrong">What went wrong; nothing in a good world.</param>
/// <param name="Backups">How many backups succeeded.</param>
/// <param name="Plans">How many plans were made.</param>
/// <param name="Journal">The last of what happened before the first thing went wrong, or at all.</param>
internal sealed record Lived(IReadOnlyList<string> Wrong, int Backups, int Plans, string Journal);

/// <summary>
/// A cluster of many claims that lives for years: slots come, people make, change, delete and restore claims, movers fail, calls go wrong,
/// the operator crashes and is down for days. The last two days are kind, and at their end nothing may be left that should not be.
/// </summary>
internal sealed class RandomWorld : IDisposable
{
    private static readonly Duration Day = Duration.FromDays(1);

    // Most claims are backed up monthly or weekly, so that years fit into minutes; those of a kind come up together.
    private static readonly (string Schedule, int Days)[] Schedules =
    [
        ("0 3 1 * *", 31), ("0 3 1 * *", 31), ("0 3 1 * *", 31), ("0 3 1 * *", 31), ("0 3 15 * *", 31), ("0 3 15 * *", 31), ("0 3 15 * *", 31), ("0 3 15 * *", 31),
        ("30 1 * * 0", 7), ("30 1 * * 0", 7), ("30 4 * * 3", 7), ("0 2 */3 * *", 3),
    ];

    private static readonly string[] Namespaces = ["shop", "bank", "post", "mill"];

    private readonly Parameters parameters;
    private readonly Random people;
    private readonly Random luck;
    private readonly RandomFates fates;
    private readonly RandomFaults faults;
    private readonly World world;
    private readonly SimulatedOperator one;
    private readonly Dictionary<string, Instant> newest = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> foreign = new(StringComparer.Ordinal);
    private readonly List<string> wrong = [];
    private Duration down = Duration.Zero;
    private int made;
    private int backups;
    private int plans;

    /// <summary>Makes a world, and everything that will happen to it by chance.</summary>
    public RandomWorld(Parameters parameters, Host.Operator.Planning? planning = null)
    {
        this.parameters = parameters;
        (people, luck) = (new Random(parameters.Seed), new Random(parameters.Seed + 1));
        fates = new RandomFates(new Random(parameters.Seed + 2), parameters.Fates);
        faults = new RandomFaults(new Random(parameters.Seed + 3), parameters.Calls, parameters.Views);
        world = new World(fates);
        one = world.Furnish().Add("operator", World.Told("--schedule", "", "--max-running-backups", "25", "--ttl", "100h", "--job-timeout", "6h", "--prune-schedule", "0 6 8 * *", "--check-schedule", "", "--max-running-maintenance", "25"), faults, planning);
        // An operator that plans at every stir of 200 claims would make years last hours; how slow it is differs from world to world.
        one.Pace = Duration.FromSeconds(60 + (parameters.Seed % 60));
        one.Planned += _ => plans++;
        world.Cluster.Store.Changed += Remember;
        foreach (var ns in Namespaces.Skip(1))
        {
            world.Namespace(ns);
        }

        for (var claim = 0; claim < parameters.Claims; claim++)
        {
            MakeClaim(new Random(HashCode(parameters.Seed, claim)));
        }

        PlantForeigners();
        world.Clock.At(world.Clock.Now, one.Start);
        Every(parameters.People == 0 ? Duration.Zero : Duration.FromDays(30) / parameters.People, people, Meddle);
        Every(parameters.Outages == 0 ? Duration.Zero : Duration.FromDays(365) / parameters.Outages, luck, BreakDown);
    }

    /// <summary>Lives to the end, or to the first thing that goes wrong.</summary>
    public Lived Live()
    {
        for (var day = 0; day < parameters.Days && wrong.Count == 0; day++)
        {
            world.For(Day);
            Judge();
        }

        if (wrong.Count == 0)
        {
            (fates.Kind, faults.Kind) = (true, true);
            if (!one.Lives)
            {
                one.Start();
            }

            // To the middle of a morning, when no slot of any claim comes up.
            world.For((Day * 2) + Duration.FromHours(7));
            wrong.AddRange(world.Laws.Broken);
            wrong.AddRange(Outcome.Leftovers(world).Where(left => !foreign.ContainsKey(left.Split(' ')[^1])).Take(5));
            wrong.AddRange(foreign.Where(mine => world.Cluster.Store.Find(mine.Value)?.Json.Number("metadata", "resourceVersion") is null && world.Cluster.Store.Find(mine.Value) is null).Select(mine => $"somebody else's {mine.Key} is gone"));
        }

        return new Lived(wrong, backups, plans, world.Journal());
    }

    /// <inheritdoc/>
    public void Dispose() => world.Dispose();

    private static int HashCode(int seed, int number) => (int)(((uint)seed * 2654435761u) ^ ((uint)number * 40503u)) & int.MaxValue;

    private void MakeClaim(Random chance)
    {
        var (schedule, _) = Schedules[chance.Next(Schedules.Length)];
        var name = $"claim-{++made}";
        world.Claim(name, "one", Namespaces[chance.Next(Namespaces.Length)], chance.Next(2) == 0 ? "fast" : "lazy", schedule);
    }

    // With our label, with a name like a child's, or with our annotation; none of them is ours.
    private void PlantForeigners()
    {
        world.Make(Resources.Secrets, "shop", "labelled", item => item.Make("metadata", "labels")[Marks.ManagedBy] = Marks.Backsnap);
        world.Make(Resources.PersistentVolumeClaims, "shop", "labelled", item =>
        {
            item.Make("metadata", "labels")[Marks.ManagedBy] = Marks.Backsnap;
            item.Make("metadata", "annotations")[Marks.Schedule] = "";
        });
        world.Make(Resources.Jobs, "bank", "claim-1-20270101-030000", item => item.Make("metadata", "labels")[Marks.ManagedBy] = Marks.Backsnap);
        world.Make(Resources.VolumeSnapshots, "bank", "nightly", item => item["spec"] = new JsonObject { ["source"] = new JsonObject { ["persistentVolumeClaimName"] = "claim-1" } });
        foreach (var found in new[] { world.Find(Resources.Secrets, "labelled"), world.Find(Resources.PersistentVolumeClaims, "labelled"), world.Find(Resources.Jobs, "claim-1-20270101-030000", "bank"), world.Find(Resources.VolumeSnapshots, "nightly", "bank") })
        {
            foreign[$"{found!.Namespace}/{found.Name}"] = found.Uid;
        }
    }

    private void Remember(Change change)
    {
        if (change is { Object.Kind: var kind, Kind: ChangeKind.Modified } && kind == Resources.PvcBackups && change.Actor == one.Name && change.Object.Json.Text("status", "phase") == "Succeeded")
        {
            backups++;
            newest[$"{change.Object.Namespace}/{change.Object.Json.Text("spec", "pvc")}"] = world.Clock.Now;
        }
    }

    // What the issue asks for: no covered claim's newest success is older than two intervals and the time that the operator was down.
    private void Judge()
    {
        wrong.AddRange(world.Laws.Broken.Take(3));
        foreach (var claim in world.Cluster.Store.All(Resources.PersistentVolumeClaims))
        {
            if (claim.Annotation(Marks.Schedule) is not { Length: > 0 } schedule || claim.Deleting || claim.Annotation(Marks.Restoring) is not null || claim.Json.Text("status", "phase") != "Bound")
            {
                continue;
            }

            var born = NodaTime.Text.InstantPattern.General.Parse(claim.Json.Text("metadata", "creationTimestamp")!).Value;
            var since = claim.Annotation("example.com/rescheduled") is { } changed ? NodaTime.Text.InstantPattern.General.Parse(changed).Value : born;
            var good = newest.TryGetValue($"{claim.Namespace}/{claim.Name}", out var at) && at > born ? Instant.Max(at, since) : since;
            var interval = Duration.FromDays(Schedules.First(known => known.Schedule == schedule).Days);
            if (world.Clock.Now - good > (interval * 2) + down + Duration.FromHours(6))
            {
                wrong.Add($"{claim.Title} ({schedule}) has had no success for {(world.Clock.Now - good).TotalDays:0} days");
                return;
            }
        }
    }

    private void Every(Duration mean, Random chance, Action what)
    {
        if (mean == Duration.Zero)
        {
            return;
        }

        world.Clock.After(mean * (0.1 + (1.8 * chance.NextDouble())), () =>
        {
            if (!fates.Kind)
            {
                what();
                Every(mean, chance, what);
            }
        });
    }

    private void BreakDown()
    {
        if (!one.Lives)
        {
            return;
        }

        var pause = Duration.FromHours(6 + luck.Next(42));
        down += pause;
        one.Stop();
        world.Clock.After(pause, () =>
        {
            if (!one.Lives)
            {
                one.Start();
            }
        });
    }

    private void Meddle()
    {
        var claims = world.Cluster.Store.All(Resources.PersistentVolumeClaims).Where(claim => claim.Name.StartsWith("claim-", StringComparison.Ordinal) && claim.Controller is null && !claim.Deleting).ToList();
        if (claims.Count == 0)
        {
            MakeClaim(people);
            return;
        }

        var claim = claims[people.Next(claims.Count)];
        switch (people.Next(8))
        {
            case 0:
                MakeClaim(people);
                break;
            case 1 when claims.Count > parameters.Claims / 2:
                world.Delete(Resources.PersistentVolumeClaims, claim.Name, claim.Namespace);
                break;
            case 2:
                world.AskForBackup($"by-hand-{++made}", claim.Name, claim.Namespace);
                break;
            case 3:
                world.AskForRestore($"restore-{++made}", claim.Name, $"restored-{made}", claim.Namespace);
                break;
            case 4:
                var (schedule, _) = Schedules[people.Next(Schedules.Length)];
                if (claim.Annotation(Marks.Schedule) != schedule)
                {
                    world.Annotate(Resources.PersistentVolumeClaims, claim.Name, Marks.Schedule, schedule, claim.Namespace);
                    world.Annotate(Resources.PersistentVolumeClaims, claim.Name, "example.com/rescheduled", NodaTime.Text.InstantPattern.General.Format(world.Clock.Now), claim.Namespace);
                }

                break;
            case 5 when world.Cluster.Store.All(Resources.PvcBackups).FirstOrDefault(backup => backup.Json.Text("status", "phase") is "Running" or "Snapshotting") is { } running:
                world.Delete(Resources.PvcBackups, running.Name, running.Namespace);
                break;
            case 6:
                // The disaster: the claim is gone, and restored under its own name.
                world.Delete(Resources.PersistentVolumeClaims, claim.Name, claim.Namespace);
                world.Clock.After(Duration.FromMinutes(1 + people.Next(600)), () => world.AskForRestore($"restore-{++made}", claim.Name, claim.Name, claim.Namespace));
                break;
            default:
                world.Write(claim.Name, $"{++made}", claim.Namespace);
                break;
        }
    }
}
