using Backsnap.Simulation.Tests.Controllers;
using Backsnap.Simulation.Tests.Operators;
using NodaTime;

namespace Backsnap.Simulation.Tests.Scenarios;

/// <summary>One story: what is there at two in the morning, what people do when, and what everybody meets.</summary>
/// <param name="Name">In a word.</param>
/// <param name="Begin">What is there before the operator starts.</param>
internal sealed record Scenario(string Name, Action<World> Begin)
{
    /// <summary>What the operator is told, beside when to look after repositories.</summary>
    public IReadOnlyList<string> Flags { get; init; } = ["--schedule", "30 2 * * *", "--max-running-backups", "2"];

    /// <summary>When repositories are pruned; never in most stories.</summary>
    public string Pruned { get; init; } = "";

    /// <summary>All that the operator is told.</summary>
    public string[] Told => [.. Flags, "--prune-schedule", Pruned, "--check-schedule", ""];

    /// <summary>What people do, and how long after the beginning.</summary>
    public IReadOnlyList<(Duration After, Action<World> Do)> Script { get; init; } = [];

    /// <summary>What controllers and movers meet.</summary>
    public Func<Fates> Fates { get; init; } = () => new Fates();

    /// <summary>How long the story lasts; after that nothing more may happen, but by the calendar.</summary>
    public Duration Lasts { get; init; } = Duration.FromHours(4);

    /// <summary>When a second operator starts, and how long the first still acts beside it; with none, the first acts alone.</summary>
    public (Duration After, Duration For)? Overlap { get; init; }

    /// <summary>Words for one and the same end: which it is may hang on a second.</summary>
    public IReadOnlyList<(string Word, string Also)> Alike { get; init; } = [];

    /// <summary>The same story with the movers in a namespace of their own.</summary>
    public Scenario Isolated => this with
    {
        Name = Name + ", movers apart",
        Flags = [.. Flags, "--mover-namespace", Cluster.Stored.Movers],
        Begin = world => Begin(world.Namespace(Cluster.Stored.Movers)),
        Fates = Fates,
    };

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A story that was played.</summary>
/// <param name="Outcome">Where it ended.</param>
/// <param name="Broken">The laws that were broken on the way, and what was wrong at the end.</param>
/// <param name="Calls">How many calls the operator made.</param>
/// <param name="Events">How many events it was to see.</param>
/// <param name="Journal">What happened, in words.</param>
internal sealed record Played(string Outcome, IReadOnlyList<string> Broken, int Calls, int Events, string Journal);

/// <summary>Plays stories.</summary>
internal static class Playing
{
    /// <summary>Plays a story to its end, and then waits whether all is quiet.</summary>
    public static Played Play(this Scenario scenario, Faults faults, Host.Operator.Planning? planning = null)
    {
        using var world = new World(scenario.Fates());
        scenario.Begin(world.Furnish());
        var shared = scenario.Overlap is null ? faults : new Shared(faults);
        var one = world.Add("operator", World.Told(scenario.Told), shared, planning);
        if (faults is HeldUp held)
        {
            held.Then = () => TakeOver(world, one, scenario);
        }

        foreach (var (after, act) in scenario.Script)
        {
            world.Clock.After(after, () => act(world));
        }

        if (scenario.Overlap is { } overlap)
        {
            world.Clock.After(overlap.After, () =>
            {
                world.Laws.Overlapping = true;
                world.Add("operator-2", World.Told(scenario.Told), shared, planning).Start();
            });
            world.Clock.After(overlap.After + overlap.For, one.Retire);
        }

        world.Clock.At(world.Clock.Now, one.Start);
        world.For(scenario.Lasts);
        var outcome = scenario.Alike.Aggregate(Outcome.Of(world), (text, alike) => text.Replace(alike.Word, alike.Also, StringComparison.Ordinal));
        var calls = world.Operators.Sum(each => each.Calls);
        world.For(Duration.FromMinutes(30));
        var more = world.Operators.Sum(each => each.Calls) - calls;
        IReadOnlyList<string> unquiet = more == 0 ? [] : [$"all was done, and yet the operator made {more} more calls"];
        return new Played(outcome, [.. world.Laws.Broken, .. Outcome.Leftovers(world), .. unquiet], world.Operators.Sum(each => each.Calls), world.Operators.Sum(each => each.Events), world.Journal());
    }

    // The node of the first operator stands still for so long that its lease runs out and another leads; then it goes on in the middle of
    // its plan, and acts for some seconds more before it learns that it has lost the lead.
    private static void TakeOver(World world, SimulatedOperator one, Scenario scenario)
    {
        world.Laws.Overlapping = true;
        var two = world.Add("operator-2", World.Told(scenario.Told));
        two.Start();
        world.For(Duration.FromSeconds(40));
        world.Clock.After(Duration.FromSeconds(10), one.Stop);
    }
}
