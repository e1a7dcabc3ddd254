using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>
/// The JSONPath of printer columns: fields (with escaped dots), indices, <c>[*]</c>, and filters that compare a field with a text,
/// as in <c>.status.conditions[?(@.type=="Ready")].status</c>. Anything else finds nothing.
/// </summary>
internal sealed partial class JsonPath
{
    private readonly IReadOnlyList<Func<JsonNode?, IEnumerable<JsonNode?>>> steps;

    private JsonPath(IReadOnlyList<Func<JsonNode?, IEnumerable<JsonNode?>>> steps) => this.steps = steps;

    public static JsonPath Parse(string text) => new([.. Step().Matches(text).Select(Read)]);

    public IEnumerable<JsonNode?> All(JsonNode root) =>
        steps.Aggregate((IEnumerable<JsonNode?>)[root], (nodes, step) => nodes.SelectMany(step)).Where(node => node is not null);

    public JsonNode? First(JsonNode root) => All(root).FirstOrDefault();

    private static Func<JsonNode?, IEnumerable<JsonNode?>> Read(Match match)
    {
        if (match.Groups["field"] is { Success: true, Value: var written })
        {
            var name = written.Replace("\\.", ".", StringComparison.Ordinal);
            return node => [node.At(name)];
        }

        if (match.Groups["quoted"] is { Success: true, Value: var quoted })
        {
            return node => [node.At(quoted)];
        }

        if (match.Groups["index"] is { Success: true, Value: var digits })
        {
            var index = int.Parse(digits, CultureInfo.InvariantCulture);
            return node => node.Items() is var items && items.Count > 0 ? [items.ElementAtOrDefault(index < 0 ? items.Count + index : index)] : [];
        }

        if (match.Groups["key"] is { Success: true, Value: var key })
        {
            var (fields, wanted) = (key.Split('.'), match.Groups["value"].Value);
            return node => node.Items().Where(item => item.At(fields)?.ToString() == wanted);
        }

        return node => node is JsonObject obj ? obj.Select(field => field.Value) : node.Items();
    }

    [GeneratedRegex("""\.(?<field>(?:\\.|[^.\[\]\\])+)|\[['"](?<quoted>[^'"]+)['"]\]|\[(?<index>-?[0-9]+)\]|\[\?\(@\.(?<key>[^=!<>\s]+)\s*==\s*['"](?<value>[^'"]*)['"]\s*\)\]|\[(?<all>\*)\]""")]
    private static partial Regex Step();
}
