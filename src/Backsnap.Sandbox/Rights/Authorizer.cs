using System.Text.Json;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Rights;

/// <summary>
/// A rule that allows a request: the role (kind, a slash, and the name; for a Role the namespace before the name), which of its rules (from 0), and the
/// entries in it, as they are written there.
/// </summary>
internal sealed record Grant(string Role, int Rule, string Verb, string Group, string Resource);

/// <summary>All the rules that allow a request; none of them means no. What was wrong with bindings on the way is for the answer.</summary>
internal sealed record Verdict(IReadOnlyList<Grant> Grants, IReadOnlyList<string> Errors)
{
    public bool Allowed => Grants.Count > 0;
}

/// <summary>
/// Role-based access control as the API server has it: what no rule allows is refused, and rules only ever allow. Roles are not aggregated.
/// Requests that roles decide about are recorded with the rules that allowed them, so that a test can ask which rules are needed.
/// </summary>
internal sealed class Authorizer(ObjectStore store)
{
    /// <summary>What was asked by those of whom rights are asked, since the start.</summary>
    public RightsRecord Record { get; } = new();

    /// <summary>Decides, and records what was asked; the refusal, or null.</summary>
    public ApiError? Refusal(User user, RequestAttributes asked)
    {
        if (user.IsMaster)
        {
            return null;
        }

        var verdict = Decide(user, asked);
        Record.Add(user, asked, verdict.Grants);
        return verdict.Allowed ? null : Forbidden.Error(user, asked, verdict.Errors);
    }

    /// <summary>Whether the user may; nothing is recorded.</summary>
    public bool Allows(User user, RequestAttributes asked) => user.IsMaster || Decide(user, asked).Allowed;

    /// <summary>All rules that apply to the user in a namespace (empty: at the scope of the cluster).</summary>
    public IEnumerable<PolicyRule> RulesOf(User user, string ns) => Bound(user, ns).Where(bound => bound.Error is null).SelectMany(bound => bound.Rules);

    private Verdict Decide(User user, RequestAttributes asked)
    {
        var bound = Bound(user, asked.Namespace).ToList();
        var grants = from one in bound
                     from rule in one.Rules.Index()
                     let entries = rule.Item.Allowing(asked)
                     where entries is not null
                     select new Grant(one.Role, rule.Index, entries.Value.Verb, entries.Value.Group, entries.Value.Resource);
        return new Verdict([.. grants.Distinct()], [.. bound.Select(one => one.Error).OfType<string>().Distinct()]);
    }

    private IEnumerable<(string Role, IReadOnlyList<PolicyRule> Rules, string? Error)> Bound(User user, string ns)
    {
        foreach (var binding in store.Snapshot(ResourceTypes.ClusterRoleBindings, null).Items.Where(binding => IsFor(user, binding)))
        {
            yield return RoleOf(binding);
        }

        if (ns.Length > 0)
        {
            foreach (var binding in store.Snapshot(ResourceTypes.RoleBindings, ns).Items.Where(binding => IsFor(user, binding)))
            {
                yield return RoleOf(binding);
            }
        }
    }

    private static bool IsFor(User user, StoredObject binding) =>
        binding.Json.TryGetProperty("subjects", out var subjects) && subjects.ValueKind == JsonValueKind.Array
        && subjects.EnumerateArray().Any(subject => Text(subject, "kind") switch
        {
            "User" => Text(subject, "name") == user.Name,
            "Group" => user.Groups.Contains(Text(subject, "name")),
            "ServiceAccount" => user.Name == User.ServiceAccountName(Text(subject, "namespace") is { Length: > 0 } given ? given : binding.Namespace, Text(subject, "name")),
            _ => false,
        });

    private (string Role, IReadOnlyList<PolicyRule> Rules, string? Error) RoleOf(StoredObject binding)
    {
        var reference = binding.Json.TryGetProperty("roleRef", out var found) ? found : default;
        var (kind, name) = (Text(reference, "kind"), Text(reference, "name"));
        var (type, ns) = kind == "Role" ? (ResourceTypes.Roles, binding.Namespace) : (ResourceTypes.ClusterRoles, "");
        var title = ns.Length == 0 ? $"{kind}/{name}" : $"{kind}/{ns}/{name}";
        return store.Find(type, ns, name) is { } role
            ? (title, Rules(role), null)
            : (title, [], $"{type.Singular}.{type.Group} \"{name}\" not found");
    }

    private static IReadOnlyList<PolicyRule> Rules(StoredObject role) =>
        role.Json.TryGetProperty("rules", out var rules) && rules.ValueKind == JsonValueKind.Array ? [.. rules.EnumerateArray().Select(PolicyRule.Read)] : [];

    private static string Text(JsonElement parent, string field) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
