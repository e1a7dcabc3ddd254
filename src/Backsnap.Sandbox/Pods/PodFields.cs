using System.Text.Json.Nodes;
using Backsnap.Sandbox.Controllers;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>The fields of a pod that its containers may read (the downward API).</summary>
internal static class PodFields
{
    /// <summary>The value at a <c>fieldPath</c>, or null for a path that is not offered.</summary>
    public static string? Read(JsonObject pod, string path) => path switch
    {
        "metadata.name" => pod.NameOf(),
        "metadata.namespace" => pod.NamespaceOf(),
        "metadata.uid" => pod.UidOf(),
        "spec.nodeName" => Node.Name,
        "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "default",
        "status.hostIP" or "status.podIP" => "127.0.0.1",
        _ when Subscript(path, "metadata.labels") is { } label => pod.Text("metadata", "labels", label) ?? "",
        _ when Subscript(path, "metadata.annotations") is { } annotation => pod.Text("metadata", "annotations", annotation) ?? "",
        _ => null,
    };

    private static string? Subscript(string path, string field) =>
        path.StartsWith(field + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal) ? path[(field.Length + 2)..^2] : null;
}
