namespace Backsnap.Architecture.Tests;

public sealed class PurityTests
{
    [Theory]
    [InlineData("Backsnap.Domain")]
    [InlineData("Backsnap.Planner")]
    public void The_functional_core_knows_no_clock_no_chance_no_input_output_and_no_task(string project) =>
        Assert.Empty(Impurities.Of(Dependencies.Assembly(project)));

    [Fact]
    public void Impure_code_is_found_in_what_was_compiled()
    {
        var found = Impurities.Of(typeof(Impure).Assembly.Location);
        Assert.All(
            [
                "System.DateTime.get_UtcNow", "System.IO.File.ReadAllText", "System.Random.get_Shared", "System.Guid.NewGuid",
                "System.Threading.Tasks.Task.get_CompletedTask", "System.Threading.Tasks.Task`1.get_Result", "System.String.GetHashCode",
                "System.Environment.get_MachineName",
            ],
            member => Assert.Contains(member, found));
    }

    /// <summary>Never called: it is here to be found.</summary>
    private static class Impure
    {
        public static string Everything(Task<string> task) =>
            DateTime.UtcNow + File.ReadAllText("x") + Random.Shared + Guid.NewGuid() + Task.CompletedTask + task.Result
            + "x".GetHashCode(StringComparison.Ordinal) + Environment.MachineName;
    }
}
