using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Backsnap.EndToEnd.Tests.Running;

namespace Backsnap.EndToEnd.Tests.Rights;

/// <summary>A request that the operator made, and the rights that allowed it: without any one of several it would have been allowed all the same.</summary>
internal sealed record Asked(string Verb, string Resource, string Namespace, IReadOnlyList<Right> AllowedBy)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Verb} {Resource} {(Namespace.Length == 0 ? "at the scope of the cluster" : $"in namespace {Namespace}")}";
}

/// <summary>
/// The service account under which a test's operator runs on the embedded cluster, with exactly the rights that are shipped, and what the cluster has recorded
/// of what it asked. Each test has one of its own: what is shipped stands for all tests' namespaces.
/// </summary>
internal sealed partial class OperatorAccount
{
    private readonly TestCluster cluster;
    private readonly IReadOnlyList<JsonObject> objects;
    private readonly string suffix;

    private OperatorAccount(TestCluster cluster, IReadOnlyList<JsonObject> objects, string home, string suffix, string kubeconfig) =>
        (this.cluster, this.objects, Home, this.suffix, Kubeconfig) = (cluster, objects, home, suffix, kubeconfig);

    /// <summary>The operator's own namespace, with the Lease.</summary>
    public string Home { get; }

    /// <summary>The kubeconfig of the service account.</summary>
    public string Kubeconfig { get; }

    /// <summary>Whether a right was taken away, so that refusals are what a test is about.</summary>
    public bool WasCurtailed { get; private set; }

    /// <summary>Installs the rights, in namespaces that exist, and lets the service account have a token.</summary>
    /// <param name="suffix">What tells the names of the whole cluster from those of other tests; empty for the shipped names.</param>
    public static async Task<OperatorAccount> Install(TestCluster cluster, bool isolated, bool namespaced, Func<string, string> ns, string suffix)
    {
        var objects = ShippedRights.Read(isolated, namespaced).Select(shipped => ShippedRights.For(shipped, ns, name => name + suffix)).ToList();
        foreach (var obj in objects)
        {
            await Send(cluster, HttpMethod.Post, Collection(obj), obj);
        }

        var home = ns(ShippedRights.Home);
        var answer = await Send(cluster, HttpMethod.Post, $"/api/v1/namespaces/{home}/serviceaccounts/{ShippedRights.Account}/token", new JsonObject { ["spec"] = new JsonObject { ["expirationSeconds"] = 86400 } });
        var file = Path.Combine(cluster.Home, $"{home}.kubeconfig");
        await File.WriteAllTextAsync(file, Token().Replace(await File.ReadAllTextAsync(cluster.Kubeconfig), $"token: {(string)answer["status"]!["token"]!}"));
        return new OperatorAccount(cluster, objects, home, suffix, file);
    }

    /// <summary>What the operator has asked so far.</summary>
    public async Task<IReadOnlyList<Asked>> Requests()
    {
        var user = $"system:serviceaccount:{Home}:{ShippedRights.Account}";
        var record = await Send(cluster, HttpMethod.Get, "/sandbox/rights", null);
        return
        [
            .. from entry in record["requests"]!.AsArray()
               where (string)entry!["user"]! == user
               let resource = (string)entry["resource"]! is { Length: > 0 } named ? Named(named, (string)entry["group"]!) : (string)entry["path"]!
               select new Asked((string)entry["verb"]!, resource, (string)entry["namespace"]!, [.. entry["allowedBy"]!.AsArray().Select(Shipped)]),
        ];
    }

    /// <summary>Fails if anything was refused for want of a right.</summary>
    public async Task NothingWasRefused(Func<string> story)
    {
        var refused = (await Requests()).Where(asked => asked.AllowedBy.Count == 0).ToList();
        Assert.True(refused.Count == 0, $"the shipped rights do not suffice: refused was {string.Join("; ", refused)}\n{story()}");
    }

    /// <summary>Takes a right out of the roles.</summary>
    public async Task Revoke(Right right)
    {
        WasCurtailed = true;
        var role = objects.Single(obj => ShippedTitle(obj) == right.Role).DeepClone().AsObject();
        var rule = role["rules"]![right.Rule]!.AsObject();
        rule["verbs"] = new JsonArray([.. rule["verbs"]!.AsArray().Select(verb => (string)verb!).Where(verb => verb != right.Verb).Select(verb => JsonValue.Create(verb))]);
        await Send(cluster, HttpMethod.Put, $"{Collection(role)}/{(string)role["metadata"]!["name"]!}", role);
    }

    /// <summary>Deletes what no namespace holds.</summary>
    public async Task Remove()
    {
        foreach (var obj in objects.Where(obj => ShippedRights.Kind(obj) is "ClusterRole" or "ClusterRoleBinding"))
        {
            await Send(cluster, HttpMethod.Delete, $"{Collection(obj)}/{(string)obj["metadata"]!["name"]!}", null);
        }
    }

    private static string Named(string resource, string group) => group.Length == 0 ? resource : $"{resource}.{group}";

    private static string Collection(JsonObject obj)
    {
        var plural = ShippedRights.Kind(obj).ToLowerInvariant() + "s";
        var root = plural == "serviceaccounts" ? "/api/v1" : "/apis/rbac.authorization.k8s.io/v1";
        return (string?)obj["metadata"]!["namespace"] is { } ns ? $"{root}/namespaces/{ns}/{plural}" : $"{root}/{plural}";
    }

    private static async Task<JsonNode> Send(TestCluster cluster, HttpMethod method, string path, JsonObject? body)
    {
        var answer = await cluster.Api.RawAsync(method, path, body is null ? null : Manifests.Bytes(body), body is null ? null : "application/json", CancellationToken.None);
        return answer.Match(
            raw =>
            {
                var text = System.Text.Encoding.UTF8.GetString(raw.Body.Span);
                Assert.True(raw.StatusCode is 200 or 201, string.Create(CultureInfo.InvariantCulture, $"{method} {path}: {raw.StatusCode} {text}"));
                return JsonNode.Parse(text)!;
            },
            error =>
            {
                Assert.Fail(error.Explain());
                return null!;
            });
    }

    private Right Shipped(JsonNode? grant) =>
        new(ShippedTitle((string)grant!["role"]!), (int)grant["rule"]!, (string)grant["verb"]!, (string)grant["group"]!, (string)grant["resource"]!);

    private string ShippedTitle(JsonObject role)
    {
        var (name, ns) = ((string)role["metadata"]!["name"]!, (string?)role["metadata"]!["namespace"]);
        return ShippedTitle(ns is null ? $"{ShippedRights.Kind(role)}/{name}" : $"{ShippedRights.Kind(role)}/{ns}/{name}");
    }

    // Back to the names in the files.
    private string ShippedTitle(string title) => title.Split('/') switch
    {
        ["Role", var ns, var name] => $"Role/{(ns == Home ? ShippedRights.Home : ShippedRights.Movers)}/{name}",
        [var kind, var name] when suffix.Length > 0 && name.EndsWith(suffix, StringComparison.Ordinal) => $"{kind}/{name[..^suffix.Length]}",
        _ => title,
    };

    [GeneratedRegex("token: \\S+")]
    private static partial Regex Token();
}
