using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Backsnap.Simulation.Tests.Years;

/// <summary>
/// Random worlds: a small one in a run of the tests, as many years as fit into an hour with scripts/simulate.sh. A world that goes wrong is made
/// smaller as long as it still goes wrong, and then shown with the command that plays it again.
/// </summary>
public sealed class YearTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>The worlds of an ordinary run of the tests: two months, in seconds. Years are for .ci/run and scripts/simulate.sh.</summary>
    private static readonly string[] Worlds = ["33,20,60,43,40,19,12,4", "42,200,30,52,31,13,12,4"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public void In_random_worlds_the_laws_hold_and_every_claim_has_a_backup_that_is_not_too_old()
    {
        if (Environment.GetEnvironmentVariable("BACKSNAP_SEED") is { Length: > 0 } seed)
        {
            Try(Parameters.Parse(seed));
        }
        else if (Environment.GetEnvironmentVariable("BACKSNAP_SIMULATE_HOURS") is { Length: > 0 } hours)
        {
            ForHours(double.Parse(hours, CultureInfo.InvariantCulture));
        }
        else if (Environment.GetEnvironmentVariable("BACKSNAP_SIMULATE_YEARS") is { Length: > 0 } years)
        {
            Parallel.ForEach(
                Partitioner.Create(Enumerable.Range(1, int.Parse(years, CultureInfo.InvariantCulture)), EnumerablePartitionerOptions.NoBuffering),
                new ParallelOptions { MaxDegreeOfParallelism = 2 }, number => Try(Parameters.Year(number)));
        }
        else
        {
            Parallel.ForEach(Worlds, new ParallelOptions { MaxDegreeOfParallelism = 2 }, text => Try(Parameters.Parse(text)));
        }
    }

    // Each run begins where chance has it, so that no two of them see the same worlds.
    private void ForHours(double hours)
    {
        var clock = Stopwatch.StartNew();
        var next = Random.Shared.Next(1_000_000_000);
        Parallel.ForEach(Numbers(), new ParallelOptions { MaxDegreeOfParallelism = 2 }, number => Try(Parameters.Year(number)));

        IEnumerable<int> Numbers()
        {
            while (clock.Elapsed.TotalHours < hours)
            {
                yield return next++;
            }
        }
    }

    private void Try(Parameters parameters)
    {
        var clock = Stopwatch.StartNew();
        var lived = Live(parameters);
        if (lived.Wrong.Count == 0)
        {
            output.WriteLine($"{parameters}: {parameters.Days} days, {lived.Backups} backups, {lived.Plans} plans, {clock.Elapsed.TotalSeconds:0.0} s");
            return;
        }

        var (smallest, shown) = Shrink(parameters, lived);
        Assert.Fail($"scripts/simulate.sh --seed {smallest}\n{string.Join('\n', shown.Wrong)}\n(found with --seed {parameters})\n{shown.Journal}");
    }

    private static (Parameters Smallest, Lived Shown) Shrink(Parameters parameters, Lived lived)
    {
        var clock = Stopwatch.StartNew();
        for (var found = true; found && clock.Elapsed < Patience;)
        {
            found = false;
            foreach (var smaller in parameters.Smaller().TakeWhile(_ => clock.Elapsed < Patience))
            {
                var again = Live(smaller);
                if (again.Wrong.Count > 0)
                {
                    (parameters, lived, found) = (smaller, again, true);
                    break;
                }
            }
        }

        return (parameters, lived);
    }

    private static Lived Live(Parameters parameters)
    {
        using var world = new RandomWorld(parameters);
        return world.Live();
    }
}
