using System.Text;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using Backsnap.Host.Operator;
using Backsnap.Host.Operator.Events;
using Backsnap.Kubernetes;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Operator.Events;

/// <summary>What becomes of news: Events, each once, with how often it happened; and never a reason to stop.</summary>
public sealed class EventWriterTests
{
    private static readonly Identity Orders = new(NamespaceName.Trusted("shop"), "orders", new Uid("u1"), "7", Instant.FromUtc(2026, 11, 1, 8, 0), Deleting: false, None, default);

    private readonly FakeApi api = new();
    private readonly HandClock clock = HandClock.AtNight();
    private readonly Lines<EventWriter> log = new();
    private readonly Figures figures;
    private readonly EventQueue queue;
    private readonly EventWriter writer;

    public EventWriterTests()
    {
        figures = new Figures(clock);
        queue = new EventQueue(clock, figures, most: 5);
        writer = Another();
    }

    [Fact]
    public async Task News_become_an_event_that_says_who_tells_what_of_what()
    {
        queue.Tell(new News(ObjectKind.Claim, Orders, isWarning: true, "BackUp", "BackupFailed", "it is wrong")
        {
            Related = (ObjectKind.PvcBackup, Orders with { Name = "orders-1", Uid = new Uid("b1") }),
        });
        await writer.WriteDue(default);
        var told = Assert.Single(Told);
        Assert.Equal(("Warning", "BackUp", "BackupFailed", "it is wrong"), (told.Type, told.Action, told.Reason, told.Note));
        Assert.Equal(("backsnap.skyb.it", "operator-1"), (told.ReportingController, told.ReportingInstance));
        Assert.Equal(("PersistentVolumeClaim", "shop", "orders", "u1"), (told.Regarding?.Kind, told.Regarding?.Namespace, told.Regarding?.Name, told.Regarding?.Uid));
        Assert.Equal(("PVCBackup", "orders-1"), (told.Related?.Kind, told.Related?.Name));
        Assert.Equal(clock.GetUtcNow(), told.EventTime);
        Assert.Null(told.Series);
        Assert.Equal(["sent 1", "repeated 0", "known 0", "failed 0", "dropped 0"], Counts);
    }

    [Fact]
    public async Task Other_news_and_other_objects_have_events_of_their_own()
    {
        Tell("x");
        Tell("y");
        queue.Tell(new News(ObjectKind.Claim, Orders with { Uid = new Uid("u2") }, isWarning: true, "Test", "A", "x"));
        await writer.WriteDue(default);
        Assert.Equal(3, Told.Count);
    }

    [Fact]
    public async Task What_happens_again_before_it_is_told_is_told_once_with_how_often()
    {
        Tell("x");
        clock.Advance(2);
        Tell("x");
        await writer.WriteDue(default);
        var told = Assert.Single(Told);
        Assert.Equal((2, clock.GetUtcNow()), (told.Series?.Count, told.Series?.LastObservedTime));
        Assert.Equal(clock.GetUtcNow().AddSeconds(-2), told.EventTime);
    }

    [Fact]
    public async Task What_happens_again_is_counted_up_at_once_and_then_every_few_minutes()
    {
        await Happens("x");
        await Happens("x");
        Assert.Equal(2, Assert.Single(Told).Series?.Count);
        for (var time = 0; time < 8; time++)
        {
            clock.Advance(30);
            await Happens("x");
        }

        Assert.Equal(2, Assert.Single(Told).Series?.Count);
        clock.Advance(60);
        await writer.WriteDue(default);
        var series = Assert.Single(Told).Series;
        Assert.Equal((10, clock.GetUtcNow().AddSeconds(-60)), (series?.Count, series?.LastObservedTime));
        Assert.Equal(["sent 1", "repeated 2", "known 0", "failed 0", "dropped 0"], Counts);
        Assert.Equal(3, api.Writes.Count);
    }

    [Fact]
    public async Task An_event_that_the_server_let_go_is_told_anew()
    {
        await Happens("x");
        await Happens("x");
        await api.DeleteAsync(Resources.EventsV1, "shop", Told[0].Metadata.Name!, new DeleteOptions(), default);
        clock.Advance(600);
        await Happens("x");
        var told = Assert.Single(Told);
        Assert.Null(told.Series);
        Assert.Equal(clock.GetUtcNow(), told.EventTime);
    }

    [Fact]
    public async Task What_another_operator_told_is_not_told_twice_and_counted_on_from_its_figure()
    {
        await Happens("x");
        await Happens("x");
        var other = Another();
        Tell("x");
        await other.WriteDue(default);
        Assert.Equal(2, Assert.Single(Told).Series?.Count);
        Assert.Equal(["sent 1", "repeated 1", "known 1", "failed 0", "dropped 0"], Counts);
        Tell("x");
        await other.WriteDue(default);
        Assert.Equal(3, Assert.Single(Told).Series?.Count);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_asked_again_after_a_pause_and_nothing_is_lost()
    {
        api.Refuse = _ => ApiErrorKind.Unavailable;
        await Happens("x");
        await Happens("y");
        Assert.Single(api.Writes);
        clock.Advance(1);
        await writer.WriteDue(default);
        Assert.Equal(2, api.Writes.Count);
        api.Refuse = _ => null;
        await writer.WriteDue(default);
        Assert.Equal(2, api.Writes.Count);
        clock.Advance(2);
        await writer.WriteDue(default);
        Assert.Equal(["x", "y"], Told.Select(told => told.Note).Order());
        Assert.Empty(log.All);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_does_not_prolong_a_pause()
    {
        api.Refuse = _ => ApiErrorKind.Unavailable;
        await Happens("x");
        api.Refuse = _ => null;
        clock.Step(Duration.FromDays(-1));
        await writer.WriteDue(default);
        Assert.Single(Told);
    }

    [Fact]
    public async Task What_cannot_be_written_is_given_up_after_some_tries_and_what_follows_is_told()
    {
        api.Refuse = request => request.Name!.EndsWith(new News(ObjectKind.Claim, Orders, isWarning: true, "Test", "A", "x").Name, StringComparison.Ordinal) ? ApiErrorKind.Timeout : null;
        await Happens("x");
        Tell("y");
        for (var time = 0; time < 10; time++)
        {
            clock.Advance(30);
            await writer.WriteDue(default);
        }

        Assert.Equal("y", Assert.Single(Told).Note);
        Assert.Equal(["sent 1", "repeated 0", "known 0", "failed 1", "dropped 0"], Counts);
    }

    [Fact]
    public async Task A_right_that_is_missing_is_logged_once_and_that_it_came_too()
    {
        api.Refuse = _ => ApiErrorKind.Forbidden;
        await Happens("x");
        await Happens("y");
        api.Refuse = _ => null;
        await Happens("z");
        Assert.Equal(["Warning", "Debug", "Information"], log.All.Select(line => line.Split(':')[0]));
        Assert.StartsWith("Warning: Event A on PersistentVolumeClaim shop/orders could not be written", log.All[0], StringComparison.Ordinal);
        Assert.Equal(["sent 1", "repeated 0", "known 0", "failed 2", "dropped 0"], Counts);
    }

    [Fact]
    public async Task Of_too_much_that_waits_the_oldest_is_dropped_and_counted()
    {
        for (var news = 0; news < 8; news++)
        {
            Tell($"{news}");
        }

        await writer.WriteDue(default);
        Assert.Equal(["3", "4", "5", "6", "7"], Told.Select(told => told.Note).Order());
        Assert.Equal(["sent 5", "repeated 0", "known 0", "failed 0", "dropped 3"], Counts);
    }

    [Fact]
    public async Task Whoever_ends_as_the_leader_writes_what_waits_and_what_a_series_has_come_to()
    {
        await Happens("x");
        await Happens("x");
        await Happens("x");
        Tell("y");
        await writer.Drain(TimeSpan.FromSeconds(1));
        Assert.Equal([("x", 3), ("y", 1)], Told.Select(told => (told.Note, told.Series?.Count ?? 1)).Order());
    }

    [Fact]
    public async Task Draining_ends_in_time_whatever_the_server_does()
    {
        var asked = new TaskCompletionSource();
        api.Before = (_, cancel) =>
        {
            asked.TrySetResult();
            return Task.Delay(Timeout.Infinite, cancel);
        };
        Tell("x");
        var draining = writer.Drain(TimeSpan.FromSeconds(1));
        await asked.Task;
        Assert.False(draining.IsCompleted);
        clock.Advance(1);
        await draining.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(["sent 0", "repeated 0", "known 0", "failed 0", "dropped 1"], Counts);
    }

    [Fact]
    public async Task Whoever_has_lost_the_lead_tells_nothing_more()
    {
        Tell("x");
        writer.Forget();
        await writer.WriteDue(default);
        Assert.Empty(api.Writes);
        Assert.Equal(["sent 0", "repeated 0", "known 0", "failed 0", "dropped 1"], Counts);
    }

    [Fact]
    public async Task It_writes_as_soon_as_something_is_put_in_and_as_soon_as_a_series_is_due()
    {
        using var stop = new CancellationTokenSource();
        var running = writer.Run(stop.Token);
        Tell("x");
        await Eventually.Holds(() => Told.Count == 1, "it is told");
        Tell("x");
        await Eventually.Holds(() => Told[0].Series?.Count == 2, "it is counted up");
        Tell("x");
        await Eventually.Holds(() => queue.Count == 0, "it is taken out");
        await Eventually.Holds(() =>
        {
            clock.Advance(60);
            return Told[0].Series?.Count == 3;
        }, "it is counted up when it is due");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public Task Whatever_is_said_about_whatever_fits_into_an_event() => Task.Run(() => Laws.Hold(Laws.AnyText, text =>
    {
        var name = string.Concat(Enumerable.Repeat("a-long.name", 23))[..250];
        var news = new News(ObjectKind.Claim, Orders with { Name = name }, isWarning: false, "Test", "A", string.Concat(Enumerable.Repeat(text, 3)));
        var json = Encoding.UTF8.GetString(ManifestJson.Bytes(news.Manifest("operator-1", Observed.Once(news, clock.GetCurrentInstant()))).Span);
        return Encoding.UTF8.GetByteCount(news.Note) <= 1024 && DnsName.IsSubdomain(news.Name) && json.Length > 0;
    }, 200));

    [Theory]
    [InlineData("é", 510)]
    [InlineData("€", 340)]
    [InlineData("😀", 255)]
    public void A_long_note_is_cut_between_characters_to_the_bytes_that_a_server_takes(string character, int kept)
    {
        var note = new News(ObjectKind.Claim, Orders, isWarning: false, "Test", "A", "a" + string.Concat(Enumerable.Repeat(character, 1000))).Note;
        Assert.Equal("a" + string.Concat(Enumerable.Repeat(character, kept)) + "…", note);
        Assert.InRange(Encoding.UTF8.GetByteCount(note), 1020, 1024);
    }

    private IReadOnlyList<EventV1> Told => api.All(Resources.EventsV1);

    private IEnumerable<string> Counts => figures.Samples().Where(sample => sample.Metric == Catalogue.Events).Select(sample => $"{sample.A} {sample.Value}");

    private EventWriter Another() => new(queue, api, "operator-1", clock, clock, figures, log);

    private void Tell(string note) => queue.Tell(new News(ObjectKind.Claim, Orders, isWarning: true, "Test", "A", note));

    private Task Happens(string note)
    {
        Tell(note);
        return writer.WriteDue(default);
    }
}
