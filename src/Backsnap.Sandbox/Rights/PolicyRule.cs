using System.Text.Json;

namespace Backsnap.Sandbox.Rights;

/// <summary>One rule of a role, and what it allows (RuleAllows in the API server's RBAC authorizer).</summary>
internal sealed record PolicyRule(
    IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, IReadOnlyList<string> Names, IReadOnlyList<string> Paths)
{
    private const string Any = "*";

    public static PolicyRule Read(JsonElement rule) =>
        new(Texts(rule, "verbs"), Texts(rule, "apiGroups"), Texts(rule, "resources"), Texts(rule, "resourceNames"), Texts(rule, "nonResourceURLs"));

    /// <summary>The entries of this rule that together allow the request, as they are written there; null where it does not allow it.</summary>
    public (string Verb, string Group, string Resource)? Allowing(RequestAttributes asked)
    {
        if (Verbs.FirstOrDefault(verb => verb == Any || verb == asked.Verb) is not { } allowed)
        {
            return null;
        }

        if (!asked.IsResource)
        {
            return Paths.FirstOrDefault(path => IsBelow(path, asked.Path)) is { } found ? (allowed, "", found) : null;
        }

        return Groups.FirstOrDefault(group => group == Any || group == asked.Group) is { } within
            && Resources.FirstOrDefault(resource => IsOf(resource, asked)) is { } of
            && (Names.Count == 0 || Names.Contains(asked.Name))
            ? (allowed, within, of)
            : null;
    }

    private static bool IsOf(string resource, RequestAttributes asked) =>
        resource == Any || resource == asked.Combined || (asked.Subresource.Length > 0 && resource == $"{Any}/{asked.Subresource}");

    private static bool IsBelow(string path, string asked) =>
        path == Any || path == asked || (path.EndsWith('*') && asked.StartsWith(path.TrimEnd('*'), StringComparison.Ordinal));

    private static IReadOnlyList<string> Texts(JsonElement rule, string field) =>
        rule.TryGetProperty(field, out var items) && items.ValueKind == JsonValueKind.Array
            ? [.. items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : [];
}
