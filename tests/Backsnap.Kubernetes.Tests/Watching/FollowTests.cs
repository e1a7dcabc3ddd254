using Backsnap.Kubernetes.Tests.Http;
using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Watching;

public sealed class FollowTests
{
    private readonly ImpatientTime _time = new();

    private ClientOptions Options => new() { Time = _time, Jitter = () => 0.5, MaxAttempts = 1, StreamingLists = false };

    private ClientOptions Streaming => Options with { StreamingLists = true };

    [Fact]
    public async Task Where_the_server_can_what_is_there_comes_by_the_watch_itself()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Stream(Ending.Open, Line("ADDED", "a", 3), Line("ADDED", "b", 4), Line("ADDED", "c", 5), Line("MODIFIED", "b", 6), Line("DELETED", "c", 7), InitialEnd(7), Line("ADDED", "d", 8)));

        Assert.Equal(["Synced a,b", "Changed d"], await FollowAsync(server, 2, Streaming));
        var asked = Assert.Single(server.Seen);
        Assert.Equal(("true", "NotOlderThan", null, "x=y"), (asked.Query("sendInitialEvents"), asked.Query("resourceVersionMatch"), asked.Query("resourceVersion"), asked.Query("labelSelector")));
    }

    [Fact]
    public async Task After_a_streamed_list_a_watch_goes_on_where_it_was_cut_and_one_that_is_forgotten_is_streamed_again()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Stream(Ending.Cut, Line("ADDED", "a", 3), InitialEnd(7)),
            Answer.Stream(Ending.Proper, Line("ADDED", "b", 8)),
            Answer.Status(410, "Expired"),
            Answer.Stream(Ending.Open, Line("ADDED", "c", 20), InitialEnd(21)));

        Assert.Equal(["Synced a", "Changed b", "Synced c"], await FollowAsync(server, 3, Streaming));
        Assert.Equal([null, "7", "8", null], server.Seen.Select(s => s.Query("resourceVersion")));
        Assert.Equal(["true", null, null, "true"], server.Seen.Select(s => s.Query("sendInitialEvents")));
    }

    // A server whose feature is off says Invalid; one from before it knew of this sends no end; a proxy may cut what takes long.
    [Theory]
    [InlineData("refused")]
    [InlineData("endless")]
    [InlineData("cut")]
    public async Task Where_a_streamed_list_is_refused_or_has_no_end_pages_are_asked_for_at_once(string how)
    {
        await using var server = await TestServer.StartAsync(
            how switch
            {
                "refused" => Answer.Status(422, "Invalid"),
                "endless" => Answer.Stream(Ending.Proper, Line("ADDED", "a", 3)),
                _ => Answer.Stream(Ending.Cut, Line("ADDED", "a", 3)),
            },
            ListTests.Page("7", "", "a", "b"),
            Answer.Stream(Ending.Open, Line("ADDED", "c", 8)));

        Assert.Equal(["Synced a,b", "Changed c"], await FollowAsync(server, 2, Streaming));
        Assert.Empty(_time.Pauses);
        Assert.Equal(["true", null, null], server.Seen.Select(s => s.Query("sendInitialEvents")));
    }

    [Fact]
    public async Task What_a_list_would_have_met_as_well_is_trouble_and_the_stream_is_asked_for_again()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Status(403, "Forbidden", "no"), Answer.Stream(Ending.Open, Line("ADDED", "a", 3), InitialEnd(7)));

        Assert.Equal(["Trouble Forbidden", "Synced a"], await FollowAsync(server, 2, Streaming));
        Assert.Equal(["true", "true"], server.Seen.Select(s => s.Query("sendInitialEvents")));
    }

    [Fact]
    public async Task A_follower_lists_first_and_watches_from_there()
    {
        await using var server = await TestServer.StartAsync(
            ListTests.Page("7", "", "a"), Answer.Stream(Ending.Open, Line("MODIFIED", "a", 8), Line("ADDED", "b", 9), Line("DELETED", "a", 10)));

        Assert.Equal(["Synced a", "Changed a", "Changed b", "Removed a"], await FollowAsync(server, 4));
        Assert.Equal("7", server.Seen[1].Query("resourceVersion"));
        Assert.All(server.Seen, s => Assert.Equal(("x=y", "metadata.name=z"), (s.Query("labelSelector"), s.Query("fieldSelector"))));
    }

    [Fact]
    public async Task After_a_cut_it_goes_on_where_it_was()
    {
        await using var server = await TestServer.StartAsync(
            ListTests.Page("7", "", "a"),
            Answer.Stream(Ending.Cut, Line("ADDED", "b", 8), Line("ADDED", "c", 9)[..20]),
            Answer.Stream(Ending.Proper, Line("ADDED", "c", 9), Bookmark(15)),
            Answer.Stream(Ending.Open, Line("ADDED", "d", 16)));

        Assert.Equal(["Synced a", "Changed b", "Changed c", "Changed d"], await FollowAsync(server, 4));
        Assert.Equal(["7", "8", "15"], server.Seen.Skip(1).Select(s => s.Query("resourceVersion")));
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task When_the_server_has_forgotten_the_version_it_lists_again()
    {
        await using var server = await TestServer.StartAsync(
            ListTests.Page("7", "", "a"),
            Answer.Stream(Ending.Open, Line("ADDED", "b", 8), """{"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410}}""" + "\n"),
            ListTests.Page("20", "", "b", "c"),
            Answer.Stream(Ending.Proper, Bookmark(25)),
            Answer.Status(410, "Expired"),
            ListTests.Page("30", "", "d"),
            Answer.Stream(Ending.Open, Line("ADDED", "e", 31)));

        Assert.Equal(["Synced a", "Changed b", "Synced b,c", "Synced d", "Changed e"], await FollowAsync(server, 5));
        Assert.Equal([null, "7", null, "20", "25", null, "30"], server.Seen.Select(s => s.Query("resourceVersion")));
    }

    [Fact]
    public async Task When_the_server_was_put_back_to_an_earlier_version_it_lists_again()
    {
        await using var server = await TestServer.StartAsync(
            ListTests.Page("700", "", "a"),
            Answer.Stream(Ending.Open, Bookmark(700), Bookmark(20)),
            ListTests.Page("21", "", "b"),
            Answer.Stream(Ending.Open, Line("ADDED", "c", 22)));

        Assert.Equal(["Synced a", "Synced b", "Changed c"], await FollowAsync(server, 3));
        Assert.Equal([null, "700", null, "21"], server.Seen.Select(s => s.Query("resourceVersion")));
    }

    [Fact]
    public async Task Trouble_is_told_with_pauses_that_grow_to_a_limit()
    {
        await using var server = await TestServer.StartAsync(
            (_, at) => at < 12 ? Answer.Status(403, "Forbidden", "no") : ListTests.Page("7", "", "a"));

        var events = await FollowAsync(server, 13);

        Assert.All(events.Take(12), e => Assert.Equal("Trouble Forbidden", e));
        Assert.Equal("Synced a", events[12]);
        Assert.Equal(_time.Pauses.Order(), _time.Pauses);
        Assert.InRange(_time.Pauses[0], TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500));
        Assert.InRange(_time.Pauses[^1], TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_watch_that_always_ends_at_once_is_not_asked_for_without_pause()
    {
        await using var server = await TestServer.StartAsync(
            (_, at) => at == 0 ? ListTests.Page("7", "", "a") : at < 6 ? Answer.Stream(Ending.Proper) : Answer.Stream(Ending.Open, Line("ADDED", "b", 8)));

        Assert.Equal(["Synced a", "Changed b"], await FollowAsync(server, 2));
        Assert.Equal(4, _time.Pauses.Count);
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_is_waited_for()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Status(429, "TooManyRequests").With("Retry-After", "120"), ListTests.Page("7", "", "a"));

        Assert.Equal(["Trouble TooManyRequests", "Synced a"], await FollowAsync(server, 2));
        Assert.Equal([TimeSpan.FromMinutes(2)], _time.Pauses);
    }

    private async Task<List<string>> FollowAsync(TestServer server, int count, ClientOptions? behaviour = null)
    {
        using var client = server.Client(behaviour ?? Options);
        var options = new ListOptions { LabelSelector = "x=y", FieldSelector = "metadata.name=z" };
        return [.. (await client.FollowAsync(Resources.PvcBackups, "shop", options, default).TakeAsync(count)).Select(Describe)];
    }

    private static string Line(string type, string name, int version) =>
        $$$"""{"type":"{{{type}}}","object":{"metadata":{"name":"{{{name}}}","resourceVersion":"{{{version}}}"} } }""" + "\n";

    private static string Bookmark(int version) => $$$"""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"{{{version}}}"} } }""" + "\n";

    private static string InitialEnd(int version) =>
        $$$"""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"{{{version}}}","annotations":{"k8s.io/initial-events-end":"true"} } } }""" + "\n";

    private static string Describe(FollowEvent<PvcBackup> seen) => seen switch
    {
        FollowEvent<PvcBackup>.Synced synced => $"Synced {string.Join(',', synced.Items.Select(i => i.Metadata.Name))}",
        FollowEvent<PvcBackup>.Changed changed => $"Changed {changed.Object.Metadata.Name}",
        FollowEvent<PvcBackup>.Removed removed => $"Removed {removed.Object.Metadata.Name}",
        FollowEvent<PvcBackup>.Trouble trouble => $"Trouble {trouble.Reason.Kind}",
    };
}
