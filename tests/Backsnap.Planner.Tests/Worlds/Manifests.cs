using System.Globalization;
using System.Text;
using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>Reads manifests as the API server would, and writes them as YAML for people.</summary>
internal static class Manifests
{
    public static Option<Node> Find(Node node, params string[] path) =>
        path.Aggregate(Some(node), (found, step) => found.Bind(inner => inner is Node.Fields fields ? fields.Find(step) : None));

    public static Option<string> Text(Node node, params string[] path) => Find(node, path).Bind(found => found is Node.Text text ? Some(text.Value) : None);

    public static Seq<Node> Items(Node node, params string[] path) => Find(node, path).Map(found => found is Node.Items items ? items.Values : Seq<Node>()).IfNone(Seq<Node>());

    public static Seq<string> Texts(Node node, params string[] path) =>
        Items(node, path).Bind(item => item is Node.Text text ? Seq1(text.Value) : Seq<string>()).Strict();

    public static HashMap<string, string> Map(Node node, params string[] path) => Find(node, path).Match(
        found => found is Node.Fields fields
            ? toHashMap(fields.Values.Bind(field => field.Value is Node.Text text ? Seq1((field.Name, text.Value)) : Seq<(string, string)>()))
            : HashMap<string, string>(),
        () => HashMap<string, string>());

    public static string Yaml(Node node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Node node, int depth)
    {
        switch (node)
        {
            case Node.Fields fields:
                fields.Values.Iter(field => Pair(text, new string(' ', depth) + field.Name + ":", field.Value, depth));
                break;
            case Node.Items items:
                items.Values.Iter(item => Item(text, item, depth));
                break;
            case Node.Text or Node.Whole or Node.Flag or Node.Nothing:
                text.Append(' ', depth).AppendLine(Scalar(node));
                break;
        }
    }

    private static void Pair(StringBuilder text, string key, Node value, int depth)
    {
        switch (value)
        {
            case Node.Fields { Values.IsEmpty: true }:
                text.Append(key).AppendLine(" {}");
                break;
            case Node.Fields or Node.Items:
                text.AppendLine(key);
                Write(text, value, depth + 2);
                break;
            case Node.Text or Node.Whole or Node.Flag or Node.Nothing:
                text.Append(key).Append(' ').AppendLine(Scalar(value));
                break;
        }
    }

    private static void Item(StringBuilder text, Node item, int depth)
    {
        var inner = new StringBuilder();
        Write(inner, item, depth + 2);
        text.Append(' ', depth).Append("- ").Append(inner.ToString().AsSpan(depth + 2));
    }

    private static string Scalar(Node node) => node switch
    {
        Node.Text text => text.Value.Length == 0 || text.Value is "true" or "false" or "True" or "False" || char.IsAsciiDigit(text.Value[0]) || text.Value.Contains(": ", StringComparison.Ordinal)
            ? $"\"{text.Value}\"" : text.Value,
        Node.Whole whole => whole.Value.ToString(CultureInfo.InvariantCulture),
        Node.Flag flag => flag.Value ? "true" : "false",
        Node.Nothing => "null",
        Node.Items or Node.Fields => throw new ArgumentException("not a scalar", nameof(node)),
    };
}
