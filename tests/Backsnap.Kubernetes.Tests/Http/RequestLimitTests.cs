using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Http;

public sealed class RequestLimitTests
{
    private readonly ImpatientTime _time = new();

    [Fact]
    public void After_a_quiet_while_a_burst_goes_at_once_and_the_rest_at_the_rate()
    {
        var limit = new RequestLimit(perSecond: 10, burst: 5, _time);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Enumerable.Repeat(0.0, 5).Concat([100, 200, 300]), Enumerable.Range(0, 8).Select(_ => Math.Round(limit.Take().TotalMilliseconds)));
    }

    [Fact]
    public void Who_keeps_to_the_rate_never_waits()
    {
        var limit = new RequestLimit(perSecond: 10, burst: 1, _time);
        for (var request = 0; request < 100; request++)
        {
            Assert.Equal(TimeSpan.Zero, limit.Take());
            _time.Advance(TimeSpan.FromMilliseconds(101));
        }
    }

    [Fact]
    public void No_rate_is_no_limit() => Assert.All(Enumerable.Range(0, 1000).Select(_ => new RequestLimit(0, 1, _time).Take()), wait => Assert.Equal(TimeSpan.Zero, wait));

    [Fact]
    public async Task Requests_wait_for_their_place_but_the_lease_and_the_watches_do_not()
    {
        await using var server = await TestServer.StartAsync((seen, _) => seen.Query("watch") is null
            ? Answer.Json("""{"metadata":{"name":"x","resourceVersion":"1"}}""")
            : Answer.Stream(Ending.Proper));
        using var client = server.Client(new ClientOptions { Time = _time, RequestsPerSecond = 10, Burst = 1 });
        for (var request = 0; request < 3; request++)
        {
            await client.GetAsync(Resources.Jobs, "shop", "x", default);
        }

        Assert.Equal([100, 100], _time.Pauses.Select(pause => Math.Round(pause.TotalMilliseconds)));
        await client.GetAsync(Resources.Leases, "shop", "x", default);
        await foreach (var _ in client.WatchAsync(Resources.Jobs, "shop", new WatchOptions(), default))
        {
            // It ends at once.
        }

        Assert.Equal(2, _time.Pauses.Count);
    }
}
