using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Backsnap.Sandbox.Resources;

/// <summary>YAML as JSON, in the sense of Kubernetes manifests: a plain scalar that looks like a number, a boolean or null is one.</summary>
internal static partial class YamlReader
{
    /// <summary>What came of reading.</summary>
    internal abstract record Result
    {
        private Result() { }

        /// <summary>The documents that are not empty.</summary>
        public sealed record Documents(IReadOnlyList<JsonNode?> Nodes) : Result;

        public sealed record Broken(string Message) : Result;
    }

    public static Result Read(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return new Result.Documents([.. stream.Documents.Select(document => Convert(document.RootNode)).Where(node => node is not null)]);
        }
        catch (YamlException bad)
        {
            return new Result.Broken($"line {bad.Start.Line}: {bad.Message}");
        }
        catch (ArgumentException bad)
        {
            return new Result.Broken(bad.Message);
        }
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value ?? "", Convert(pair.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode scalar => Scalar(scalar),
        _ => null,
    };

    private static JsonNode? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any) || scalar.Tag == "tag:yaml.org,2002:str")
        {
            return text;
        }

        return text switch
        {
            "" or "~" or "null" or "Null" or "NULL" => null,
            "true" or "True" or "TRUE" => true,
            "false" or "False" or "FALSE" => false,
            _ when Whole().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ when Fraction().IsMatch(text) => double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => text,
        };
    }

    [GeneratedRegex(@"\A[-+]?(0|[1-9][0-9]*)\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z")]
    private static partial Regex Fraction();
}
