using System.Text.Json.Nodes;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Manifests;

/// <summary>What kustomize makes of a directory of config.</summary>
internal static class Kustomization
{
    /// <summary>The objects of it, in kustomize's order.</summary>
    public static async Task<JsonObject[]> Render(string directory)
    {
        EmbeddedCluster.SkipWithoutKubectl();
        var (status, output, errors) = await Command.Run(EmbeddedCluster.Kubectl!, ["kustomize", Repository.At(directory)]);
        Assert.True(status == 0, errors);
        return Objects.Read(output);
    }
}
