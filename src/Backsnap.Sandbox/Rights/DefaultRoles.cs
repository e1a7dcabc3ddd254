using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Rights;

/// <summary>The roles and bindings that every cluster has for everybody: to find out what the server serves, and who one is.</summary>
internal static class DefaultRoles
{
    private static readonly string[] Discovery =
        ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"];

    public static void Plant(ObjectStore store)
    {
        Plant(store, "cluster-admin", "system:masters", Rule(["*"], ["*"], ["*"]), Paths(["*"], ["*"]));
        Plant(store, "system:discovery", "system:authenticated", Paths(["get"], Discovery));
        Plant(
            store, "system:basic-user", "system:authenticated",
            Rule(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]),
            Rule(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"]));
    }

    private static void Plant(ObjectStore store, string name, string group, params JsonNode[] rules)
    {
        store.Create(ResourceTypes.ClusterRoles, new JsonObject { ["metadata"] = Metadata(name), ["rules"] = new JsonArray(rules) });
        store.Create(ResourceTypes.ClusterRoleBindings, new JsonObject
        {
            ["metadata"] = Metadata(name),
            ["roleRef"] = new JsonObject { ["apiGroup"] = ResourceTypes.ClusterRoles.Group, ["kind"] = "ClusterRole", ["name"] = name },
            ["subjects"] = new JsonArray(new JsonObject { ["apiGroup"] = ResourceTypes.ClusterRoles.Group, ["kind"] = "Group", ["name"] = group }),
        });
    }

    private static JsonObject Metadata(string name) => new()
    {
        ["name"] = name,
        ["labels"] = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" },
    };

    private static JsonObject Rule(string[] verbs, string[] groups, string[] resources) =>
        new() { ["verbs"] = Texts(verbs), ["apiGroups"] = Texts(groups), ["resources"] = Texts(resources) };

    private static JsonObject Paths(string[] verbs, string[] paths) => new() { ["verbs"] = Texts(verbs), ["nonResourceURLs"] = Texts(paths) };

    private static JsonArray Texts(string[] texts) => new([.. texts.Select(JsonNode (text) => text)]);
}
