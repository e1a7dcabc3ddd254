using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api;

public sealed class ListAndWatchTests
{
    [Fact]
    public async Task Pages_make_up_the_whole_list()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateNamespaceAsync("shop");
        foreach (var index in Enumerable.Range(0, 7))
        {
            await cluster.CreateAsync("/api/v1/namespaces/shop/configmaps", Named($"c{index}"));
        }

        var (names, next) = (new List<string>(), "");
        do
        {
            var (_, page, _, _) = await cluster.SendAsync("GET", $"/api/v1/configmaps?limit=3&continue={next}");
            names.AddRange(page.Items("items").Select(item => item.Text("metadata", "name")!));
            next = page.Text("metadata", "continue") ?? "";
        }
        while (next.Length > 0);

        Assert.Equal(["c0", "c1", "c2", "c3", "c4", "c5", "c6"], names);
    }

    [Fact]
    public async Task Events_are_the_same_ones_in_both_of_their_groups()
    {
        await using var cluster = await TestCluster.StartAsync();
        var told = Named("e");
        told["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = "default", ["name"] = "p" };
        told["message"] = "hello";
        await cluster.CreateAsync("/api/v1/namespaces/default/events", told);

        var (_, view, _, _) = await cluster.SendAsync("GET", "/apis/events.k8s.io/v1/namespaces/default/events/e");
        var (_, selected, _, _) = await cluster.SendAsync("GET", "/api/v1/events?fieldSelector=involvedObject.name%3Dp,involvedObject.kind%3DPod");

        Assert.Equal("hello", view.Text("note"));
        Assert.Equal("p", view.Text("regarding", "name"));
        Assert.Single(selected.Items("items"));
    }

    [Fact]
    public async Task A_watch_ends_at_its_timeout_and_another_goes_on_from_there()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateNamespaceAsync("shop");
        var start = cluster.Sandbox.Store.ResourceVersion;
        await cluster.CreateAsync("/api/v1/namespaces/shop/configmaps", Named("a"));

        var first = await TellAsync(cluster, $"/api/v1/namespaces/shop/configmaps?watch=true&resourceVersion={start}&timeoutSeconds=1");
        await cluster.CreateAsync("/api/v1/namespaces/shop/configmaps", Named("b"));
        var second = await TellAsync(
            cluster, $"/api/v1/namespaces/shop/configmaps?watch=true&resourceVersion={first[^1].Text("object", "metadata", "resourceVersion")}&timeoutSeconds=1");

        Assert.Equal(["a"], first.Select(item => item.Text("object", "metadata", "name")));
        Assert.Equal(["b"], second.Select(item => item.Text("object", "metadata", "name")));
    }

    [Fact]
    public async Task With_a_definition_go_the_objects_of_its_kind()
    {
        const string widgets = "/apis/contract.example.com/v1alpha1/namespaces/default/widgets";
        await using var cluster = await TestCluster.StartAsync();
        var widget = Named("w");
        widget["spec"] = new JsonObject { ["claim"] = "data" };
        await cluster.CreateAsync(widgets, widget);
        var store = cluster.Sandbox.Store;
        var type = store.Types.Find("contract.example.com", "widgets")!;

        await cluster.SendAsync("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.contract.example.com");

        await Eventually.HoldsAsync(() => store.List(type).Count == 0, () => "the widget is still there");
        Assert.Equal(404, (await cluster.SendAsync("GET", widgets)).Status);
    }

    [Fact]
    public async Task Open_watches_end_when_the_cluster_stops()
    {
        var cluster = await TestCluster.StartAsync();
        using var client = cluster.Client;
        var opened = new TaskCompletionSource();
        var watch = Task.Run(async () =>
        {
            await foreach (var _ in cluster.WatchAsync("/api/v1/namespaces?watch=true", opened.SetResult, CancellationToken.None))
            {
            }
        });
        await opened.Task;

        await cluster.Sandbox.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

        await Task.WhenAny(watch, Task.Delay(TimeSpan.FromSeconds(20)));
        Assert.True(watch.IsCompleted);
        await cluster.DisposeAsync();
    }

    [Theory]
    [InlineData("DELETE", "/version", 401, false)]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps/x", 405, true)]
    [InlineData("PATCH", "/api/v1/configmaps", 405, true)]
    [InlineData("GET", "/api/v1/configmaps/x", 404, true)]
    [InlineData("GET", "/api/v1/namespaces/default/secrets/x/status", 404, true)]
    [InlineData("GET", "/apis/nowhere.example.com/v1", 404, true)]
    public async Task What_is_not_served_is_refused(string method, string path, int code, bool withToken)
    {
        await using var cluster = await TestCluster.StartAsync();
        if (!withToken)
        {
            cluster.Client.DefaultRequestHeaders.Authorization = null;
            path = "/api/v1/pods";
        }

        Assert.Equal(code, (await cluster.SendAsync(method, path)).Status);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_but_protobuf_is_told_what_there_is()
    {
        await using var cluster = await TestCluster.StartAsync();

        Assert.Equal(406, (await cluster.SendAsync("GET", "/api/v1/pods", accept: "application/vnd.kubernetes.protobuf")).Status);
        Assert.Equal(415, (await cluster.SendAsync("POST", "/api/v1/namespaces", "k8s\0", "application/vnd.kubernetes.protobuf")).Status);
    }

    private static async Task<IReadOnlyList<JsonObject>> TellAsync(TestCluster cluster, string path)
    {
        var events = new List<JsonObject>();
        await foreach (var item in cluster.WatchAsync(path, () => { }, CancellationToken.None))
        {
            events.Add(item);
        }

        return events;
    }

    private static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };
}
