using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Lifecycle;

/// <summary>What every cluster has from the start.</summary>
internal static class ClusterSeed
{
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public static void Plant(ObjectStore store)
    {
        foreach (var name in Namespaces)
        {
            store.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }
    }
}
