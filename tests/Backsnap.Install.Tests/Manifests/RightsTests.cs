using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Rights;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Manifests;

/// <summary>The end-to-end tests run their operators with the rights that a person installs.</summary>
public sealed class RightsTests
{
    private static readonly string[] Kinds = ["ServiceAccount", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];

    // Those are for people.
    private static readonly string[] NotTheOperators = ["backsnap-view", "backsnap-edit"];

    [SkippableTheory]
    [InlineData("config/default", false, false)]
    [InlineData("config/isolated", true, false)]
    [InlineData("config/namespaced", false, true)]
    public async Task The_rights_that_are_tested_are_those_that_kustomize_renders(string directory, bool isolated, bool namespaced)
    {
        var rendered = (await Kustomization.Render(directory))
            .Where(obj => Kinds.Contains(obj.Kind()) && !NotTheOperators.Contains((string?)obj["metadata"]!["name"]))
            .ToDictionary(Objects.Key);
        var tested = ShippedRights.Read(isolated, namespaced).ToDictionary(Objects.Key);

        Assert.Equal(rendered.Keys.Order(), tested.Keys.Order());
        Assert.All(tested, pair => Assert.True(
            JsonNode.DeepEquals(rendered[pair.Key], pair.Value), $"{pair.Key}:\nrendered {rendered[pair.Key].ToJsonString()}\ntested {pair.Value.ToJsonString()}"));
    }
}
