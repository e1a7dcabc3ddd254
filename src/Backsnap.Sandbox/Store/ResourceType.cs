using Backsnap.Sandbox.Resources;

namespace Backsnap.Sandbox.Store;

/// <summary>One kind of object as the API serves it. Two are equal when they name the same resource of the same group.</summary>
internal sealed record ResourceType
{
    public required string Group { get; init; }
    public required string Version { get; init; }
    public required string Plural { get; init; }
    public required string Singular { get; init; }
    public required string Kind { get; init; }
    public string? ListKindName { get; init; }
    public required bool Namespaced { get; init; }
    public IReadOnlyList<string> ShortNames { get; init; } = [];
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Whether status is a subresource: then writes to the object leave it alone, and writes to it leave the rest alone.</summary>
    public bool HasStatus { get; init; }

    /// <summary>Whether the API counts changes of the spec in metadata.generation, as it does for some kinds only.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Whether the kind comes from a CustomResourceDefinition: its lists repeat apiVersion and kind in every item.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Whether a delete answers with the object that is gone rather than with a Status.</summary>
    public bool ReturnsDeletedObject { get; init; }

    /// <summary>The form that objects must have, for kinds that have one.</summary>
    public StructuralSchema? Schema { get; init; }

    /// <summary>The columns that a CustomResourceDefinition asks for; empty for built-in kinds, whose columns are in the code.</summary>
    public IReadOnlyList<CustomColumn> Columns { get; init; } = [];

    public string ListKind => ListKindName ?? Kind + "List";
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name in error messages and in the store: plural, then the group after a dot.</summary>
    public string Key => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The kind in error messages about invalid objects: kind, then the group after a dot.</summary>
    public string KindKey => Group.Length == 0 ? Kind : $"{Kind}.{Group}";

    public bool Equals(ResourceType? other) => other is not null && Plural == other.Plural && Group == other.Group;
    public override int GetHashCode() => HashCode.Combine(Group, Plural);
    public override string ToString() => Key;
}
