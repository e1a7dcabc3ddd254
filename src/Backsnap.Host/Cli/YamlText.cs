using Backsnap.Domain.Objects;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Backsnap.Host.Cli;

/// <summary>Writes nodes as YAML, texts that could be taken for something else in quotes.</summary>
internal static class YamlText
{
    private const string EndMark = "\n...\n";

    /// <summary>The document.</summary>
    public static string Of(Node node)
    {
        using var writer = new StringWriter();
        new YamlStream(new YamlDocument(Convert(node))).Save(writer, assignAnchors: false);
        var text = writer.ToString().Replace("\r\n", "\n", StringComparison.Ordinal);
        return text.EndsWith(EndMark, StringComparison.Ordinal) ? text[..^(EndMark.Length - 1)] : text;
    }

    private static YamlNode Convert(Node node) => node switch
    {
        Node.Text text => Scalar(text.Value),
        Node.Whole whole => new YamlScalarNode(whole.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        Node.Flag flag => new YamlScalarNode(flag.Value ? "true" : "false"),
        Node.Nothing => new YamlScalarNode("null"),
        Node.Items items => new YamlSequenceNode(items.Values.Map(Convert)),
        Node.Fields fields => new YamlMappingNode(fields.Values.Map(field => new KeyValuePair<YamlNode, YamlNode>(Scalar(field.Name), Convert(field.Value)))),
    };

    private static YamlScalarNode Scalar(string text) => new(text) { Style = IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted };

    // Letters first and only harmless characters, and no word that YAML reads as a truth value or null.
    private static bool IsPlain(string text) =>
        text.Length > 0 && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '/' or '.' or '-' or '_' or '+' or '(' or ')') && text[^1] != ' '
        && text.ToLowerInvariant() is not ("true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n" or "null");
}
