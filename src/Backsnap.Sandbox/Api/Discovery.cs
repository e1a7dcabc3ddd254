using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api;

/// <summary>The documents that tell a client which groups, versions and resources there are.</summary>
internal sealed class Discovery(ResourceCatalogue types)
{
    /// <summary>Kubernetes 1.36: the release whose answers this server gives.</summary>
    private const string Minor = "36";

    private static readonly string[] CustomVerbs = ["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];
    private static readonly string[] BuiltInVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
    private static readonly string[] SubresourceVerbs = ["get", "patch", "update"];

    public static JsonObject Version() => new()
    {
        ["major"] = "1",
        ["minor"] = Minor,
        ["gitVersion"] = $"v1.{Minor}.2+backsnap-sandbox",
        ["gitCommit"] = "",
        ["gitTreeState"] = "clean",
        ["buildDate"] = "1970-01-01T00:00:00Z",
        ["goVersion"] = "",
        ["compiler"] = "dotnet",
        ["platform"] = "linux/amd64",
    };

    public static JsonObject CoreVersions(string address) => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new JsonArray("v1"),
        ["serverAddressByClientCIDRs"] = new JsonArray(new JsonObject { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address }),
    };

    public JsonObject Groups() => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. GroupVersions().Select(JsonNode (group) => Describe(group.Key, [.. group]))]),
    };

    public JsonObject? Group(string name)
    {
        if (GroupVersions().FirstOrDefault(group => group.Key == name) is not { } found)
        {
            return null;
        }

        var described = Describe(name, [.. found]);
        var whole = new JsonObject { ["kind"] = "APIGroup", ["apiVersion"] = "v1" };
        foreach (var (field, value) in described)
        {
            whole[field] = value?.DeepClone();
        }

        return whole;
    }

    /// <summary>The resources of a group and version, or null when there is none such.</summary>
    public JsonObject? Resources(string group, string version)
    {
        var served = types.All.Where(type => type.Group == group && type.Version == version).SelectMany(Describe);
        JsonObject[] all = (group, version) switch
        {
            ("events.k8s.io", "v1") => [.. Describe(ResourceTypes.Events)],
            ("authorization.k8s.io", "v1") =>
            [
                Review("localsubjectaccessreviews", "LocalSubjectAccessReview", namespaced: true),
                Review("selfsubjectaccessreviews", "SelfSubjectAccessReview"),
                Review("selfsubjectrulesreviews", "SelfSubjectRulesReview"),
                Review("subjectaccessreviews", "SubjectAccessReview"),
            ],
            ("authentication.k8s.io", "v1") => [Review("selfsubjectreviews", "SelfSubjectReview"), Review("tokenreviews", "TokenReview")],
            _ => [.. served],
        };
        return all.Length == 0 ? null : new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = new JsonArray([.. all]),
        };
    }

    /// <summary>All groups but the core one, with their versions.</summary>
    public IEnumerable<IGrouping<string, string>> GroupVersions() =>
        types.All.Select(type => (type.Group, type.Version))
            .Append(("events.k8s.io", "v1")).Append(("authorization.k8s.io", "v1")).Append(("authentication.k8s.io", "v1"))
            .Where(pair => pair.Item1.Length > 0)
            .Distinct()
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal)
            .GroupBy(pair => pair.Item1, pair => pair.Item2);

    private static JsonObject Describe(string group, IReadOnlyList<string> versions)
    {
        JsonObject Named(string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
        return new JsonObject
        {
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions.Select(JsonNode (version) => Named(version))]),
            ["preferredVersion"] = Named(versions[0]),
        };
    }

    private static IEnumerable<JsonObject> Describe(ResourceType type)
    {
        var described = new JsonObject
        {
            ["name"] = type.Plural,
            ["singularName"] = type.Singular,
            ["namespaced"] = type.Namespaced,
            ["kind"] = type.Kind,
            ["verbs"] = Texts(type.IsCustom ? CustomVerbs : BuiltInVerbs),
        };
        if (type.ShortNames.Count > 0)
        {
            described["shortNames"] = Texts(type.ShortNames);
        }

        if (type.Categories.Count > 0)
        {
            described["categories"] = Texts(type.Categories);
        }

        described["storageVersionHash"] = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes($"{type.Group}/{type.Version}/{type.Kind}"))[..8]);
        yield return described;
        if (type.HasStatus)
        {
            yield return Subresource(type, "status", SubresourceVerbs);
        }

        if (type == ResourceTypes.Pods)
        {
            yield return Subresource(type, "log", ["get"]);
        }
    }

    private static JsonObject Subresource(ResourceType type, string name, string[] verbs) => new()
    {
        ["name"] = $"{type.Plural}/{name}",
        ["singularName"] = "",
        ["namespaced"] = type.Namespaced,
        ["kind"] = type.Kind,
        ["verbs"] = Texts(verbs),
    };

    private static JsonObject Review(string plural, string kind, bool namespaced = false) => new()
    {
        ["name"] = plural,
        ["singularName"] = kind.ToLowerInvariant(),
        ["namespaced"] = namespaced,
        ["kind"] = kind,
        ["verbs"] = Texts(["create"]),
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(JsonNode (text) => text)]);
}
