using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api;

/// <summary>
/// The sandbox answers as a real API server answered. Each scenario is asked again, request by request; what is knowingly different
/// is listed with the reason.
/// </summary>
public sealed class ContractTests
{
    /// <summary>Steps whose answer differs, and why; the fields that may.</summary>
    private static readonly Dictionary<string, (string[] Fields, string Why)> Exceptions = new()
    {
        ["immutable field"] = ([".message", ".details.causes[0].message"], "the recorded message prints the server's own data structure, Go field by Go field"),
        ["watch with an ancient resourceVersion"] = ([".object.message"], "names the oldest version that this very server remembers"),
        ["take"] = ([".spec.holderIdentity"], "the recorder changed the body for the next request before it wrote this one down"),
        ["event lacking eventTime"] = ([".message", ".details.name"], "the refused event has a generated name that occurs nowhere else"),
        ["read"] = ([".metadata.resourceVersion"], "the recorder set it to 1 for the next request before it wrote this one down"),
    };

    [Theory]
    [InlineData("errors")]
    [InlineData("objects")]
    [InlineData("leases-events-secrets")]
    public async Task Each_request_is_answered_as_recorded(string file)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateNamespaceAsync("contract");
        // A real server takes seconds to empty a namespace; here it would be gone before the next request, so something holds it.
        await cluster.CreateAsync("/api/v1/namespaces/contract/configmaps", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "held", ["finalizers"] = new JsonArray("contract.example.com/hold") },
        });
        var recording = new Recording();
        var differences = new List<string>();
        foreach (var step in Recording.Steps(file).Where(step => step["request"] is not null))
        {
            differences.AddRange(await AskAsync(cluster, recording, step));
        }

        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Theory]
    [InlineData("owners")]
    [InlineData("watches")]
    public async Task Each_watch_tells_of_each_object_what_was_recorded(string file)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateNamespaceAsync("contract");
        var recording = new Recording();
        recording.Learn("653", cluster.Sandbox.Store.ResourceVersion.ToString());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var steps = Recording.Steps(file);
        var watches = steps.Where(step => step["watch"] is not null)
            .Select(step => (Step: step, Events: Listen(cluster, recording.Translate(step.Text("watch")!), deadline.Token)))
            .ToArray();
        var differences = new List<string>();
        foreach (var step in steps.Where(step => step["request"] is not null))
        {
            differences.AddRange(await AskAsync(cluster, recording, step));
        }

        foreach (var (step, events) in watches)
        {
            differences.AddRange(await CompareAsync(recording, step, events));
        }

        await deadline.CancelAsync();
        Assert.True(differences.Count == 0, string.Join("\n", differences));
    }

    [Fact]
    public async Task A_namespace_goes_through_the_recorded_phases_and_is_gone()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateNamespaceAsync("contract");
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var events = Listen(cluster, "/api/v1/namespaces?watch=true&fieldSelector=metadata.name%3Dcontract", deadline.Token);
        await cluster.CreateAsync("/api/v1/namespaces/contract/secrets", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "s" } });

        await cluster.SendAsync("DELETE", "/api/v1/namespaces/contract");

        await Eventually.HoldsAsync(() => { lock (events) { return events.Any(item => item.Text("type") == "DELETED"); } }, () => "the namespace is not gone");
        Assert.Equal(["ADDED Active", "MODIFIED Terminating"], events.Take(2).Select(item => $"{item.Text("type")} {item.Text("object", "status", "phase")}"));
        var last = events.Last(item => item.Text("type") == "DELETED");
        Assert.Equal(
            ["ResourcesDiscovered", "ParsedGroupVersions", "ContentDeleted", "ContentRemoved", "ContentHasNoFinalizers"],
            last.Items("object", "status", "conditions").Select(condition => condition.Text("reason")));
    }

    [Fact]
    public async Task Discovery_describes_the_kinds_as_recorded()
    {
        await using var cluster = await TestCluster.StartAsync();
        foreach (var step in Recording.Steps("discovery").Where(step => step.Text("request", "path")!.StartsWith("/apis/", StringComparison.Ordinal)))
        {
            var (_, body, _, _) = await cluster.SendAsync("GET", step.Text("request", "path")!);
            var served = body.Items("resources").Select(Described).ToHashSet();
            // The storage kinds that have no part in provisioning or snapshots are not served.
            var wanted = step.Items("response", "body", "resources")
                .Where(resource => resource.Text("kind") is not ("CSINode" or "CSIStorageCapacity" or "VolumeAttributesClass"))
                .Select(Described);
            Assert.Empty(wanted.Where(resource => !served.Contains(resource)).Select(resource => $"{step.Text("note")}: {resource}"));
        }
    }

    [Fact]
    public async Task Who_has_no_token_is_told_no_more_than_the_version_and_the_health()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Client.DefaultRequestHeaders.Authorization = null;

        var refused = await cluster.SendAsync("GET", "/api/v1/namespaces/contract/secrets");

        Assert.Equal(401, refused.Status);
        Assert.Equal(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}""", refused.Text);
        Assert.Equal(200, (await cluster.SendAsync("GET", "/version")).Status);
        Assert.Equal("ok", (await cluster.SendAsync("GET", "/readyz")).Text);
    }

    private static string Described(JsonNode? resource)
    {
        var copy = resource!.DeepClone().AsObject();
        copy.Remove("storageVersionHash");
        return new JsonObject(copy.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))).ToJsonString();
    }

    private static async Task<IEnumerable<string>> AskAsync(TestCluster cluster, Recording recording, JsonNode step)
    {
        var note = step.Text("note") ?? "";
        var request = step["request"]!;
        var body = request["body"] switch
        {
            null => null,
            JsonValue text => text.GetValue<string>(),
            var node => node.ToJsonString(),
        };
        async Task<(int Status, JsonNode? Body, string Text, HttpResponseMessage Response)> SendAsync() => await cluster.SendAsync(
            request.Text("method")!,
            recording.Translate(request.Text("path")!),
            body is null ? null : recording.Translate(body),
            request.Text("contentType") ?? "application/json",
            request.Text("accept"));

        var answer = await SendAsync();
        var wanted = (int)step.Number("response", "status")!.Value;
        if (note.Contains("after a while", StringComparison.Ordinal))
        {
            await Eventually.HoldsAsync(() => (answer = SendAsync().GetAwaiter().GetResult()).Status == wanted, () => $"{note}: {answer.Text}");
        }

        var allowed = Exceptions.TryGetValue(note, out var exception) ? exception.Fields : [];
        var recorded = step["response"]!["body"];
        var different = recorded is JsonValue plain
            ? plain.GetValue<string>() == answer.Text ? [] : [$": recorded {plain.ToJsonString()}, now {answer.Text}"]
            : recording.Differences(recorded, answer.Body);
        var warning = step.Text("response", "headers", "warning");
        var warned = answer.Response.Headers.TryGetValues("Warning", out var values) ? string.Join(", ", values) : null;
        return different
            .Where(difference => !allowed.Any(field => difference.StartsWith(field + ":", StringComparison.Ordinal)))
            .Concat(answer.Status == wanted ? [] : [$": recorded {wanted}, now {answer.Status}"])
            .Concat(warned == warning ? [] : [$": recorded warning {warning}, now {warned}"])
            .Select(difference => $"{note}: {difference}");
    }

    private static List<JsonObject> Listen(TestCluster cluster, string path, CancellationToken ct)
    {
        var events = new List<JsonObject>();
        var watch = path.Contains("watch=", StringComparison.Ordinal) ? path : path + (path.Contains('?') ? "&" : "?") + "watch=true";
        var begun = new TaskCompletionSource();
        _ = Task.Run(
            async () =>
            {
                await foreach (var item in cluster.WatchAsync(watch, begun.SetResult, ct))
                {
                    lock (events)
                    {
                        events.Add(item);
                    }
                }
            },
            ct);
        begun.Task.Wait(ct);
        return events;
    }

    /// <summary>Objects are compared one by one: what happens to different ones at the same time has no order.</summary>
    private static async Task<IEnumerable<string>> CompareAsync(Recording recording, JsonNode step, List<JsonObject> events)
    {
        var path = step.Text("watch")!;
        string[] names = ["owner", "child", "orphan-uid", "fin", "watched"];
        IReadOnlyList<JsonObject> Of(IEnumerable<JsonNode?> all, string name) =>
            [.. all.OfType<JsonObject>().Where(item => item.Text("object", "metadata", "name") == name)];

        var differences = new List<string>();
        foreach (var name in names)
        {
            var wanted = Of(step.Items("events"), name);
            IReadOnlyList<JsonObject> Now()
            {
                lock (events)
                {
                    return Of(events, name);
                }
            }

            await Eventually.HoldsAsync(() => Now().Count >= wanted.Count, () => $"{path}: {name}: {Now().Count} of {wanted.Count} events");
            differences.AddRange(wanted.Zip(Now()).SelectMany(pair =>
                recording.Differences(pair.First["object"], pair.Second["object"]).Append(pair.First.Text("type") == pair.Second.Text("type") ? "" : "type").Where(text => text.Length > 0)
                    .Select(difference => $"{path}: {pair.First.Text("type")} {name}: {difference}")));
        }

        if (path.Contains("allowWatchBookmarks", StringComparison.Ordinal))
        {
            bool Marked(string annotation) => events.Any(item =>
                item.Text("type") == "BOOKMARK" && item.Text("object", "metadata", "annotations", "k8s.io/initial-events-end") == (annotation.Length > 0 ? annotation : null));
            await Eventually.HoldsAsync(() => { lock (events) { return Marked(""); } }, () => $"{path}: no bookmark");
            if (path.Contains("sendInitialEvents", StringComparison.Ordinal))
            {
                await Eventually.HoldsAsync(() => { lock (events) { return Marked("true"); } }, () => $"{path}: no end of the initial events");
            }
        }

        return differences;
    }
}
