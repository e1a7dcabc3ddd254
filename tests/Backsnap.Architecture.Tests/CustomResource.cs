using YamlDotNet.RepresentationModel;

namespace Backsnap.Architecture.Tests;

/// <summary>The definition of a custom resource in config/crd.</summary>
internal sealed class CustomResource
{
    private readonly YamlMappingNode schema;

    private CustomResource(string kind, YamlMappingNode schema) => (Kind, this.schema) = (kind, schema);

    public string Kind { get; }

    public static CustomResource[] All { get; } =
    [
        .. Repository.Files("config/crd/bases", "*.yaml").Select(path => Documents(path).Single()).Select(root => new CustomResource(
            Text(root, "spec", "names", "kind"),
            (YamlMappingNode)At(((YamlSequenceNode)At(root, "spec", "versions")).Children.Single(), "schema", "openAPIV3Schema"))),
    ];

    /// <summary>The names of the fields of spec or status.</summary>
    public string[] Fields(string part) => [.. Children(At(schema, "properties", part, "properties")).Select(child => child.Name)];

    /// <summary>The paths of all fields that have no description.</summary>
    public string[] Undescribed() => [.. Walk("", schema).Where(field => !Has(field.Node, "description")).Select(field => field.Path)];

    /// <summary>The paths of a sample that the schema does not know.</summary>
    public string[] UnknownIn(YamlMappingNode sample) =>
        [.. Children(At(sample, "spec")).Select(child => child.Name).Except(Fields("spec")).Select(name => $"spec.{name}")];

    public static IEnumerable<YamlMappingNode> Documents(string path)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(Repository.Read(path)));
        return stream.Documents.Select(document => (YamlMappingNode)document.RootNode);
    }

    public static string Text(YamlNode node, params string[] path) => ((YamlScalarNode)At(node, path)).Value ?? "";

    private static IEnumerable<(string Path, YamlNode Node)> Walk(string path, YamlNode node) =>
        (Has(node, "properties") ? Children(At(node, "properties")).SelectMany(child => Below($"{path}.{child.Name}", child.Node)) : [])
        .Concat(Has(node, "items") ? Below($"{path}[]", At(node, "items")) : []);

    // The metadata is the API server's own, and so are its words.
    private static IEnumerable<(string Path, YamlNode Node)> Below(string path, YamlNode node) =>
        path == ".metadata" ? [] : Walk(path, node).Prepend((path, node));

    private static bool Has(YamlNode node, string name) => node is YamlMappingNode mapping && mapping.Children.ContainsKey(name);

    private static YamlNode At(YamlNode node, params string[] path) => path.Aggregate(node, (current, name) => current[name]);

    private static IEnumerable<(string Name, YamlNode Node)> Children(YamlNode node) =>
        ((YamlMappingNode)node).Children.Select(child => (((YamlScalarNode)child.Key).Value!, child.Value));
}
