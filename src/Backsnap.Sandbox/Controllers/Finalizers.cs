using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers;

/// <summary>The names that hold an object back from being removed, as edits for <see cref="ObjectStore.Update"/>.</summary>
internal static class Finalizers
{
    public static bool HasFinalizer(this JsonObject obj, string finalizer) => obj.Texts("metadata", "finalizers").Contains(finalizer);

    public static JsonObject WithFinalizer(this JsonObject obj, string finalizer)
    {
        if (!obj.HasFinalizer(finalizer)) Set(obj, obj.Texts("metadata", "finalizers").Append(finalizer));
        return obj;
    }

    public static JsonObject WithoutFinalizers(this JsonObject obj, params IReadOnlyCollection<string> finalizers)
    {
        if (finalizers.Any(obj.HasFinalizer)) Set(obj, obj.Texts("metadata", "finalizers").Except(finalizers));
        return obj;
    }

    private static void Set(JsonObject obj, IEnumerable<string> finalizers) =>
        obj.Set(new JsonArray([.. finalizers.Select(JsonNode (name) => name)]), "metadata", "finalizers");
}
