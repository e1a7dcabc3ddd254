using YamlDotNet.RepresentationModel;

namespace Backsnap.Kubernetes;

/// <summary>A mapping in a YAML file that knows where it stands, so that every complaint names file, line and field.</summary>
/// <remarks>The node model and not the object deserialiser: that one needs reflection, which trimming takes away.</remarks>
internal sealed class YamlSection(string file, string field, YamlMappingNode node)
{
    public string File { get; } = file;

    public bool Has(string name) => Find(name) is not null;

    public string? Text(string name) => Find(name) switch
    {
        null => null,
        YamlScalarNode scalar => scalar.Value,
        var other => throw Wrong(name, "a text was expected here", "write a single value", other),
    };

    public bool Flag(string name) => Text(name) switch
    {
        null or "false" => false,
        "true" => true,
        var other => throw Wrong(name, $"\"{other}\" is neither true nor false", "write true or false"),
    };

    /// <summary>The bytes of a base64 field.</summary>
    public byte[]? Bytes(string name)
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw Wrong(name, "this is not base64", "copy the value again, whole, in one line");
        }
    }

    /// <summary>A path; a relative one is relative to the file that it stands in, as kubectl has it.</summary>
    public string? FilePath(string name) =>
        Text(name) is { Length: > 0 } path ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(File))!, path) : null;

    public YamlSection? Section(string name) => Find(name) switch
    {
        null => null,
        YamlMappingNode mapping => new YamlSection(File, Named(name), mapping),
        var other => throw Wrong(name, "fields were expected here", "write name: value pairs, indented", other),
    };

    public IReadOnlyList<YamlSection> Sections(string name) =>
        [.. Items(name).Select((item, at) => item is YamlMappingNode mapping
            ? new YamlSection(File, $"{Named(name)}[{ItemName(mapping, at)}]", mapping)
            : throw Wrong(name, $"item {at + 1} has no fields", "write name: value pairs, indented", item))];

    public IReadOnlyList<string> Texts(string name) =>
        [.. Items(name).Select((item, at) => item is YamlScalarNode scalar
            ? scalar.Value ?? ""
            : throw Wrong(name, $"item {at + 1} is not a text", "write single values", item))];

    public KubeconfigException Wrong(string name, string problem, string wayOut) => Wrong(name, problem, wayOut, Find(name) ?? node);

    public string Named(string name) => field.Length == 0 ? name : name.Length == 0 ? field : $"{field}.{name}";

    private KubeconfigException Wrong(string name, string problem, string wayOut, YamlNode at) =>
        new(new KubeconfigError(File, Named(name), problem, wayOut) { Line = (int)at.Start.Line, Column = (int)at.Start.Column });

    private IList<YamlNode> Items(string name) => Find(name) switch
    {
        null => [],
        YamlSequenceNode sequence => sequence.Children,
        var other => throw Wrong(name, "a list was expected here", "write one item per line, each after a dash", other),
    };

    private YamlNode? Find(string name) =>
        node.Children.TryGetValue(new YamlScalarNode(name), out var found) && !IsNull(found) ? found : null;

    private static bool IsNull(YamlNode found) =>
        found is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain, Value: null or "" or "~" or "null" or "Null" or "NULL" };

    private static string ItemName(YamlMappingNode item, int at) =>
        item.Children.TryGetValue(new YamlScalarNode("name"), out var name) && name is YamlScalarNode { Value: { Length: > 0 } text }
            ? text
            : at.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
