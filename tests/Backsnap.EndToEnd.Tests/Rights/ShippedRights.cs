using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;

namespace Backsnap.EndToEnd.Tests.Rights;

/// <summary>
/// The operator's service account, roles and bindings as they are shipped in config: for the whole cluster or for some namespaces, with movers beside the
/// claims or in a namespace of their own. (Another test asks kustomize whether it makes the same of these files.)
/// </summary>
internal static class ShippedRights
{
    /// <summary>The namespace of the operator, in the files.</summary>
    public const string Home = "backsnap-system";

    /// <summary>The namespace of the movers, in the files.</summary>
    public const string Movers = "backsnap-movers";

    /// <summary>The namespace that is backed up, in the files.</summary>
    public const string Tenant = "shop";

    /// <summary>The name of the service account.</summary>
    public const string Account = "backsnap-manager";

    /// <summary>All objects of one way to install.</summary>
    public static IReadOnlyList<JsonObject> Read(bool isolated, bool namespaced)
    {
        var objects = Documents("rbac/service_account.yaml", "rbac/manager_role.yaml", "rbac/leader_election_role.yaml").ToList();
        if (isolated)
        {
            foreach (var change in Documents("isolated/manager_role.yaml", "isolated/cluster_role.yaml"))
            {
                objects.Single(obj => Key(obj) == Key(change))["rules"] = change["rules"]!.DeepClone();
            }

            objects.AddRange(Documents("isolated/mover_role.yaml"));
        }

        if (namespaced)
        {
            objects.RemoveAll(obj => Key(obj) == $"ClusterRoleBinding/{Account}");
            objects.AddRange(Documents("namespaced/bindings.yaml"));
        }

        return objects;
    }

    /// <summary>The same objects for one test: its namespaces instead of those in the files, and names of its own for what no namespace holds.</summary>
    public static JsonObject For(JsonObject shipped, Func<string, string> ns, Func<string, string> clusterName)
    {
        var copy = shipped.DeepClone().AsObject();
        var metadata = copy["metadata"]!.AsObject();
        if (Kind(copy) is "ClusterRole" or "ClusterRoleBinding")
        {
            metadata["name"] = clusterName(Text(metadata, "name"));
        }
        else
        {
            metadata["namespace"] = ns(Text(metadata, "namespace"));
        }

        if (copy["roleRef"] is JsonObject role && Text(role, "kind") == "ClusterRole")
        {
            role["name"] = clusterName(Text(role, "name"));
        }

        foreach (var subject in (copy["subjects"] as JsonArray ?? []).OfType<JsonObject>())
        {
            subject["namespace"] = ns(Text(subject, "namespace"));
        }

        return copy;
    }

    /// <summary>Every right that the roles of one way to install give: a verb on a resource.</summary>
    public static IReadOnlyList<Right> Rights(bool isolated) =>
    [
        .. from role in Read(isolated, namespaced: true)
           where Kind(role) is "Role" or "ClusterRole"
           from rule in role["rules"]!.AsArray().Index()
           from verb in Texts(rule.Item, "verbs")
           from @group in Texts(rule.Item, "apiGroups")
           from resource in Texts(rule.Item, "resources")
           select new Right(Title(role), rule.Index, verb, @group, resource),
    ];

    /// <summary>An object's kind.</summary>
    public static string Kind(JsonObject obj) => Text(obj, "kind");

    private static string Title(JsonObject role) =>
        Kind(role) == "Role" ? $"Role/{Text(role["metadata"], "namespace")}/{Text(role["metadata"], "name")}" : $"ClusterRole/{Text(role["metadata"], "name")}";

    private static string Key(JsonObject obj) => $"{Kind(obj)}/{Text(obj["metadata"], "name")}";

    private static IEnumerable<JsonObject> Documents(params string[] files) => files.SelectMany(file => YamlReader.Read(File.ReadAllText(Path.Combine(Config(), file))) switch
    {
        YamlReader.Result.Documents found => found.Nodes.OfType<JsonObject>(),
        YamlReader.Result.Broken broken => throw new FormatException($"config/{file}: {broken.Message}"),
    });

    private static string Config()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Backsnap.sln")))
            {
                return Path.Combine(directory.FullName, "config");
            }
        }

        throw new DirectoryNotFoundException("the tests run outside their repository");
    }

    private static string Text(JsonNode? parent, string field) => (string?)parent?[field] ?? "";

    private static IEnumerable<string> Texts(JsonNode? parent, string field) => (parent?[field] as JsonArray ?? []).Select(item => (string)item!);
}

/// <summary>One verb on one resource in one rule (counted from 0) of one role, under the role's shipped name.</summary>
internal sealed record Right(string Role, int Rule, string Verb, string Group, string Resource)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Role}: {Verb} {Resource}{(Group.Length == 0 ? "" : ".")}{Group}";
}
