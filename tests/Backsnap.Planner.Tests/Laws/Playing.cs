using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Laws;

/// <summary>Plays scenarios. Whoever looks on sees every plan, and the world in which it was carried out.</summary>
internal static class Playing
{
    /// <summary>From the beginning to the end; and then a quiet hour, in which everything that was begun can end.</summary>
    public static World Play(this Scenario scenario, Action<World, Plan>? look = null)
    {
        var world = scenario.Begin();
        var before = world.State;
        foreach (var step in scenario.Steps)
        {
            var next = world.Take(step, scenario, before, look);
            (before, world) = (world.State, next);
        }

        return world.For(Duration.FromMinutes(90), look);
    }

    private static World Take(this World world, Step step, Scenario scenario, ClusterState before, Action<World, Plan>? look) => step switch
    {
        Step.Pass pass => world.For(Duration.FromMinutes(pass.Minutes), look),
        Step.Outage outage => world.Note("operator", "goes away").Unattended(Duration.FromMinutes(outage.Minutes)).Note("operator", "is back").Settle(look),
        Step.Crash crash => world.Once(world.State, crash.Actions, look),
        Step.OldView => world.Once(before, int.MaxValue, look),
        Step.Ask ask => Somebody(world, $"asks for a backup of {Pick(scenario, ask.Claim).Ref}", state => state with
        {
            Backups = state.Backups.Add(Given.Backup($"by-hand-{world.Version}", Pick(scenario, ask.Claim).Id.Name, world.Now, Pick(scenario, ask.Claim).Id.Namespace.Value)),
        }),
        Step.Bring bring => Somebody(world, $"asks for {Pick(scenario, bring.Claim).Ref} back", state => state with
        {
            Restores = state.Restores.Add(Given.Restore(
                $"back-{world.Version}", Pick(scenario, bring.Claim).Id.Name, bring.IntoItself ? Pick(scenario, bring.Claim).Id.Name : "copy", world.Now, Pick(scenario, bring.Claim).Id.Namespace.Value)),
        }),
        Step.Lose lose => world.Note("somebody", $"deletes claim {Pick(scenario, lose.Claim).Ref}").Remove(Pick(scenario, lose.Claim).Id.Uid),
        Step.Meddle meddle => Meddle(world, meddle.Child),
    };

    private static World Once(this World world, ClusterState seen, int most, Action<World, Plan>? look)
    {
        var plan = world.Note("operator", most == int.MaxValue ? "has an old view" : $"is killed after {most} actions").Plan(seen);
        look?.Invoke(world, plan);
        return world.Apply(plan, most);
    }

    private static World Somebody(World world, string what, Func<ClusterState, ClusterState> change) => world.Note("somebody", what).Changed() with { State = change(world.State) };

    private static World Meddle(World world, int which)
    {
        var children = ApiServer.Identities(world.State).Where(id => id.Controller.Exists(owner => owner.Kind != "Job")).ToArray();
        return children.Length == 0 ? world : world.Note("somebody", $"deletes {children[which % children.Length].Name}, a child of ours").Remove(children[which % children.Length].Uid);
    }

    private static Claim Pick(Scenario scenario, int number) => scenario.Claims[number % scenario.Claims.Count];

    /// <summary>The same state with every list in another order.</summary>
    public static ClusterState Reversed(this ClusterState state) => state with
    {
        Claims = Reverse(state.Claims),
        Backups = Reverse(state.Backups),
        Restores = Reverse(state.Restores),
        Snapshots = Reverse(state.Snapshots),
        Jobs = Reverse(state.Jobs),
        Pods = Reverse(state.Pods),
        Secrets = Reverse(state.Secrets),
        SnapshotClasses = Reverse<SnapshotClass>(state.SnapshotClasses),
        Namespaces = toHashMap(state.Namespaces.AsEnumerable().Reverse().Select(home => (home.Key, home.Value))),
    };

    private static Seq<T> Reverse<T>(Seq<T> items) => items.AsEnumerable().Reverse().ToSeq().Strict();
}
