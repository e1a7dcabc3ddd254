using System.Net;
using System.Net.Sockets;
using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Http;

public sealed class RetryTests
{
    private const string Pod = """{"metadata":{"name":"p"}}""";
    private readonly ImpatientTime _time = new();

    private ClientOptions Options => new() { Time = _time, Jitter = () => 0.5 };

    [Fact]
    public async Task A_read_is_repeated_until_the_server_can_answer()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Status(503, "ServiceUnavailable"), Answer.Status(500, "InternalError"), Answer.Cut, Answer.Json(Pod));
        using var client = server.Client(Options);

        Assert.Equal("p", (await client.GetAsync(Resources.Pods, "a", "p", default)).Value().Metadata.Name);
        Assert.Equal(4, server.Seen.Count);
        Assert.Equal(_time.Pauses.Order(), _time.Pauses);
    }

    [Fact]
    public async Task Tries_are_bounded()
    {
        await using var server = await TestServer.StartAsync((_, _) => Answer.Status(503, "ServiceUnavailable"));
        using var client = server.Client(Options with { MaxAttempts = 3 });

        Assert.Equal(ApiErrorKind.Unavailable, (await client.GetAsync(Resources.Pods, "a", "p", default)).Error().Kind);
        Assert.Equal(3, server.Seen.Count);
    }

    [Theory]
    [InlineData(429, "TooManyRequests")]
    [InlineData(503, "ServiceUnavailable")]
    public async Task A_write_is_repeated_when_the_server_asks_for_it(int code, string reason)
    {
        await using var server = await TestServer.StartAsync(Answer.Status(code, reason).With("Retry-After", "7"), Answer.Json(Pod, 201));
        using var client = server.Client(Options);

        Assert.True((await client.CreateAsync(Resources.Pods, "a", "{}"u8.ToArray(), default)).IsOk);
        Assert.Equal([TimeSpan.FromSeconds(7)], _time.Pauses);
        Assert.Equal(server.Seen[0].Body, server.Seen[1].Body);
    }

    [Theory]
    [InlineData(500, "InternalError")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(504, "Timeout")]
    public async Task A_write_that_the_server_may_have_acted_on_is_not_repeated(int code, string reason)
    {
        await using var server = await TestServer.StartAsync(Answer.Status(code, reason));
        using var client = server.Client(Options);

        Assert.False((await client.CreateAsync(Resources.Pods, "a", "{}"u8.ToArray(), default)).IsOk);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_write_whose_connection_is_cut_is_not_repeated()
    {
        await using var server = await TestServer.StartAsync(Answer.Cut);
        using var client = server.Client(Options);

        var error = (await client.CreateAsync(Resources.Pods, "a", "{}"u8.ToArray(), default)).Error();
        Assert.Equal(ApiErrorKind.Unreachable, error.Kind);
        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task A_write_that_could_not_be_sent_is_repeated()
    {
        using var client = new KubernetesClient(new KubeConnection(new Uri($"http://127.0.0.1:{ClosedPort()}"), "the test"), Options);

        var error = (await client.CreateAsync(Resources.Pods, "a", "{}"u8.ToArray(), default)).Error();

        Assert.Equal(ApiErrorKind.Unreachable, error.Kind);
        Assert.Contains("Connection refused", error.Explain(), StringComparison.Ordinal);
        Assert.Contains("the test", error.Explain(), StringComparison.Ordinal);
        Assert.Equal(4, _time.Pauses.Count);
    }

    [Fact]
    public async Task A_server_that_asks_for_a_long_pause_is_not_waited_for()
    {
        await using var server = await TestServer.StartAsync(Answer.Status(429, "TooManyRequests").With("Retry-After", "3600"));
        using var client = server.Client(Options);

        var error = (await client.GetAsync(Resources.Pods, "a", "p", default)).Error();

        Assert.Equal(TimeSpan.FromHours(1), error.RetryAfter);
        Assert.Contains("3600 s", error.Explain(), StringComparison.Ordinal);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task A_pause_may_be_asked_for_as_a_date_or_in_the_body()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Status(429, "TooManyRequests").With("Retry-After", (_time.GetUtcNow() + TimeSpan.FromSeconds(20)).ToString("r")),
            Answer.Status(429, "TooManyRequests", details: """{"retryAfterSeconds":11}"""),
            Answer.Json(Pod));
        using var client = server.Client(Options);

        Assert.True((await client.GetAsync(Resources.Pods, "a", "p", default)).IsOk);
        Assert.Equal([TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(11)], _time.Pauses);
    }

    [Fact]
    public async Task A_server_without_a_name_is_not_asked_twice()
    {
        using var client = new KubernetesClient(new KubeConnection(new Uri("https://nowhere.invalid:6443"), "the test"), Options);

        var error = (await client.VersionAsync(default)).Error();

        Assert.Contains("https://nowhere.invalid:6443", error.Explain(), StringComparison.Ordinal);
        Assert.Equal(ApiErrorKind.Unreachable, error.Kind);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task A_silent_server_is_a_timeout()
    {
        await using var server = await TestServer.StartAsync(Answer.Silence);
        using var client = server.Client(Options with { RequestTimeout = TimeSpan.FromMilliseconds(100), MaxAttempts = 1 });

        Assert.Equal(ApiErrorKind.Timeout, (await client.GetAsync(Resources.Pods, "a", "p", default)).Error().Kind);
    }

    [Fact]
    public async Task The_callers_cancellation_is_the_only_exception()
    {
        await using var server = await TestServer.StartAsync(Answer.Silence);
        using var client = server.Client(Options);
        using var cancel = new CancellationTokenSource();

        var pending = client.GetAsync(Resources.Pods, "a", "p", cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pending);
    }

    [Fact]
    public async Task Every_try_is_reported()
    {
        var records = new List<RequestRecord>();
        await using var server = await TestServer.StartAsync(Answer.Status(503, "ServiceUnavailable"), Answer.Json(Pod));
        using var client = server.Client(Options with { OnRequest = records.Add });

        await client.GetAsync(Resources.Pods, "a", "p", default);

        Assert.Equal(
            [("get", "pods", 503, ApiErrorKind.Unavailable, 1), ("get", "pods", 200, default(ApiErrorKind?), 2)],
            records.Select(r => (r.Request.Verb, r.Request.Resource, r.StatusCode!.Value, r.Error, r.Attempt)));
    }

    [Fact]
    public async Task What_the_servers_clock_shows_is_reported_of_a_refusal_too()
    {
        var records = new List<RequestRecord>();
        await using var server = await TestServer.StartAsync(
            Answer.Status(503, "ServiceUnavailable").With("Date", "Sun, 22 Nov 2026 02:00:00 GMT"), Answer.Json(Pod).With("Date", "Sun, 22 Nov 2026 02:00:01 GMT"));
        using var client = server.Client(Options with { OnRequest = records.Add });

        await client.GetAsync(Resources.Pods, "a", "p", default);

        var night = new DateTimeOffset(2026, 11, 22, 2, 0, 0, TimeSpan.Zero);
        Assert.Equal([night, night.AddSeconds(1)], records.Select(record => record.Date!.Value));
    }

    [Fact]
    public async Task Warnings_of_the_server_are_passed_on()
    {
        var warnings = new List<string>();
        await using var server = await TestServer.StartAsync(Answer.Json(Pod).With("Warning", "299 - \"unknown field \\\"spec.surprise\\\"\""));
        using var client = server.Client(Options with { OnWarning = warnings.Add });

        await client.GetAsync(Resources.Pods, "a", "p", default);

        Assert.Equal(["unknown field \"spec.surprise\""], warnings);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
