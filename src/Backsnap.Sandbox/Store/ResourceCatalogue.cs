using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;

namespace Backsnap.Sandbox.Store;

/// <summary>The kinds that the cluster serves now: the built-in ones, and one for each CustomResourceDefinition. Safe for any number of threads.</summary>
internal sealed class ResourceCatalogue
{
    private ImmutableDictionary<(string Group, string Plural), ResourceType> types =
        ResourceTypes.BuiltIn.ToImmutableDictionary(type => (type.Group, type.Plural));

    /// <summary>All kinds, in the order of group and plural.</summary>
    public IReadOnlyList<ResourceType> All =>
        [.. types.Values.OrderBy(type => type.Group, StringComparer.Ordinal).ThenBy(type => type.Plural, StringComparer.Ordinal)];

    public ResourceType? Find(string group, string plural) => types.GetValueOrDefault((group, plural));

    public ResourceType? Find(string group, string version, string plural) => Find(group, plural) is { } type && type.Version == version ? type : null;

    public ResourceType? FindKind(string apiVersion, string kind) =>
        types.Values.FirstOrDefault(type => type.Kind == kind && type.ApiVersion == apiVersion);

    /// <summary>Serves the kind that <paramref name="definition"/> (a CustomResourceDefinition) defines, or its new form.</summary>
    public void Register(JsonObject definition)
    {
        var type = CustomDefinition.ToType(definition);
        ImmutableInterlocked.AddOrUpdate(ref types, (type.Group, type.Plural), type, (_, _) => type);
    }

    public void Unregister(JsonObject definition)
    {
        var type = CustomDefinition.ToType(definition);
        ImmutableInterlocked.TryRemove(ref types, (type.Group, type.Plural), out _);
    }
}
