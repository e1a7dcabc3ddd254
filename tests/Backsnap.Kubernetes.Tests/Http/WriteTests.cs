using System.Text.Json;
using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Http;

public sealed class WriteTests
{
    private const string Stored = """{"metadata":{"name":"j","namespace":"a","uid":"u-1","resourceVersion":"12"}}""";

    [Fact]
    public async Task A_manifest_is_sent_byte_for_byte_and_the_stored_object_returned()
    {
        const string manifest = """{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"j"},"spec":{"x":"ü"}}""";
        await using var server = await TestServer.StartAsync(Answer.Json(Stored, 201));
        using var client = server.Client();

        var job = (await client.CreateAsync(Resources.Jobs, "a", System.Text.Encoding.UTF8.GetBytes(manifest), default)).Value();

        Assert.Equal(("u-1", "12"), (job.Metadata.Uid, job.Metadata.ResourceVersion));
        var seen = Assert.Single(server.Seen);
        Assert.Equal(("POST", "/apis/batch/v1/namespaces/a/jobs", manifest), (seen.Method, seen.PathAndQuery, seen.Body));
        Assert.Equal("application/json", seen.Headers["Content-Type"]);
        Assert.StartsWith("backsnap/", seen.Headers["User-Agent"], StringComparison.Ordinal);
    }

    public static TheoryData<PatchKind, string, string> Patches => new()
    {
        { new PatchKind.MergePatch(), "application/merge-patch+json", "" },
        { new PatchKind.JsonPatch(), "application/json-patch+json", "" },
        { new PatchKind.ServerSideApply("backsnap", false), "application/apply-patch+yaml", "?fieldManager=backsnap" },
        { new PatchKind.ServerSideApply("backsnap", true), "application/apply-patch+yaml", "?fieldManager=backsnap&force=true" },
    };

    [Theory]
    [MemberData(nameof(Patches))]
    public async Task A_patch_says_how_it_is_to_be_read(PatchKind kind, string contentType, string query)
    {
        await using var server = await TestServer.StartAsync(Answer.Json(Stored));
        using var client = server.Client();

        Assert.True((await client.PatchAsync(Resources.PvcBackups, "a", "b", kind, "{}"u8.ToArray(), "status", default)).IsOk);

        var seen = Assert.Single(server.Seen);
        Assert.Equal("PATCH", seen.Method);
        Assert.Equal("/apis/backsnap.skyb.it/v1alpha1/namespaces/a/pvcbackups/b/status" + query, seen.PathAndQuery);
        Assert.Equal(contentType, seen.Headers["Content-Type"]);
    }

    [Fact]
    public async Task A_replacement_may_be_of_the_status_alone()
    {
        await using var server = await TestServer.StartAsync(Answer.Json(Stored), Answer.Json(Stored));
        using var client = server.Client();

        await client.ReplaceAsync(Resources.Leases, "a", "leader", "{}"u8.ToArray(), null, default);
        await client.ReplaceAsync(Resources.PvcRestores, "a", "r", "{}"u8.ToArray(), "status", default);

        Assert.Equal(
            [
                ("PUT", "/apis/coordination.k8s.io/v1/namespaces/a/leases/leader"),
                ("PUT", "/apis/backsnap.skyb.it/v1alpha1/namespaces/a/pvcrestores/r/status"),
            ],
            server.Seen.Select(s => (s.Method, s.PathAndQuery)));
    }

    [Fact]
    public async Task A_deletion_carries_its_preconditions()
    {
        await using var server = await TestServer.StartAsync(Recorded.Deletion("delete owner in background"));
        using var client = server.Client();

        var options = new DeleteOptions { Uid = "u-1", ResourceVersion = "12", Propagation = Propagation.Background, GracePeriodSeconds = 0 };
        var outcome = (await client.DeleteAsync(Resources.Jobs, "a", "j", options, default)).Value();

        Assert.IsType<DeleteOutcome.Deleted>(outcome);
        var sent = JsonDocument.Parse(server.Seen[0].Body).RootElement;
        Assert.Equal("DeleteOptions", sent.GetProperty("kind").GetString());
        Assert.Equal("Background", sent.GetProperty("propagationPolicy").GetString());
        Assert.Equal(0, sent.GetProperty("gracePeriodSeconds").GetInt64());
        Assert.Equal("u-1", sent.GetProperty("preconditions").GetProperty("uid").GetString());
        Assert.Equal("12", sent.GetProperty("preconditions").GetProperty("resourceVersion").GetString());
    }

    [Fact]
    public async Task An_object_that_others_hold_on_to_is_terminating()
    {
        await using var server = await TestServer.StartAsync(
            Recorded.Deletion("delete finalized: stays, with deletionTimestamp"),
            Answer.Json("""{"kind":"Pod","metadata":{"name":"p","deletionTimestamp":"2026-11-22T08:44:00Z"}}"""));
        using var client = server.Client();

        var held = Assert.IsType<DeleteOutcome.Terminating>((await client.DeleteAsync(Resources.PvcBackups, "a", "b", new(), default)).Value());
        Assert.Equal(["contract.example.com/hold"], held.Finalizers);
        Assert.IsType<DeleteOutcome.Terminating>((await client.DeleteAsync(Resources.Pods, "a", "p", new(), default)).Value());
    }

    [Fact]
    public async Task A_failed_precondition_is_a_conflict()
    {
        await using var server = await TestServer.StartAsync(Recorded.Refusal("delete with a wrong uid"));
        using var client = server.Client();

        var error = (await client.DeleteAsync(Resources.Jobs, "a", "j", new DeleteOptions { Uid = "other" }, default)).Error();
        Assert.Equal(ApiErrorKind.Conflict, error.Kind);
    }

    [Fact]
    public async Task A_namespaced_object_needs_a_namespace()
    {
        await using var server = await TestServer.StartAsync();
        using var client = server.Client();

        await Assert.ThrowsAsync<ArgumentException>(() => client.CreateAsync(Resources.Jobs, null, "{}"u8.ToArray(), default));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync(Resources.Jobs, "", "j", default));
        Assert.Empty(server.Seen);
    }

    [Fact]
    public async Task The_lines_of_a_log_come_as_they_are_written()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Stream(Ending.Open, "one\ntw", "o\n", "three\n"), Recorded.Refusal("not found"));
        using var client = server.Client();

        var options = new LogOptions { Container = "mover", Follow = true, TailLines = 5 };
        var lines = (await client.PodLogAsync("a", "p", options, default)).Value();

        Assert.Equal(["one", "two", "three"], await lines.TakeAsync(3));
        Assert.Equal("/api/v1/namespaces/a/pods/p/log?container=mover&follow=true&tailLines=5", server.Seen[0].PathAndQuery);
        Assert.Equal(ApiErrorKind.NotFound, (await client.PodLogAsync("a", "p", options, default)).Error().Kind);
    }

    [Fact]
    public async Task Any_request_can_be_sent_raw_and_any_answer_read()
    {
        await using var server = await TestServer.StartAsync(Answer.Text("I'm a teapot", 418));
        using var client = server.Client();

        var answer = (await client.RawAsync(HttpMethod.Post, "/apis/x?y=z", "a"u8.ToArray(), "text/plain", default)).Value();

        Assert.Equal((418, "I'm a teapot"), (answer.StatusCode, System.Text.Encoding.UTF8.GetString(answer.Body.Span)));
        Assert.Equal(("POST", "/apis/x?y=z", "a"), (server.Seen[0].Method, server.Seen[0].PathAndQuery, server.Seen[0].Body));
    }

    [Fact]
    public async Task A_path_in_the_servers_URL_precedes_every_request()
    {
        await using var server = await TestServer.StartAsync(Answer.Json("""{"gitVersion":"v1.36.2"}"""));
        using var client = new KubernetesClient(new KubeConnection(new Uri(server.Address, "/k8s/clusters/c-1/"), "the test"));

        Assert.Equal("v1.36.2", (await client.VersionAsync(default)).Value().GitVersion);
        Assert.Equal("/k8s/clusters/c-1/version", server.Seen[0].PathAndQuery);
    }
}
