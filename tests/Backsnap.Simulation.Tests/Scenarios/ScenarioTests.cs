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
    public void The_same_story_with_the_same_faults_is_the_same_to_the_last_call()
    {
        var faults = new OneFault(9, CallFault.CrashAfter, null);
        Assert.Equal(Stories.Lost.Play(faults).Journal, Stories.Lost.Play(faults).Journal);
    }
}
