using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Tests.Worlds;
using FsCheck.Fluent;
using LanguageExt;
using NodaTime;
using Xunit.Abstractions;
using static LanguageExt.Prelude;
using RandomCases = Backsnap.Domain.Tests.Schedules.Laws;

namespace Backsnap.Planner.Tests.Deletions;

public sealed class BreakerTests(ITestOutputHelper output)
{
    private static readonly Instant Old = Given.Night - Duration.FromDays(30);

    /// <summary>A claim with so many failed PVCBackups whose time to live is over, and another with a backup that was asked for by hand.</summary>
    private static ClusterState Expired(int count, int orphans = 0) => Given.With(Given.Claim("orders") with { Schedule = "" }, Given.Claim("carts") with { Schedule = "" }) with
    {
        Backups = Enumerable.Range(0, count).Select(number => Given.Finished($"old-{number:000}", "orders", Result.Failed, Old))
            .Append(Given.Backup("asked", "carts", Given.Night)).ToSeq().Strict(),
        Snapshots = Enumerable.Range(0, orphans).Select(number => new Snapshot(
            Given.Id("shop", $"orphan-{number}", $"orphan-{number}", Old) with
            {
                Labels = HashMap((Marks.ManagedBy, Marks.Backsnap)),
                Controller = Some(new Owner("PVCBackup", "gone", new Uid("gone")) { Group = ObjectKind.Group }),
            },
            Ready: true, None, None, None)).ToSeq().Strict(),
    };

    private static Settings Most(int most) => Given.Settings with { Limits = Limits.Default with { Deletions = most } };

    private static Plan Plan(ClusterState state, int most) => new World(state, Most(most), Given.Night).Plan();

    private static int Deletions(Plan plan) => plan.Actions.Count(action => action is PlannedAction.Delete);

    [Fact]
    public void As_many_as_may_be_deleted_are_deleted() => Assert.Equal((100, 0), (Deletions(Plan(Expired(100), 100)), Plan(Expired(100), 100).Withheld));

    [Fact]
    public void Of_more_none_is_deleted_and_it_is_said_how_to_go_on()
    {
        var plan = Plan(Expired(101), 100);
        Assert.Equal((0, 101), (Deletions(plan), plan.Withheld));
        Assert.Contains(plan.Waits.AsEnumerable(), wait => wait.For.StartsWith("101 deletions are withheld", StringComparison.Ordinal) && wait.For.Contains("backsnap plan --max-deletions-per-plan=0", StringComparison.Ordinal));
        var notice = Assert.Single(plan.Notices.AsEnumerable());
        Assert.Equal(("TooManyDeletions", "old-000"), (notice.Reason, notice.About.Name));
        // Told once: the words are the same however many there come to be.
        Assert.Equal(notice, Assert.Single(Plan(Expired(150), 100).Notices.AsEnumerable()));
    }

    [Fact]
    public void The_rest_of_the_plan_goes_on() =>
        Assert.Contains(Plan(Expired(101), 100).Actions.AsEnumerable(), action => action is PlannedAction.SetStatus { Of.Name: "asked" });

    [Fact]
    public void Without_a_limit_everything_is_deleted() => Assert.Equal(500, Deletions(Plan(Expired(500), 0)));

    [Fact]
    public void Temporary_objects_of_what_is_finished_do_not_count()
    {
        var done = Given.Finished("done", "orders", Result.Succeeded, Given.Night);
        var children = Enumerable.Range(0, 5).Select(number => new Snapshot(
            Given.Id("shop", $"child-{number}", $"child-{number}", Given.Night) with { Controller = Some(new Owner("PVCBackup", "done", done.Id.Uid) { Group = ObjectKind.Group }) }, Ready: true, None, None, None));
        Assert.Equal(5, Deletions(Plan(Given.With(Given.Claim("orders") with { Schedule = "" }) with { Backups = Seq1(done), Snapshots = children.ToSeq().Strict() }, 1)));
    }

    [Fact]
    public void All_lasting_deletions_are_done_or_none_and_nothing_else_changes() => RandomCases.Hold(
        output,
        from count in Gen.Choose(0, 12)
        from orphans in Gen.Choose(0, 5)
        from most in Gen.Choose(0, 15)
        select (Count: count, Orphans: orphans, Most: most),
        drawn =>
        {
            var state = Expired(drawn.Count, drawn.Orphans);
            var (all, plan) = (Plan(state, 0), Plan(state, drawn.Most));
            Assert.Equal(drawn.Count + drawn.Orphans, Deletions(all));
            Assert.Equal(drawn.Most == 0 || Deletions(all) <= drawn.Most ? Deletions(all) : 0, Deletions(plan));
            Assert.Equal(Deletions(all), Deletions(plan) + plan.Withheld);
            Assert.Equal(all.Actions.Filter(action => action is not PlannedAction.Delete), plan.Actions.Filter(action => action is not PlannedAction.Delete));
        },
        100);
}
