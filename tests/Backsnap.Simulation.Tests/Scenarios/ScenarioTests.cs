using System.Text;
using Backsnap.Simulation.Tests.Operators;

namespace Backsnap.Simulation.Tests.Scenarios;

public sealed class ScenarioTests
{
    [Fact]
    public void Without_faults_every_story_ends_as_it_is_kept()
    {
        var text = new StringBuilder();
        foreach (var story in Stories.All)
        {
            var played = story.Play(Faults.None);
            Assert.True(played.Broken.Count == 0, $"{story}:\n{string.Join('\n', played.Broken)}\n{played.Journal}");
            text.Append("## ").AppendLine(story.Name).AppendLine(played.Outcome);
        }

        Golden.Compare("Scenarios/outcomes.txt", text.ToString());
    }

    [Fact]
    public void With_movers_in_a_namespace_of_their_own_the_laws_hold_and_claims_and_repositories_end_as_without()
    {
        foreach (var apart in Stories.Apart)
        {
            var played = apart.Play(Faults.None);
            Assert.True(played.Broken.Count == 0, $"{apart}:\n{string.Join('\n', played.Broken)}\n{played.Journal}");
            if (Stories.All.SingleOrDefault(story => story.Isolated.Name == apart.Name) is { } beside)
            {
                Assert.Equal(Lasting(beside.Play(Faults.None)), Lasting(played));
            }
        }
    }

    // Not which slots were served: a claim that is restored apart comes later, when it is full, and a slot from before its time is not its own.
    private static IEnumerable<string> Lasting(Played played) => played.Outcome.Split('\n')
        .Where(line => line.StartsWith("repository", StringComparison.Ordinal) || line.StartsWith("PVC", StringComparison.Ordinal)
            || (line.StartsWith("PersistentVolumeClaim shop/", StringComparison.Ordinal) && !line.Contains('#', StringComparison.Ordinal)));

    [Fact]
    public void The_same_story_with_the_same_faults_is_the_same_to_the_last_call()
    {
        var faults = new OneFault(9, CallFault.CrashAfter, null);
        Assert.Equal(Stories.Lost.Play(faults).Journal, Stories.Lost.Play(faults).Journal);
    }
}
