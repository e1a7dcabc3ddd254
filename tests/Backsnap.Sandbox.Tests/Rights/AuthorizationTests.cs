using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Tests.Api;

namespace Backsnap.Sandbox.Tests.Rights;

/// <summary>Who has a service account's token may do what its roles say, and is refused all else in the API server's words.</summary>
public sealed class AuthorizationTests
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";

    [Fact]
    public async Task What_no_role_allows_is_refused_and_what_the_cluster_serves_may_be_seen()
    {
        await using var cluster = await StartAsync();
        await BecomeAsync(cluster);

        var refused = await cluster.SendAsync("GET", "/api/v1/secrets");
        Assert.Equal(403, refused.Status);
        Assert.Equal(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"secrets is forbidden: User \"system:serviceaccount:shop:robot\" cannot list resource \"secrets\" in API group \"\" at the cluster scope","reason":"Forbidden","details":{"kind":"secrets"},"code":403}""",
            refused.Text);
        Assert.Equal(
            "jobs.batch \"j\" is forbidden: User \"system:serviceaccount:shop:robot\" cannot patch resource \"jobs/status\" in API group \"batch\" in the namespace \"shop\"",
            (await cluster.SendAsync("PATCH", "/apis/batch/v1/namespaces/shop/jobs/j/status", "{}", "application/merge-patch+json")).Body.Text("message"));
        Assert.Equal(
            "forbidden: User \"system:serviceaccount:shop:robot\" cannot get path \"/sandbox/rights\"",
            (await cluster.SendAsync("GET", "/sandbox/rights")).Body.Text("message"));
        Assert.Equal(200, (await cluster.SendAsync("GET", "/apis")).Status);
        Assert.Equal(200, (await cluster.SendAsync("GET", "/openapi/v3")).Status);
    }

    [Fact]
    public async Task A_role_is_for_its_namespace_a_cluster_role_for_where_it_is_bound()
    {
        await using var cluster = await StartAsync();
        await cluster.CreateNamespaceAsync("other");
        await CreateAsync(cluster, "clusterroles", null, "reader", Rules("""{"verbs":["list"],"apiGroups":[""],"resources":["configmaps"]}"""));
        await BindAsync(cluster, "rolebindings", "shop", "ClusterRole", "reader");
        var admin = cluster.Client.DefaultRequestHeaders.Authorization;
        await BecomeAsync(cluster);

        Assert.Equal(200, (await cluster.SendAsync("GET", "/api/v1/namespaces/shop/configmaps")).Status);
        Assert.Equal(403, (await cluster.SendAsync("GET", "/api/v1/namespaces/other/configmaps")).Status);
        Assert.Equal(403, (await cluster.SendAsync("GET", "/api/v1/configmaps")).Status);
        Assert.Equal(403, (await cluster.SendAsync("GET", "/api/v1/namespaces/shop/configmaps?watch=true")).Status);

        var robot = cluster.Client.DefaultRequestHeaders.Authorization;
        cluster.Client.DefaultRequestHeaders.Authorization = admin;
        await BindAsync(cluster, "clusterrolebindings", null, "ClusterRole", "reader");
        cluster.Client.DefaultRequestHeaders.Authorization = robot;
        Assert.Equal(200, (await cluster.SendAsync("GET", "/api/v1/configmaps")).Status);
        Assert.Equal(200, (await cluster.SendAsync("GET", "/api/v1/namespaces/other/configmaps")).Status);
    }

    [Fact]
    public async Task A_binding_to_a_role_that_is_not_there_is_named_in_the_refusal()
    {
        await using var cluster = await StartAsync();
        await BindAsync(cluster, "rolebindings", "shop", "Role", "absent");
        await BecomeAsync(cluster);

        Assert.Equal(
            "pods is forbidden: User \"system:serviceaccount:shop:robot\" cannot list resource \"pods\" in API group \"\" in the namespace \"shop\": RBAC: role.rbac.authorization.k8s.io \"absent\" not found",
            (await cluster.SendAsync("GET", "/api/v1/namespaces/shop/pods")).Body.Text("message"));
    }

    [Fact]
    public async Task Groups_are_bound_as_names_are()
    {
        await using var cluster = await StartAsync();
        await CreateAsync(cluster, "clusterroles", null, "reader", Rules("""{"verbs":["list"],"apiGroups":[""],"resources":["configmaps"]}"""));
        await CreateAsync(cluster, "clusterrolebindings", null, "readers", new JsonObject
        {
            ["roleRef"] = new JsonObject { ["kind"] = "ClusterRole", ["name"] = "reader" },
            ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "Group", ["name"] = "system:serviceaccounts:shop" }),
        });
        await BecomeAsync(cluster);

        Assert.Equal(200, (await cluster.SendAsync("GET", "/api/v1/configmaps")).Status);
    }

    [Fact]
    public async Task A_token_is_good_until_its_service_account_is_gone()
    {
        await using var cluster = await StartAsync();
        var admin = cluster.Client.DefaultRequestHeaders.Authorization;
        await BecomeAsync(cluster);
        var who = await cluster.SendAsync("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");
        Assert.Equal("system:serviceaccount:shop:robot", who.Body.Text("status", "userInfo", "username"));
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"], who.Body.Texts("status", "userInfo", "groups"));
        var robot = cluster.Client.DefaultRequestHeaders.Authorization;

        cluster.Client.DefaultRequestHeaders.Authorization = admin;
        await cluster.SendAsync("DELETE", "/api/v1/namespaces/shop/serviceaccounts/robot");
        await cluster.CreateAsync("/api/v1/namespaces/shop/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "robot" } });
        Assert.Equal(404, (await cluster.SendAsync("POST", "/api/v1/namespaces/shop/serviceaccounts/nobody/token", "{}")).Status);
        Assert.Equal(422, (await cluster.SendAsync("POST", "/api/v1/namespaces/shop/serviceaccounts/robot/token", """{"spec":{"expirationSeconds":60}}""")).Status);

        cluster.Client.DefaultRequestHeaders.Authorization = robot;
        Assert.Equal(401, (await cluster.SendAsync("GET", "/apis")).Status);
    }

    [Fact]
    public async Task Whoever_may_not_change_an_owners_finalizers_may_not_block_its_deletion()
    {
        await using var cluster = await StartAsync();
        var owner = await cluster.CreateAsync("/api/v1/namespaces/shop/configmaps", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "owner" } });
        await CreateAsync(cluster, "roles", "shop", "maker", Rules("""{"verbs":["create"],"apiGroups":[""],"resources":["secrets"]}"""));
        await BindAsync(cluster, "rolebindings", "shop", "Role", "maker");
        var admin = cluster.Client.DefaultRequestHeaders.Authorization;
        await BecomeAsync(cluster);
        string Child(bool blocks) => new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = $"child-{blocks}".ToLowerInvariant(),
                ["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "owner", ["uid"] = owner.UidOf(), ["blockOwnerDeletion"] = blocks }),
            },
        }.ToJsonString();

        Assert.Equal(201, (await cluster.SendAsync("POST", "/api/v1/namespaces/shop/secrets", Child(blocks: false))).Status);
        var refused = await cluster.SendAsync("POST", "/api/v1/namespaces/shop/secrets", Child(blocks: true));
        Assert.Equal(403, refused.Status);
        Assert.Equal(
            "secrets \"child-true\" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>", refused.Body.Text("message"));

        var robot = cluster.Client.DefaultRequestHeaders.Authorization;
        cluster.Client.DefaultRequestHeaders.Authorization = admin;
        await CreateAsync(cluster, "roles", "shop", "finalizer", Rules("""{"verbs":["update"],"apiGroups":[""],"resources":["configmaps/finalizers"]}"""));
        await BindAsync(cluster, "rolebindings", "shop", "Role", "finalizer");
        cluster.Client.DefaultRequestHeaders.Authorization = robot;
        Assert.Equal(201, (await cluster.SendAsync("POST", "/api/v1/namespaces/shop/secrets", Child(blocks: true))).Status);
    }

    [Fact]
    public async Task Reviews_say_what_requests_would_meet()
    {
        await using var cluster = await StartAsync();
        await CreateAsync(cluster, "roles", "shop", "reader", Rules("""{"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]}"""));
        await BindAsync(cluster, "rolebindings", "shop", "Role", "reader");
        var review = await cluster.SendAsync(
            "POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", """{"spec":{"user":"system:serviceaccount:shop:robot","resourceAttributes":{"verb":"get","resource":"pods","subresource":"log","namespace":"shop"}}}""");
        Assert.True(review.Body.Flag("status", "allowed"));
        await BecomeAsync(cluster);

        async Task<bool> MayAsync(string attributes) => (await cluster.SendAsync(
            "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", $$"""{"spec":{"resourceAttributes":{{attributes}} } }""")).Body.Flag("status", "allowed");
        Assert.True(await MayAsync("""{"verb":"get","resource":"pods","subresource":"log","namespace":"shop"}"""));
        Assert.False(await MayAsync("""{"verb":"get","resource":"pods","namespace":"shop"}"""));
        Assert.False(await MayAsync("""{"verb":"get","resource":"pods","subresource":"log"}"""));
        var rules = await cluster.SendAsync("POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews", """{"spec":{"namespace":"shop"}}""");
        Assert.Contains(rules.Body.Items("status", "resourceRules"), rule => rule.Texts("resources").SequenceEqual(["pods/log"]));
        Assert.Equal(403, (await cluster.SendAsync("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", "{}")).Status);
    }

    [Fact]
    public async Task Which_rules_allowed_what_is_recorded_and_so_is_what_was_refused()
    {
        await using var cluster = await StartAsync();
        await CreateAsync(cluster, "roles", "shop", "reader", Rules("""{"verbs":["list"],"apiGroups":["example.com"],"resources":["pods"]}""", """{"verbs":["watch","list"],"apiGroups":["",""],"resources":["secrets","pods"]}"""));
        await CreateAsync(cluster, "clusterroles", null, "reader", Rules("""{"verbs":["*"],"apiGroups":[""],"resources":["*"]}"""));
        await BindAsync(cluster, "rolebindings", "shop", "Role", "reader");
        var admin = cluster.Client.DefaultRequestHeaders.Authorization;
        await BecomeAsync(cluster);
        await cluster.SendAsync("GET", "/api/v1/namespaces/shop/pods");
        await cluster.SendAsync("GET", "/api/v1/namespaces/shop/pods");
        await cluster.SendAsync("DELETE", "/api/v1/namespaces/shop/pods/p");
        cluster.Client.DefaultRequestHeaders.Authorization = admin;
        await BindAsync(cluster, "rolebindings", "shop", "ClusterRole", "reader");
        await BecomeAsync(cluster);
        await cluster.SendAsync("GET", "/api/v1/namespaces/shop/pods");
        cluster.Client.DefaultRequestHeaders.Authorization = admin;

        var record = (await cluster.SendAsync("GET", "/sandbox/rights")).Body.Items("requests").Where(entry => entry.Text("group") == "" && entry.Text("path") != "/apis")
            .Select(entry => $"{entry.Number("count")} {entry.Text("verb")} {entry.Text("resource")} {entry.Text("namespace")}: {string.Join(", ", entry.Items("allowedBy").Select(by => $"{by.Text("role")}[{by.Number("rule")}] {by.Text("verb")} {by.Text("resource")}"))}");
        Assert.Equal(
            [
                "1 delete pods shop: ",
                "1 list pods shop: ClusterRole/reader[0] * *, Role/shop/reader[1] list pods",
                "2 list pods shop: Role/shop/reader[1] list pods",
            ],
            record.Order(StringComparer.Ordinal));
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync();
        await cluster.CreateNamespaceAsync("shop");
        await cluster.CreateAsync("/api/v1/namespaces/shop/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "robot" } });
        return cluster;
    }

    /// <summary>From now on the client asks as the service account.</summary>
    private static async Task BecomeAsync(TestCluster cluster)
    {
        var (status, body, text, _) = await cluster.SendAsync("POST", "/api/v1/namespaces/shop/serviceaccounts/robot/token", """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}""");
        Assert.True(status == 201, text);
        Assert.NotNull(body.Text("status", "expirationTimestamp"));
        cluster.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.Text("status", "token"));
    }

    private static JsonObject Rules(params string[] rules) => new() { ["rules"] = new JsonArray([.. rules.Select(rule => JsonNode.Parse(rule))]) };

    private static Task BindAsync(TestCluster cluster, string plural, string? ns, string kind, string role) => CreateAsync(cluster, plural, ns, $"{kind}-{role}".ToLowerInvariant(), new JsonObject
    {
        ["roleRef"] = new JsonObject { ["apiGroup"] = "rbac.authorization.k8s.io", ["kind"] = kind, ["name"] = role },
        ["subjects"] = new JsonArray(new JsonObject { ["kind"] = "ServiceAccount", ["name"] = "robot", ["namespace"] = "shop" }),
    });

    private static Task CreateAsync(TestCluster cluster, string plural, string? ns, string name, JsonObject obj)
    {
        obj["metadata"] = new JsonObject { ["name"] = name };
        return cluster.CreateAsync(ns is null ? $"{Rbac}/{plural}" : $"{Rbac}/namespaces/{ns}/{plural}", obj);
    }
}
