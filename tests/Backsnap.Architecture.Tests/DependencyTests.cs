namespace Backsnap.Architecture.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void Project_files_name_only_what_their_layer_may_use() =>
        Assert.Empty(Layers.Violations(Layers.Allowed, Dependencies.OfProjectFiles()));

    [Fact]
    public void Assemblies_use_only_what_their_layer_may_use() =>
        Assert.Empty(Layers.Violations(Layers.Allowed, Dependencies.OfAssemblies()));

    [Fact]
    public void Every_project_of_the_sources_has_its_layer() =>
        Assert.Equal(Dependencies.Projects.Order(), Layers.Allowed.Keys.Order());

    [Theory]
    [InlineData("Backsnap.Domain", "Backsnap.Planner")]
    [InlineData("Backsnap.Planner", "Backsnap.Kubernetes")]
    [InlineData("Backsnap.Planner", "Backsnap.Sandbox")]
    [InlineData("Backsnap.Kubernetes", "Backsnap.Domain")]
    [InlineData("Backsnap.Kubernetes", "LanguageExt.Core")]
    [InlineData("Backsnap.Sandbox", "Backsnap.Planner")]
    [InlineData("Backsnap.Sandbox", "Backsnap.Host")]
    [InlineData("Backsnap.Domain", "Microsoft.AspNetCore.App")]
    [InlineData("Backsnap.Domain", "System.CommandLine")]
    [InlineData("Backsnap.Somewhere", "Backsnap.Domain")]
    public void An_arrow_that_points_the_wrong_way_is_found(string from, string to) =>
        Assert.Equal([$"{from} must not depend on {to}"], Layers.Violations(Layers.Allowed, [(from, to), ("Backsnap.Planner", "Backsnap.Domain")]));

    [Theory]
    [InlineData("Backsnap.Planner", "Backsnap.Domain")]
    [InlineData("Backsnap.Sandbox", "Microsoft.AspNetCore.Http.Abstractions")]
    [InlineData("Backsnap.Kubernetes", "System.Text.Json")]
    [InlineData("Backsnap.Host", "System.CommandLine")]
    public void An_arrow_that_points_the_right_way_is_fine(string from, string to) =>
        Assert.Empty(Layers.Violations(Layers.Allowed, [(from, to)]));

    [Fact]
    public void The_arrows_of_this_repository_are_seen_at_all()
    {
        Assert.Contains(("Backsnap.Planner", "Backsnap.Domain"), Dependencies.OfProjectFiles());
        Assert.Contains(("Backsnap.Kubernetes", "YamlDotNet"), Dependencies.OfProjectFiles());
        Assert.Contains(("Backsnap.Domain", "LanguageExt.Core"), Dependencies.OfAssemblies());
    }
}
