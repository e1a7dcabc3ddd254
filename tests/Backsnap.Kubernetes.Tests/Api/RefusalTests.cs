using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Api;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("not found", ApiErrorKind.NotFound, "NotFound")]
    [InlineData("unknown resource", ApiErrorKind.NotFound, "NotFound")]
    [InlineData("already exists", ApiErrorKind.AlreadyExists, "AlreadyExists")]
    [InlineData("invalid name", ApiErrorKind.Invalid, "Invalid")]
    [InlineData("schema: required", ApiErrorKind.Invalid, "Invalid")]
    [InlineData("unknown field, strict", ApiErrorKind.BadRequest, "BadRequest")]
    [InlineData("conflict: update with an old resourceVersion", ApiErrorKind.Conflict, "Conflict")]
    [InlineData("delete with a wrong uid", ApiErrorKind.Conflict, "Conflict")]
    [InlineData("malformed JSON", ApiErrorKind.BadRequest, "BadRequest")]
    [InlineData("wrong content type", ApiErrorKind.BadRequest, "UnsupportedMediaType")]
    [InlineData("namespace missing", ApiErrorKind.NotFound, null)]
    [InlineData("immutable field", ApiErrorKind.Invalid, "Invalid")]
    [InlineData("list with a bad continue token", ApiErrorKind.BadRequest, "BadRequest")]
    [InlineData("create in a terminating namespace", ApiErrorKind.Forbidden, "Forbidden")]
    public async Task A_recorded_refusal_has_its_kind_and_the_servers_reason(string note, ApiErrorKind kind, string? reason)
    {
        await using var server = await TestServer.StartAsync(Recorded.Refusal(note));
        using var client = server.Client();

        var error = (await client.CreateAsync(Resources.Jobs, "contract", "{}"u8.ToArray(), default)).Error();

        Assert.Equal((kind, reason), (error.Kind, error.Reason));
        Assert.Single(server.Seen);
    }

    [Theory]
    [InlineData(401, "Unauthorized", ApiErrorKind.Unauthorized)]
    [InlineData(403, "Forbidden", ApiErrorKind.Forbidden)]
    [InlineData(410, "Expired", ApiErrorKind.Expired)]
    [InlineData(410, "Gone", ApiErrorKind.Expired)]
    [InlineData(429, "TooManyRequests", ApiErrorKind.TooManyRequests)]
    [InlineData(500, "InternalError", ApiErrorKind.Unavailable)]
    [InlineData(500, "ServerTimeout", ApiErrorKind.Unavailable)]
    [InlineData(503, "ServiceUnavailable", ApiErrorKind.Unavailable)]
    [InlineData(504, "Timeout", ApiErrorKind.Timeout)]
    [InlineData(405, "MethodNotAllowed", ApiErrorKind.BadRequest)]
    [InlineData(413, "RequestEntityTooLarge", ApiErrorKind.BadRequest)]
    [InlineData(418, "Teapot", ApiErrorKind.Other)]
    public async Task A_status_code_has_its_kind(int code, string reason, ApiErrorKind kind)
    {
        await using var server = await TestServer.StartAsync(Answer.Status(code, reason));
        using var client = server.Client(new ClientOptions { MaxAttempts = 1 });

        var error = (await client.GetAsync(Resources.Jobs, "contract", "j", default)).Error();

        Assert.Equal((kind, (int?)code, "because"), (error.Kind, error.StatusCode, error.Message));
    }

    [Fact]
    public async Task An_object_that_is_missing_is_told_from_a_kind_that_is_missing()
    {
        await using var server = await TestServer.StartAsync(
            Recorded.Refusal("not found"), Recorded.Refusal("unknown resource"), Answer.Text("404 page not found\n", 404));
        using var client = server.Client();

        Assert.False((await client.GetAsync(Resources.PersistentVolumeClaims, "contract", "nope", default)).Error().ResourceMissing);
        Assert.True((await client.ListAsync(Resources.PvcBackups, null, ListOptions.All, default)).Error().ResourceMissing);
        var third = (await client.ListAsync(Resources.PvcBackups, null, ListOptions.All, default)).Error();
        Assert.True(third.ResourceMissing);
        Assert.Contains("kubectl apply -k config/crd", third.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminating_namespace_is_told_from_a_missing_right()
    {
        await using var server = await TestServer.StartAsync(
            Recorded.Refusal("create in a terminating namespace"),
            Answer.Status(403, "Forbidden", "jobs.batch is forbidden: User 'x' cannot create resource"));
        using var client = server.Client();

        var terminating = (await client.CreateAsync(Resources.Jobs, "contract", "{}"u8.ToArray(), default)).Error();
        var forbidden = (await client.CreateAsync(Resources.Jobs, "contract", "{}"u8.ToArray(), default)).Error();

        Assert.True(terminating.NamespaceTerminating);
        Assert.False(forbidden.NamespaceTerminating);
        Assert.Contains(
            "grant verb \"create\" on \"jobs.batch\" in namespace \"contract\" in config/rbac", forbidden.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_fields_that_a_server_objects_to_are_named()
    {
        await using var server = await TestServer.StartAsync(Recorded.Refusal("schema: required"));
        using var client = server.Client();

        var error = (await client.CreateAsync(Resources.PvcBackups, "contract", "{}"u8.ToArray(), default)).Error();

        Assert.Equal(["spec.claim: Required value"], error.Causes);
        Assert.Contains("spec.claim: Required value", error.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_not_JSON_is_no_API_servers()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Text("<html>Please log in</html>", type: "text/html"), Answer.Json("{\"metadata\":"), Answer.Text("", 302).With("Location", "/login"));
        using var client = server.Client();

        foreach (var _ in Enumerable.Range(0, 3))
        {
            var error = (await client.GetAsync(Resources.Pods, "a", "b", default)).Error();
            Assert.Equal(ApiErrorKind.Unexpected, error.Kind);
            Assert.Contains("is not that of a Kubernetes API server", error.Explain(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_error_names_server_verb_and_object()
    {
        await using var server = await TestServer.StartAsync(Recorded.Refusal("already exists"));
        using var client = server.Client();

        var error = (await client.PatchAsync(
            Resources.PvcBackups, "shop", "daily", new PatchKind.MergePatch(), "{}"u8.ToArray(), "status", default)).Error();

        Assert.StartsWith(
            $"Cannot patch pvcbackups.backsnap.skyb.it/status \"daily\" in namespace \"shop\" at {server.Address.GetLeftPart(UriPartial.Authority)}: ",
            error.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_error_has_its_sentence()
    {
        var request = new ApiRequest("get", "https://k:6443") { Resource = "pods", Namespace = "a", Name = "b", Origin = "context \"x\" of /c" };
        var sentences = Enum.GetValues<ApiErrorKind>().Select(kind => new ApiError(kind, request, "why").Explain()).ToList();

        Assert.Equal(sentences.Count, sentences.Distinct().Count());
        Assert.All(sentences, s => Assert.Contains("https://k:6443", s, StringComparison.Ordinal));
        Assert.All(sentences, s => Assert.EndsWith(".", s, StringComparison.Ordinal));
    }
}
