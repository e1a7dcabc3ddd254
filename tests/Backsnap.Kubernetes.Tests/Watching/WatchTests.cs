using System.Text;
using Backsnap.Kubernetes.Tests.Support;
using FsCheck.Fluent;

namespace Backsnap.Kubernetes.Tests.Watching;

public sealed class WatchTests
{
    [Fact]
    public async Task A_recorded_watch_is_read_event_by_event()
    {
        await using var server = await TestServer.StartAsync(Answer.Stream(Ending.Proper, Recorded.Watch("resourceVersion=653&allowWatchBookmarks")));
        using var client = server.Client();

        var events = await client.WatchAsync(
            Resources.PvcBackups, "contract", new WatchOptions { ResourceVersion = "653", TimeoutSeconds = 77 }, default).TakeAsync(99);

        Assert.Equal(
            ["Added watched 662", "Modified watched 663", "Modified watched 664", "Deleted watched 665", "Bookmark 677", "Bookmark 690"],
            events.Select(Describe));
        var seen = Assert.Single(server.Seen);
        Assert.Equal(
            ("true", "true", "653", "77", null),
            (seen.Query("watch"), seen.Query("allowWatchBookmarks"), seen.Query("resourceVersion"), seen.Query("timeoutSeconds"), seen.Query("sendInitialEvents")));
    }

    [Fact]
    public async Task A_streaming_list_says_when_all_present_objects_were_sent()
    {
        await using var server = await TestServer.StartAsync(Answer.Stream(Ending.Proper, Recorded.Watch("sendInitialEvents")));
        using var client = server.Client();

        var events = await client.WatchAsync(Resources.PvcBackups, "contract", new WatchOptions { SendInitialEvents = true }, default).TakeAsync(4);

        Assert.Equal(["Added a 649", "Added c 651", "Added gen-ghdqs 646", "Bookmark 653 end"], events.Select(Describe));
        Assert.Equal(("true", "NotOlderThan"), (server.Seen[0].Query("sendInitialEvents"), server.Seen[0].Query("resourceVersionMatch")));
    }

    [Fact]
    public async Task A_version_that_is_too_old_ends_the_watch_with_Expired()
    {
        await using var server = await TestServer.StartAsync(
            Recorded.Refusal("watch with an ancient resourceVersion"),
            Answer.Stream(Ending.Open, Line("ERROR", """{"kind":"Status","status":"Failure","message":"too old","reason":"Expired","code":410}""")),
            Answer.Status(410, "Expired"),
            Answer.Status(504, "Timeout", "Too large resource version", """{"causes":[{"reason":"ResourceVersionTooLarge"}]}"""));
        using var client = server.Client(new ClientOptions { MaxAttempts = 1 });

        foreach (var _ in Enumerable.Range(0, 4))
        {
            var error = Assert.IsType<WatchEvent<PvcBackup>.Error>(Assert.Single(await WatchAsync(client, 9)));
            Assert.Equal(ApiErrorKind.Expired, error.Reason.Kind);
        }
    }

    [Fact]
    public async Task A_watch_that_is_cut_within_a_line_keeps_what_came_before()
    {
        await using var server = await TestServer.StartAsync(Answer.Stream(Ending.Cut, Added("a", 1), Added("b", 2)[..30]));
        using var client = server.Client();

        var events = await WatchAsync(client, 9);

        Assert.Equal("Added a 1", Describe(events[0]));
        Assert.Equal(ApiErrorKind.Unreachable, Assert.IsType<WatchEvent<PvcBackup>.Error>(events[1]).Reason.Kind);
        Assert.Equal(2, events.Count);
    }

    [Fact]
    public async Task A_last_line_counts_without_its_end_if_it_is_whole()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Stream(Ending.Proper, Added("a", 1).TrimEnd()), Answer.Stream(Ending.Proper, Added("a", 1), Added("b", 2)[..30]));
        using var client = server.Client();

        Assert.Equal(["Added a 1"], (await WatchAsync(client, 9)).Select(Describe));
        Assert.Equal(["Added a 1"], (await WatchAsync(client, 9)).Select(Describe));
    }

    [Fact]
    public async Task What_a_newer_server_may_send_is_passed_over()
    {
        await using var server = await TestServer.StartAsync(Answer.Stream(
            Ending.Proper, Line("NOVELTY", """{"x":[1,{"y":2}]}"""), "\n", """{"extra":[{"object":1}],"object":{"metadata":{"name":"a","resourceVersion":"1"}},"type":"ADDED"}""" + "\n"));
        using var client = server.Client();

        Assert.Equal(["Added a 1"], (await WatchAsync(client, 9)).Select(Describe));
    }

    [Theory]
    [InlineData("nonsense\n")]
    [InlineData("[]\n")]
    [InlineData("{\"type\":\"ADDED\"}\n")]
    [InlineData("{\"type\":\"ADDED\",\"object\":null}\n")]
    [InlineData("{\"type\":\"BOOKMARK\",\"object\":{}}\n")]
    public async Task A_line_that_cannot_be_read_ends_the_watch(string line)
    {
        await using var server = await TestServer.StartAsync(Answer.Stream(Ending.Open, Added("a", 1), line));
        using var client = server.Client();

        var events = await WatchAsync(client, 9);

        Assert.Equal(ApiErrorKind.Unexpected, Assert.IsType<WatchEvent<PvcBackup>.Error>(events[1]).Reason.Kind);
    }

    [Fact]
    public async Task A_watch_ends_with_the_callers_token()
    {
        await using var server = await TestServer.StartAsync(Answer.Stream(Ending.Open, Added("a", 1)));
        using var client = server.Client();
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(Resources.PvcBackups, null, new WatchOptions(), cancel.Token)) await cancel.CancelAsync();
        });
    }

    [Fact]
    public void Events_do_not_depend_on_the_pieces_that_they_come_in()
    {
        var lines = Recorded.Watch("sendInitialEvents");
        var bytes = Encoding.UTF8.GetBytes(string.Concat(lines));
        var expected = ReadInPieces(bytes, [bytes.Length]);
        Assert.Equal(lines.Length, expected.Count);

        Laws.Check(
            Arb.From(Gen.ListOf(Gen.Choose(1, 600))), sizes => ReadInPieces(bytes, [.. sizes]).SequenceEqual(expected), tests: 100);
    }

    private static List<string> ReadInPieces(byte[] bytes, int[] sizes)
    {
        var response = new HttpResponseMessage { Content = new StreamContent(new PiecewiseStream(bytes, sizes)) };
        var events = WatchReader.ReadAsync(
            new ApiRequest("watch", "http://test"), response, Resources.PvcBackups.Json, TimeSpan.FromMinutes(1), default);
        return [.. events.ToBlockingEnumerable().Select(Describe)];
    }

    private static Task<List<WatchEvent<PvcBackup>>> WatchAsync(KubernetesClient client, int count) =>
        client.WatchAsync(Resources.PvcBackups, null, new WatchOptions { ResourceVersion = "1" }, default).TakeAsync(count);

    private static string Added(string name, int version) => Line("ADDED", $$$"""{"metadata":{"name":"{{{name}}}","resourceVersion":"{{{version}}}"} }""");

    private static string Line(string type, string json) => $$"""{"type":"{{type}}","object":{{json}}}""" + "\n";

    private static string Describe(WatchEvent<PvcBackup> seen) => seen switch
    {
        WatchEvent<PvcBackup>.Added added => $"Added {Name(added.Object)}",
        WatchEvent<PvcBackup>.Modified modified => $"Modified {Name(modified.Object)}",
        WatchEvent<PvcBackup>.Deleted deleted => $"Deleted {Name(deleted.Object)}",
        WatchEvent<PvcBackup>.Bookmark mark => $"Bookmark {mark.ResourceVersion}{(mark.InitialEventsEnd ? " end" : "")}",
        WatchEvent<PvcBackup>.Error error => $"Error {error.Reason}",
    };

    private static string Name(PvcBackup backup) => $"{backup.Metadata.Name} {backup.Metadata.ResourceVersion}";

    /// <summary>Gives its bytes in pieces of the given sizes, and what is left after them at once.</summary>
    private sealed class PiecewiseStream(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _piece;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, Next())]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));

        private int Next() => _piece < sizes.Length ? sizes[_piece++] : int.MaxValue;
    }
}
