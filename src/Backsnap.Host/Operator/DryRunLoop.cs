using System.Diagnostics;
using System.Threading.Channels;
using Backsnap.Host.Cli;
using Backsnap.Host.Observation;
using Backsnap.Planner;
using NodaTime;

namespace Backsnap.Host.Operator;

/// <summary>The loop that only plans: each plan that differs from the one before is printed, none is carried out.</summary>
internal sealed class DryRunLoop(ChannelReader<Sighting> sightings, ClusterCache cache, OperatorHealth health, Settings settings, IClock clock)
{
    private readonly Recollection memory = new();

    /// <summary>Runs until cancelled.</summary>
    public async Task Run(CancellationToken cancel)
    {
        var printed = "";
        while (await sightings.WaitToReadAsync(cancel))
        {
            while (sightings.TryRead(out var sighting))
            {
                sighting(cache);
            }

            if (cache.Unsynced.Count == 0)
            {
                health.Synced();
                var now = clock.GetCurrentInstant();
                var state = cache.State(default);
                var began = Stopwatch.GetTimestamp();
                var plan = memory.Next(state, settings, now);
                health.Planned(state, plan, settings, Stopwatch.GetElapsedTime(began));
                var text = PlanTable.Of(plan, now);
                if (text != printed)
                {
                    await Console.Out.WriteLineAsync(text.AsMemory(), cancel);
                    printed = text;
                }
            }
        }
    }
}
