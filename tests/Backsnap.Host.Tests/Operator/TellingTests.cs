using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using Backsnap.Host.Operator;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using NodaTime;
using static LanguageExt.Prelude;
using Claim = Backsnap.Domain.Claims.Claim;

namespace Backsnap.Host.Tests.Operator;

/// <summary>What people are told by Events and the log: news, once.</summary>
public sealed class TellingTests
{
    private readonly FakeApi api = new();
    private readonly Lines<Announcer> log = new();
    private readonly Lines<Reporter> reports = new();

    private static readonly Identity Orders = new(NamespaceName.Trusted("shop"), "orders", new Uid("u1"), "7", Instant.FromUtc(2026, 11, 1, 8, 0), Deleting: false, None, default);

    private readonly Figures figures = new(HandClock.AtNight());

    private Announcer Announcer => new(api, "operator-1", HandClock.AtNight(), figures, log);

    [Fact]
    public async Task The_same_news_about_the_same_object_are_told_once()
    {
        for (var time = 0; time < 3; time++)
        {
            await Announcer.Say(ObjectKind.Claim, Orders, isWarning: true, "InvalidSchedule", "it is wrong", default);
        }

        var told = Assert.Single(api.All(Resources.Events));
        Assert.Equal(("Warning", "InvalidSchedule", "it is wrong", "u1"), (told.Type, told.Reason, told.Message, told.InvolvedObject?.Uid));
        Assert.Empty(log.All);
    }

    [Fact]
    public async Task What_is_told_and_what_was_known_already_is_counted()
    {
        await Announcer.Say(ObjectKind.Claim, Orders, isWarning: true, "A", "x", default);
        await Announcer.Say(ObjectKind.Claim, Orders, isWarning: true, "A", "x", default);
        await Announcer.Say(ObjectKind.Claim, Orders, isWarning: true, "A", "y", default);
        Assert.Equal(
            ["sent 2", "known 1", "failed 0"],
            figures.Samples().Where(sample => sample.Metric == Catalogue.Events).Select(sample => $"{sample.A} {sample.Value}"));
    }

    [Fact]
    public async Task Other_news_and_other_objects_have_events_of_their_own()
    {
        await Announcer.Say(ObjectKind.Claim, Orders, isWarning: true, "A", "x", default);
        await Announcer.Say(ObjectKind.Claim, Orders, isWarning: true, "A", "y", default);
        await Announcer.Say(ObjectKind.Claim, Orders with { Uid = new Uid("u2") }, isWarning: true, "A", "x", default);
        Assert.Equal(3, api.All(Resources.Events).Count);
    }

    [Fact]
    public Task Whatever_is_said_about_whatever_fits_into_an_event() => Task.Run(() => Laws.Hold(Laws.AnyText, text =>
    {
        var fresh = new FakeApi();
        var name = string.Concat(Enumerable.Repeat("a-long.name", 23))[..250];
        new Announcer(fresh, "operator-1", HandClock.AtNight(), figures, log).Say(ObjectKind.Claim, Orders with { Name = name }, isWarning: false, "A", text, default).GetAwaiter().GetResult();
        var told = fresh.All(Resources.Events).Single();
        return told.Message!.Length <= 1024 && DnsName.IsSubdomain(told.Metadata.Name!) && !(told.Message.Length > 0 && char.IsHighSurrogate(told.Message[^1]));
    }, 200));

    [Fact]
    public async Task That_an_event_cannot_be_written_is_logged_and_harms_nothing()
    {
        api.Refuse = _ => ApiErrorKind.Forbidden;
        await Announcer.Say(ObjectKind.Claim, Orders, isWarning: true, "A", "x", default);
        Assert.StartsWith("Warning: Event A on PersistentVolumeClaim shop/orders could not be written", Assert.Single(log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_claim_that_is_not_backed_up_is_reported_when_that_begins_and_when_the_reason_changes()
    {
        var reporter = new Reporter(Announcer, reports);
        foreach (var coverage in new[] { Wrong("a"), Wrong("a"), Wrong("b"), Right, Right, Wrong("b"), Wrong("b") })
        {
            await reporter.Report(State, Plan(coverage), default);
        }

        Assert.Equal(3, reports.All.Count);
        Assert.Equal(2, api.All(Resources.Events).Count);
    }

    [Fact]
    public async Task A_claim_that_went_and_came_back_is_reported_again()
    {
        var reporter = new Reporter(Announcer, reports);
        await reporter.Report(State, Plan(Wrong("a")), default);
        await reporter.Report(State, Planner.Plan.Empty, default);
        await reporter.Report(State, Plan(Wrong("a")), default);
        Assert.Equal(2, reports.All.Count);
    }

    [Fact]
    public async Task A_notice_is_told_once_while_it_holds_and_again_when_it_changes_or_comes_back()
    {
        var reporter = new Reporter(Announcer, reports);
        foreach (var plan in new[] { Noted("a"), Noted("a"), Noted("b"), Planner.Plan.Empty, Noted("b") })
        {
            await reporter.Report(State, plan, default);
        }

        Assert.Equal(
            ["Warning: PersistentVolumeClaim shop/orders: a (Noted)", "Warning: PersistentVolumeClaim shop/orders: b (Noted)", "Warning: PersistentVolumeClaim shop/orders: b (Noted)"], reports.All);
        Assert.Equal(["a", "b"], api.All(Resources.Events).Select(told => told.Message).Order());
    }

    private static Plan Noted(string message) => Planner.Plan.Tell(ObjectKind.Claim, Orders, "Noted", message);

    private static ClusterState State { get; } = ClusterState.Empty with
    {
        Claims = Seq1(new Claim(Orders, ClaimPhase.Bound, VolumeMode.Filesystem, None, None, Seq<string>(), None, None, None, None, None)),
    };

    private static Coverage Right => new Coverage.Excluded(Exclusion.EmptySchedule, "opted out");

    private static Coverage Wrong(string why) => new Coverage.Unsupported(why);

    private static Plan Plan(Coverage coverage) => Planner.Plan.Empty with { Verdicts = Seq1(new Verdict(State.Claims.Head.Ref, coverage)) };
}
