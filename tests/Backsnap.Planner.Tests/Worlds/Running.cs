using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>Lets a world go on: the operator plans and acts, the controllers do their part, the clock jumps to what comes next.</summary>
internal static class Running
{
    /// <summary>More plans than this at one moment, with nobody else doing anything, are taken for a loop without end.</summary>
    private const int MostPlans = 40;

    /// <summary>At this very moment: plans, each carried out, until there is nothing to do. That they are finitely many is a law.</summary>
    public static World Settle(this World world, Action<World, Plan>? look = null)
    {
        for (var plans = 0; plans < MostPlans; plans++)
        {
            var plan = world.Plan();
            look?.Invoke(world, plan);
            if (plan.Actions.IsEmpty)
            {
                return world;
            }

            world = world.Apply(plan);
        }

        throw new Xunit.Sdk.XunitException($"{MostPlans} plans did not lead to the empty one:\n{string.Join('\n', world.Plan().Actions.Map(action => $"{action.Verb} {action.Target}: {action.Reason}"))}\n{world.Print()}");
    }

    /// <summary>Up to an instant, with the operator at work.</summary>
    public static World Until(this World world, Instant end, Action<World, Plan>? look = null)
    {
        while (true)
        {
            world = world.Tick().Settle(look);
            var next = Sooner(world.NextTick(), world.Plan().WakeAt).Filter(at => at > world.Now).IfNone(end);
            if (next >= end)
            {
                return (world with { Now = end }).Tick().Settle(look);
            }

            world = world with { Now = next };
        }
    }

    /// <summary>So much longer.</summary>
    public static World For(this World world, Duration duration, Action<World, Plan>? look = null) => world.Until(world.Now + duration, look);

    /// <summary>So much longer, without an operator: the controllers go on.</summary>
    public static World Unattended(this World world, Duration duration)
    {
        var end = world.Now + duration;
        while (world.NextTick().Case is SomeCase<Instant>(var next) && next < end)
        {
            world = (world with { Now = next }).Tick();
        }

        return (world with { Now = end }).Tick();
    }

    private static Option<Instant> Sooner(Option<Instant> a, Option<Instant> b) => a.Match(x => b.Match(y => Some(Instant.Min(x, y)), () => a), () => b);
}
