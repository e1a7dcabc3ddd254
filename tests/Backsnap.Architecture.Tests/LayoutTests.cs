namespace Backsnap.Architecture.Tests;

public sealed class LayoutTests
{
    private const int LongestFile = 450;

    private static readonly string[] NamesOfPatterns = ["Helpers", "Helper", "Utils", "Utilities", "Services", "Models", "Common", "Misc"];

    [Fact]
    public void Folders_are_named_for_the_domain_not_for_patterns() =>
        Assert.Empty(Repository.Sources().Where(path => path.Split('/').SkipLast(1).Intersect(NamesOfPatterns).Any()).ToArray());

    [Fact]
    public void A_file_holds_one_idea_and_fits_on_a_few_screens() =>
        Assert.Empty(Repository.Sources()
            .Select(path => (path, lines: Repository.Read(path).Count(character => character == '\n')))
            .Where(file => file.lines > LongestFile)
            .ToArray());

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = Repository.Read("Backsnap.sln").Replace('\\', '/');
        Assert.Empty(Repository.Projects().Where(path => !solution.Contains(path, StringComparison.Ordinal)).ToArray());
    }

    [Fact]
    public void Every_project_of_the_sources_has_its_tests() =>
        Assert.Empty(Dependencies.Projects.Where(project => !File.Exists(
            Path.Combine(Repository.Root, "tests", project + ".Tests", project + ".Tests.csproj"))).ToArray());
}
