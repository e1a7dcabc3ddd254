using System.Text.Json.Serialization.Metadata;

namespace Backsnap.Kubernetes;

/// <summary>A kind as the API's paths know it, whatever type its objects are read into.</summary>
public abstract record KubeResource
{
    private protected KubeResource()
    {
    }

    /// <summary>API group; empty for the core group.</summary>
    public required string Group { get; init; }

    /// <summary>API version, <c>v1</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Name in paths and in RBAC rules, <c>persistentvolumeclaims</c>.</summary>
    public required string Plural { get; init; }

    /// <summary>Name in objects, <c>PersistentVolumeClaim</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>False for objects that belong to the cluster.</summary>
    public required bool Namespaced { get; init; }

    /// <summary>The <c>apiVersion</c> of its objects: <c>batch/v1</c>, <c>v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name that people and RBAC use: <c>jobs.batch</c>, <c>pods</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>
    /// The path of the collection (without <paramref name="name"/>) or of an object. Without <paramref name="ns"/> a namespaced
    /// kind is meant in all namespaces; for a kind of the cluster <paramref name="ns"/> is ignored.
    /// </summary>
    public string Path(string? ns = null, string? name = null, string? subresource = null) =>
        (Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}")
        + (Namespaced && !string.IsNullOrEmpty(ns) ? $"/namespaces/{Uri.EscapeDataString(ns)}" : "")
        + $"/{Plural}"
        + (name is null ? "" : $"/{Uri.EscapeDataString(name)}")
        + (subresource is null ? "" : $"/{Uri.EscapeDataString(subresource)}");

    /// <inheritdoc/>
    public sealed override string ToString() => QualifiedName;
}

/// <summary>A kind with the type that its objects are read into. The ones there are: <see cref="Resources"/>.</summary>
/// <typeparam name="T">The slim record of the kind.</typeparam>
public sealed record KubeResource<T> : KubeResource
    where T : class, IKubernetesObject
{
    internal KubeResource(JsonTypeInfo<T> json, JsonTypeInfo<ListDocument<T>> listJson)
    {
        Json = json;
        ListJson = listJson;
    }

    /// <summary>Reads one object.</summary>
    public JsonTypeInfo<T> Json { get; }

    internal JsonTypeInfo<ListDocument<T>> ListJson { get; }
}
