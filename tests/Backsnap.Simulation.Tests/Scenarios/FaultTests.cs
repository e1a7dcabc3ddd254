using System.Collections.Concurrent;
using Backsnap.Simulation.Tests.Operators;

namespace Backsnap.Simulation.Tests.Scenarios;

/// <summary>Every fault at every place of every story: enumerated, not sampled.</summary>
public sealed class FaultTests
{
    private static readonly int[] Lags = [1, 2, 3, 5, 8, 13];

    /// <summary>The stories' names.</summary>
    public static TheoryData<string> Names => [.. All.Select(story => story.Name)];

    private static IEnumerable<Scenario> All => Stories.All.Concat(Stories.Apart);

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_befalls_a_call_the_laws_hold_and_the_story_ends_the_same(string name) =>
        Try(name, (story, plain) => Enum.GetValues<CallFault>().SelectMany(fault => Enumerable.Range(1, plain.Calls).Select(call => ($"{fault} at call {call}", (Faults)new OneFault(call, fault, null)))));

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_is_not_seen_or_seen_late_the_laws_hold_and_the_story_ends_the_same(string name) =>
        Try(name, (story, plain) => Enum.GetValues<ViewFault>().SelectMany(fault => Enumerable.Range(1, plain.Events).Select(seen => ($"{fault} at event {seen}", (Faults)new OneFault(seen, null, fault)))));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_view_that_is_always_behind_changes_nothing(string name) =>
        Try(name, (_, _) => Lags.Select(lag => ($"{lag} events behind", (Faults)new Behind(lag))));

    /// <summary>The names of the stories of one operator.</summary>
    public static TheoryData<string> OfOne => [.. All.Where(story => story.Overlap is null).Select(story => story.Name)];

    [Theory]
    [MemberData(nameof(OfOne))]
    public void Two_operators_that_overlap_at_any_call_end_the_story_as_one_does(string name) =>
        Try(name, (_, plain) => Enumerable.Range(1, plain.Calls).Select(call => ($"another takes over at call {call}", (Faults)new HeldUp(call))));

    private static void Try(string name, Func<Scenario, Played, IEnumerable<(string What, Faults Faults)>> faults)
    {
        var story = All.Single(one => one.Name == name);
        var plain = story.Play(Faults.None);
        var wrong = new ConcurrentBag<string>();
        Parallel.ForEach(faults(story, plain), new ParallelOptions { MaxDegreeOfParallelism = 2 }, fault =>
        {
            var played = story.Play(fault.Faults);
            if (played.Broken.Count > 0 || played.Outcome != plain.Outcome)
            {
                wrong.Add($"{fault.What}: {string.Join("; ", played.Broken)}\n{Golden.Difference(plain.Outcome.Split('\n'), played.Outcome.Split('\n'))}\n\n{(Environment.GetEnvironmentVariable("JOURNAL") == "1" ? played.Journal : "")}");
            }
        });
        Assert.True(wrong.IsEmpty, $"{wrong.Count} of the runs of '{name}' went wrong:\n{string.Join('\n', wrong.Order(StringComparer.Ordinal).Take(60))}");
    }
}
