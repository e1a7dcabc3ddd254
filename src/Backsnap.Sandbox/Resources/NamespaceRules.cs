using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Resources;

/// <summary>Namespaces are born active, labelled with their name, and held by the finalizer that empties them first.</summary>
internal static class NamespaceRules
{
    public static void SetDefaults(JsonObject obj)
    {
        obj.Set(obj.NameOf(), "metadata", "labels", "kubernetes.io/metadata.name");
        if (!obj.IsTerminating())
        {
            obj.SetDefault(new JsonArray("kubernetes"), "spec", "finalizers");
            obj.SetDefault("Active", "status", "phase");
        }
    }
}
