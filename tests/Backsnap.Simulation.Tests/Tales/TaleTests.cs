namespace Backsnap.Simulation.Tests.Tales;

/// <summary>The tales in Texts, each with the plans that it leads to. Reading how one of them changes is reviewing how the operator behaves.</summary>
public sealed class TaleTests
{
    /// <summary>The names of the tales.</summary>
    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Path.Combine(Golden.Project, "Tales", "Texts"), "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_operator_plans_as_the_tale_tells(string name) =>
        Golden.Compare($"Tales/Texts/{name}.txt", Tale.Play(File.ReadAllText(Path.Combine(Golden.Project, "Tales", "Texts", $"{name}.txt"))));
}
