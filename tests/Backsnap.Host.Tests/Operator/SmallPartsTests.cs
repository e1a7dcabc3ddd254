using System.Net;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Operator;
using Backsnap.Planner;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Operator;

/// <summary>The parts around the loop, one by one.</summary>
public sealed class SmallPartsTests
{
    [Fact]
    public void Credentials_are_printed_as_names() => Assert.Equal(
        "credentials: AWS_ACCESS_KEY_ID, RESTIC_PASSWORD",
        $"{new Credentials(new Dictionary<string, string> { ["RESTIC_PASSWORD"] = "hunter2", ["AWS_ACCESS_KEY_ID"] = "key", [Credentials.Authority] = "pem" })}");

    [Fact]
    public void Actions_for_one_object_are_one_errand_in_the_plans_order()
    {
        var (a, b) = (Id("a"), Id("b"));
        PlannedAction[] actions =
        [
            LoopRig.Status(a, "1"), LoopRig.Status(b, "2"), new PlannedAction.Create(Child(a), "3"), new PlannedAction.CreateCredentials(Child(b), Seq<string>(), "4"),
            new PlannedAction.Delete(ObjectKind.Job, Id("job") with { Controller = Some(new Owner("PVCBackup", "a", a.Uid)) }, Unchanged: false, "5"), new PlannedAction.RemoveAnnotation(ObjectKind.PvcBackup, a, "x", "6"),
        ];
        var errands = Errand.Of(Plan.Do(actions));
        Assert.Equal(["PVCBackup shop/a", "PVCBackup shop/b"], errands.Map(errand => errand.Key).ToArray());
        Assert.Equal([actions[0], actions[2], actions[4], actions[5]], errands[0].Actions.ToArray());
        Assert.Equal([actions[1], actions[3]], errands[1].Actions.ToArray());
    }

    [Fact]
    public void Pauses_grow_with_each_failure_and_never_beyond_their_bound() => Laws.Hold(Gen.Choose(1, 40), failures =>
    {
        var clock = HandClock.AtNight();
        var book = new TroubleBook(clock, new Random(failures));
        for (var failure = 1; failure <= failures; failure++)
        {
            book.Note("a", new Outcome.Failed("why"));
            var pause = (book.NextTry().IfNone(clock.GetCurrentInstant()) - clock.GetCurrentInstant()).TotalSeconds;
            var middle = Math.Min(300, Math.Pow(2, failure - 1));
            if (pause < middle * 0.74 || pause > middle * 1.26)
            {
                return false;
            }
        }

        return true;
    }, 50);

    [Fact]
    public void A_trouble_is_news_when_its_words_are_new_and_success_clears_it()
    {
        var clock = HandClock.AtNight();
        var book = new TroubleBook(clock, new Random(1));
        Assert.True(book.Note("a", new Outcome.Failed("x")));
        Assert.False(book.Note("a", new Outcome.Failed("x")));
        Assert.True(book.Note("a", new Outcome.Failed("y")));
        Assert.True(book.Note("b", new Outcome.Failed("x")));
        Assert.Equal(2, book.Current().Count);
        book.Clear("a");
        Assert.Equal("b", book.Current().Keys.Single());
        clock.Advance(10);
        Assert.True(book.Current().IsEmpty && book.NextTry().IsNone);
        Assert.True(book.Note("a", new Outcome.Failed("x")));
    }

    [Fact]
    public void A_trouble_does_not_outlast_a_clock_that_is_set_back()
    {
        var clock = HandClock.AtNight();
        var book = new TroubleBook(clock, new Random(1));
        book.Note("a", new Outcome.Failed("x"));
        clock.Step(-NodaTime.Duration.FromHours(5));
        Assert.True(book.Current().IsEmpty && book.NextTry().IsNone);
        Assert.False(book.Note("a", new Outcome.Failed("x")));
        Assert.Equal("a", book.Current().Keys.Single());
    }

    [Fact]
    public void A_loop_is_stuck_when_it_works_for_minutes_without_progress_whatever_the_clock_on_the_wall_says()
    {
        var clock = HandClock.AtNight();
        var health = new OperatorHealth(clock, clock);
        clock.Advance(3600);
        Assert.False(health.IsStuck);
        health.Working();
        clock.Step(NodaTime.Duration.FromHours(5));
        clock.Advance(240);
        Assert.False(health.IsStuck);
        health.Working();
        clock.Step(-NodaTime.Duration.FromHours(9));
        clock.Advance(240);
        Assert.False(health.IsStuck);
        clock.Advance(120);
        Assert.True(health.IsStuck);
        health.Resting();
        Assert.False(health.IsStuck);
    }

    [Theory]
    [InlineData(":8080", "[::]:8080")]
    [InlineData("127.0.0.1:0", "127.0.0.1:0")]
    [InlineData("0.0.0.0:9", "0.0.0.0:9")]
    [InlineData("[::1]:8080", "[::1]:8080")]
    [InlineData("localhost:1", "127.0.0.1:1")]
    [InlineData("0", "none")]
    [InlineData("", "none")]
    [InlineData("8080", "wrong")]
    [InlineData(":", "wrong")]
    [InlineData(":65536", "wrong")]
    [InlineData(":-1", "wrong")]
    [InlineData("::1:8080", "wrong")]
    [InlineData("1:8080", "wrong")]
    [InlineData("example.com:8080", "wrong")]
    [InlineData("http://127.0.0.1:8080", "wrong")]
    public void An_address_to_listen_on_is_read_or_refused(string text, string read) =>
        Assert.Equal(read, Endpoints.Parse(text).Match(Left: _ => "wrong", Right: found => found.Match(at => at.ToString(), () => "none")));

    [Fact]
    public async Task Metrics_and_health_are_served_each_where_its_flag_says()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var health = new OperatorHealth(HandClock.AtNight());
        builder.Services.AddSingleton(health);
        var map = Endpoints.Bind(builder, Some(new IPEndPoint(IPAddress.Loopback, 0)), None);
        await using var app = builder.Build();
        map(app);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Contains("backsnap_plans_total 0", await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task The_operator_is_ready_when_it_has_read_the_cluster()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var clock = HandClock.AtNight();
        var health = new OperatorHealth(clock, clock);
        builder.Services.AddSingleton(health);
        var map = Endpoints.Bind(builder, None, Some(new IPEndPoint(IPAddress.Loopback, 0)));
        await using var app = builder.Build();
        map(app);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
        health.Synced();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/readyz", UriKind.Relative))).StatusCode);
        health.Working();
        clock.Advance(600);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(new Uri("/healthz", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task Where_nothing_is_to_be_served_nothing_listens()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new OperatorHealth(HandClock.AtNight()));
        var map = Endpoints.Bind(builder, None, None);
        await using var app = builder.Build();
        map(app);
        await app.StartAsync();
        Assert.Null(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>());
    }

    private static Identity Id(string name) => new(NamespaceName.Trusted("shop"), name, new Uid(name), "1", Instant.FromUtc(2026, 11, 1, 8, 0), Deleting: false, None, default);

    private static Manifest Child(Identity of) => new(ObjectKind.Secret, of.Namespace, of.Name + "-child", Node.Object(), Some(new Beneficiary(ObjectKind.PvcBackup, of)));
}
