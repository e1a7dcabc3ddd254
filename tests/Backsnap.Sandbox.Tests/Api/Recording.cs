using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api;

/// <summary>
/// Comparing answers with recorded ones. What differs from run to run (uids, resourceVersions, generated names, continue tokens) is learned
/// from the first place where it occurs, and expected to be the same everywhere else; times only have to be there.
/// </summary>
internal sealed partial class Recording
{
    private static readonly string[] Learned = ["uid", "resourceVersion", "continue", "controller-uid", "batch.kubernetes.io/controller-uid"];
    private static readonly string[] Times =
        ["creationTimestamp", "deletionTimestamp", "time", "lastTransitionTime", "startTime", "completionTime", "renewTime", "acquireTime", "eventTime"];

    private readonly Dictionary<string, string> actual = new(StringComparer.Ordinal);

    public static IReadOnlyList<JsonNode> Steps(string file) => [.. JsonNode.Parse(File.ReadAllText(TestCluster.Fixture(file + ".json")))!["steps"]!.AsArray().OfType<JsonNode>()];

    /// <summary>That the recorded text is, in this run, the other.</summary>
    public void Learn(string recorded, string now)
    {
        if (recorded.Length >= 3)
        {
            actual[recorded] = now;
        }
    }

    /// <summary>A recorded text in the terms of this run.</summary>
    public string Translate(string text) => Word().Replace(text, word => actual.GetValueOrDefault(word.Value, word.Value));

    /// <summary>The differences, each as path: recorded, then what came; none when they agree.</summary>
    public IReadOnlyList<string> Differences(JsonNode? recorded, JsonNode? now)
    {
        Discover(recorded, now);
        return [.. Compare(recorded, now, "")];
    }

    private void Discover(JsonNode? recorded, JsonNode? now)
    {
        if (recorded is JsonArray expected && now is JsonArray items)
        {
            foreach (var (one, other) in expected.Zip(items))
            {
                Discover(one, other);
            }
        }

        if (recorded is not JsonObject obj || now is not JsonObject current)
        {
            return;
        }

        foreach (var (name, value) in obj)
        {
            var generated = name == "name" && obj.Text("generateName") is not null;
            if ((generated || Learned.Contains(name)) && value.Text() is { } before && current.Text(name) is { } after)
            {
                Learn(before, after);
            }
            else
            {
                Discover(value, current[name]);
            }
        }
    }

    private IEnumerable<string> Compare(JsonNode? recorded, JsonNode? now, string path)
    {
        switch (recorded)
        {
            case JsonObject obj when now is JsonObject current:
                foreach (var name in obj.Select(field => field.Key).Union(current.Select(field => field.Key)))
                {
                    var place = $"{path}.{name}";
                    if (name == "managedFields" && !obj.ContainsKey(name))
                    {
                        continue;
                    }

                    if (!obj.ContainsKey(name) || !current.ContainsKey(name))
                    {
                        yield return $"{place}: {(obj.ContainsKey(name) ? $"recorded {obj[name]?.ToJsonString()}, absent now" : $"not recorded, now {current[name]?.ToJsonString()}")}";
                    }
                    else if (!(Times.Contains(name) && obj[name].Text() is not null && current[name].Text() is not null))
                    {
                        foreach (var difference in Compare(obj[name], current[name], place))
                        {
                            yield return difference;
                        }
                    }
                }

                break;
            case JsonArray items when now is JsonArray current:
                if (items.Count != current.Count)
                {
                    yield return $"{path}: recorded {items.Count} items, now {current.Count}: {current.ToJsonString()}";
                }

                foreach (var (index, (one, other)) in items.Zip(current).Index())
                {
                    foreach (var difference in Compare(one, other, $"{path}[{index}]"))
                    {
                        yield return difference;
                    }
                }

                break;
            default:
                if (!Same(recorded, now))
                {
                    yield return $"{path}: recorded {recorded?.ToJsonString()}, now {now?.ToJsonString()}";
                }

                break;
        }
    }

    private bool Same(JsonNode? recorded, JsonNode? now) =>
        recorded is JsonValue value && value.GetValueKind() == JsonValueKind.String && now.Text() is { } text
            ? Translate(value.GetValue<string>()) == text || (Age().IsMatch(value.GetValue<string>()) && Age().IsMatch(text))
            : JsonNode.DeepEquals(recorded, now);

    [GeneratedRegex("[A-Za-z0-9_-]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\A[0-9]+s\z")]
    private static partial Regex Age();
}
