using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>The definition of a kind (<c>apiextensions.k8s.io/v1</c>), as far as "is it there?" needs it; the schema is not kept.</summary>
public sealed record CustomResourceDefinition : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What is defined.</summary>
    public CustomResourceDefinitionSpec? Spec { get; init; }

    /// <summary>Whether it is served.</summary>
    public CustomResourceDefinitionStatus? Status { get; init; }

    /// <summary>True once the server serves the kind (condition <c>Established</c>).</summary>
    [JsonIgnore]
    public bool IsEstablished => Status?.Conditions?.Any(c => c is { Type: "Established", Status: "True" }) ?? false;

    /// <summary>True when <paramref name="version"/> (<c>v1alpha1</c>) is defined and served.</summary>
    public bool Serves(string version) => Spec?.Versions?.Any(v => v.Served == true && v.Name == version) ?? false;
}

/// <summary>What a definition defines.</summary>
public sealed record CustomResourceDefinitionSpec
{
    /// <summary>The API group.</summary>
    public string? Group { get; init; }

    /// <summary>The names of the kind.</summary>
    public CustomResourceNames? Names { get; init; }

    /// <summary>Its versions.</summary>
    public IReadOnlyList<CustomResourceVersion>? Versions { get; init; }
}

/// <summary>The names of a kind.</summary>
public sealed record CustomResourceNames
{
    /// <summary>The name in paths.</summary>
    public string? Plural { get; init; }

    /// <summary>The name in objects.</summary>
    public string? Kind { get; init; }
}

/// <summary>A version of a kind.</summary>
public sealed record CustomResourceVersion
{
    /// <summary><c>v1alpha1</c>.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the server answers for it.</summary>
    public bool? Served { get; init; }
}

/// <summary>State of a definition.</summary>
public sealed record CustomResourceDefinitionStatus
{
    /// <summary><c>NamesAccepted</c>, <c>Established</c>.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
