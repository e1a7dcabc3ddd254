using System.Text.Json.Nodes;

namespace Backsnap.Sandbox.Rights;

/// <summary>
/// What was asked and which rules allowed it, for as long as the cluster runs: an entry for each user, verb, resource, namespace and set of rules,
/// without the objects' names, so that it stays small. Safe for any number of threads.
/// </summary>
internal sealed class RightsRecord
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (JsonObject Entry, long Count)> entries = new(StringComparer.Ordinal);

    /// <summary>Notes a request; no grants means that it was refused.</summary>
    public void Add(User user, RequestAttributes asked, IReadOnlyList<Grant> grants)
    {
        var key = string.Join('\n', [user.Name, asked.Verb, asked.Group, asked.Combined, asked.IsResource ? asked.Namespace : asked.Path, .. grants.Select(grant => grant.ToString())]);
        lock (gate)
        {
            entries[key] = entries.TryGetValue(key, out var known) ? (known.Entry, known.Count + 1) : (Describe(user, asked, grants), 1);
        }
    }

    /// <summary>The whole record, in no particular order.</summary>
    public JsonObject ToJson()
    {
        lock (gate)
        {
            return new JsonObject { ["requests"] = new JsonArray([.. entries.Values.Select(JsonNode (known) => Counted(known.Entry, known.Count))]) };
        }
    }

    private static JsonObject Counted(JsonObject entry, long count)
    {
        var copy = entry.DeepClone().AsObject();
        copy["count"] = count;
        return copy;
    }

    private static JsonObject Describe(User user, RequestAttributes asked, IReadOnlyList<Grant> grants) => new()
    {
        ["user"] = user.Name,
        ["verb"] = asked.Verb,
        ["group"] = asked.Group,
        ["resource"] = asked.Combined,
        ["namespace"] = asked.Namespace,
        ["path"] = asked.Path,
        ["allowedBy"] = new JsonArray([.. grants.Select(JsonNode (grant) => new JsonObject
        {
            ["role"] = grant.Role,
            ["rule"] = grant.Rule,
            ["verb"] = grant.Verb,
            ["group"] = grant.Group,
            ["resource"] = grant.Resource,
        })]),
    };
}
