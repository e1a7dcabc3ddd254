using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator;
using Backsnap.Host.Operator.Events;
using Backsnap.Host.Tests.Observation;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using NodaTime;
using static LanguageExt.Prelude;
using Claim = Backsnap.Domain.Claims.Claim;

namespace Backsnap.Host.Tests.Operator;

/// <summary>What people are told by Events and the log: news, once.</summary>
public sealed class TellingTests
{
    private readonly HandClock clock = HandClock.AtNight();
    private readonly Lines<Reporter> reports = new();
    private readonly EventQueue events;

    private static readonly Identity Orders = new(NamespaceName.Trusted("shop"), "orders", new Uid("u1"), "7", Instant.FromUtc(2026, 11, 1, 8, 0), Deleting: false, None, default);

    public TellingTests() => events = new EventQueue(clock, new Figures(clock));

    [Fact]
    public void A_claim_that_is_not_backed_up_is_reported_when_that_begins_and_when_the_reason_changes()
    {
        var reporter = new Reporter(events, reports);
        foreach (var coverage in new[] { Wrong("a"), Wrong("a"), Wrong("b"), Right, Right, Wrong("b"), Wrong("b") })
        {
            reporter.Report(State, Plan(coverage));
        }

        Assert.Equal(3, reports.All.Count);
        Assert.Equal(["a x1", "b x2"], Told());
    }

    [Fact]
    public void A_claim_that_went_and_came_back_is_reported_again()
    {
        var reporter = new Reporter(events, reports);
        reporter.Report(State, Plan(Wrong("a")));
        reporter.Report(State, Planner.Plan.Empty);
        reporter.Report(State, Plan(Wrong("a")));
        Assert.Equal(2, reports.All.Count);
    }

    [Fact]
    public void A_notice_is_told_once_while_it_holds_and_again_when_it_changes_or_comes_back()
    {
        var reporter = new Reporter(events, reports);
        foreach (var plan in new[] { Noted("a"), Noted("a"), Noted("b"), Planner.Plan.Empty, Noted("b") })
        {
            reporter.Report(State, plan);
        }

        Assert.Equal(
            ["Warning: PersistentVolumeClaim shop/orders: a (Noted)", "Warning: PersistentVolumeClaim shop/orders: b (Noted)", "Warning: PersistentVolumeClaim shop/orders: b (Noted)"], reports.All);
        Assert.Equal(["a x1", "b x2"], Told());
    }

    [Fact]
    public void A_turn_of_a_backup_is_told_on_it_and_on_its_claim_if_that_is_there()
    {
        var cache = new ClusterCache(0);
        var reporter = new Reporter(events, reports);
        var backup = Orders with { Name = "orders-1", Uid = new Uid("b1") };
        var announced = new PlannedAction.SetStatus(ObjectKind.PvcBackup, backup, Node.Object(), Some(new Announcement(true, "WrongPassword", "no")
        {
            OnClaim = Some(new ClaimNews(new ClaimRef(Orders.Namespace, "orders"), "BackupFailed", "PVCBackup orders-1: WrongPassword: no")),
        }), "test");
        reporter.Announce(announced, cache);
        Assert.Equal(["no x1"], Told());

        cache.Claims.Put(Written.As(Resources.PersistentVolumeClaims, """{"metadata":{"name":"orders","namespace":"shop","uid":"u1","resourceVersion":"7"},"spec":{"resources":{"requests":{"storage":"1Gi"}}}}"""));
        reporter.Announce(announced, cache);
        Assert.Equal(["PVCBackup orders-1: WrongPassword: no x1", "no x1"], Told());
    }

    [Fact]
    public void An_action_that_is_refused_is_told_each_time_of_the_object_that_it_is_for()
    {
        var reporter = new Reporter(events, reports);
        for (var time = 0; time < 3; time++)
        {
            reporter.Trouble(new PlannedAction.Delete(ObjectKind.Claim, Orders, Unchanged: false, "test"), "not allowed");
        }

        Assert.Equal(["not allowed x3"], Told());
    }

    private IEnumerable<string> Told()
    {
        var all = new List<string>();
        while (events.TryTake(out var next))
        {
            all.Add($"{next.News.Note} x{next.Times}");
        }

        return all.Order(StringComparer.Ordinal);
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
