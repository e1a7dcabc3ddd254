using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Operator;

/// <summary>When the loop plans, what it refuses, and how it bears a cluster that refuses.</summary>
public sealed class OperatorLoopTests
{
    [Fact]
    public async Task It_does_not_plan_before_every_kind_was_listed()
    {
        await using var rig = new LoopRig();
        rig.Tell(all => all.Jobs.Replace([], null));
        rig.Start();
        var heard = new TaskCompletionSource();
        rig.Tell(_ =>
        {
            heard.SetResult();
            return true;
        });
        await heard.Task;
        Assert.Equal(0, rig.Plans);
        Assert.False(rig.Health.IsReady);
        rig.TellEmptyLists();
        await rig.Planned(1);
        Assert.True(rig.Health.IsReady);
    }

    [Fact]
    public async Task It_plans_at_the_wake_up_instant_and_not_before()
    {
        await using var rig = new LoopRig();
        var wake = rig.Clock.GetCurrentInstant() + Duration.FromSeconds(100);
        rig.Planner = (_, _, now) => now < wake ? Plan.Empty with { WakeAt = wake } : Plan.Empty;
        rig.TellEmptyLists();
        rig.Start();
        await Eventually.Holds(() => rig.Plans == 1 && rig.Clock.Set == 1, "it sleeps");
        rig.Clock.Advance(99);
        Assert.Equal((1, 1), (rig.Plans, rig.Clock.Set));
        rig.Clock.Advance(1);
        await rig.Planned(2);
    }

    [Fact]
    public async Task It_plans_on_news_once_for_all_that_came_together()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        for (var news = 0; news < 100; news++)
        {
            rig.Tell(_ => true);
        }

        rig.Start();
        await rig.Planned(1);
        rig.Tell(_ => true);
        await rig.Planned(2);
        Assert.Equal(2, rig.Plans);
    }

    [Fact]
    public async Task What_it_knows_already_is_not_planned_for()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        rig.Start();
        await rig.Planned(1);
        var heard = new TaskCompletionSource();
        rig.Tell(_ =>
        {
            heard.SetResult();
            return false;
        });
        await heard.Task;
        rig.Tell(_ => true);
        await rig.Planned(2);
        Assert.Equal(2, rig.Plans);
    }

    [Fact]
    public async Task A_slot_that_comes_by_the_setting_of_the_clock_is_noticed_within_minutes()
    {
        await using var rig = new LoopRig();
        var wake = rig.Clock.GetCurrentInstant() + Duration.FromHours(10);
        rig.Planner = (_, _, now) => now < wake ? Plan.Empty with { WakeAt = wake } : Plan.Empty;
        rig.TellEmptyLists();
        rig.Start();
        await Eventually.Holds(() => rig.Plans == 1 && rig.Clock.Set == 1, "it sleeps");
        rig.Clock.Step(Duration.FromHours(10));
        rig.Clock.Advance(180);
        await rig.Planned(2);
    }

    [Fact]
    public async Task A_long_plan_is_left_for_a_fresh_one_so_that_what_is_urgent_comes_first()
    {
        await using var rig = new LoopRig { AtOnce = 1 };
        rig.TellEmptyLists();
        for (var backup = 0; backup < 20; backup++)
        {
            rig.Backup($"b{backup:00}");
        }

        // Each write takes 0.3 s; after the third somebody asks for something.
        rig.Api.Before = (request, _) =>
        {
            rig.Clock.Advance(request.Verb == "patch" ? 0.3 : 0);
            if (request is { Verb: "patch", Name: "b02" })
            {
                rig.Backup("a-restore-for-instance");
            }

            return Task.CompletedTask;
        };
        rig.Planner = (state, settings, now) =>
        {
            var plan = UntilPending(state, settings, now);
            return plan with { Actions = plan.Actions.OrderBy(action => action.Target.Name, StringComparer.Ordinal).ToSeq().Strict() };
        };
        rig.Start();
        await Eventually.Holds(() => rig.Api.All(Resources.PvcBackups).All(backup => backup.Status?.Phase == "Pending"), "all are pending");
        var order = rig.Api.Writes.Where(write => write.StartsWith("patch", StringComparison.Ordinal)).ToList();
        Assert.Equal(21, order.Count);
        Assert.InRange(order.FindIndex(write => write.Contains("a-restore-for-instance", StringComparison.Ordinal)), 3, 6);
    }

    [Fact]
    public async Task A_plan_that_breaks_a_law_is_refused_whole()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        var good = rig.Backup("good");
        var foreign = good with { Name = "foreign", Uid = new Uid("nobody"), Controller = None };
        rig.Planner = (_, _, _) => Plan.Do(LoopRig.Status(good, "Pending"), new PlannedAction.Delete(ObjectKind.Claim, foreign, Unchanged: false, "test"));
        rig.Start();
        await Eventually.Holds(() => rig.Log.All.Any(line => line.StartsWith("Critical: Refused a plan that breaks a law", StringComparison.Ordinal)), "the refusal is told");
        Assert.Empty(rig.Api.Writes);
        Assert.Equal(1, Assert.Single(rig.Health.Figures.Samples(), sample => sample.Metric == Backsnap.Host.Metrics.Catalogue.PlansRefused).Value);
    }

    [Fact]
    public async Task It_learns_from_the_answers_before_it_plans_again()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        rig.Planner = (state, _, _) => state.Backups.IsEmpty ? Plan.Do(LoopRig.Create("a")) : Plan.Empty;
        rig.Start();
        await rig.Planned(2);
        Assert.Equal(["create pvcbackups.backsnap.skyb.it \"a\" in namespace \"shop\""], rig.Api.Writes);
    }

    [Fact]
    public async Task What_the_cluster_refuses_for_one_object_is_tried_again_later_while_others_go_on()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        var (bad, fine) = (rig.Backup("bad"), rig.Backup("fine"));
        rig.Api.Refuse = request => request is { Verb: "patch", Name: "bad" } ? ApiErrorKind.Forbidden : null;
        rig.Planner = UntilPending;
        rig.Start();
        await Eventually.Holds(() => rig.Clock.Set == 1, "it sleeps");
        Assert.Equal("Pending", rig.Api.All(Resources.PvcBackups).Single(backup => backup.Metadata.Name == fine.Name).Status?.Phase);
        Assert.Equal(1, Tries());
        for (var tries = 2; tries <= 5; tries++)
        {
            rig.Clock.Advance(60);
            await Eventually.Holds(() => Tries() == tries && rig.Clock.Set == 1, $"try {tries}");
        }

        Assert.Single(rig.Log.All, line => line.StartsWith("Error", StringComparison.Ordinal));
        await Eventually.Holds(() => rig.Api.All(Resources.EventsV1).Any(told => told is { Reason: "ActionFailed", Series.Count: >= 2 }), "it is told how often");
        var told = Assert.Single(rig.Api.All(Resources.EventsV1), told => told.Reason == "ActionFailed");
        Assert.Equal(("Warning", bad.Uid.Value), (told.Type, told.Regarding?.Uid));
        rig.Api.Refuse = _ => null;
        rig.Clock.Advance(60);
        await Eventually.Holds(() => rig.Api.All(Resources.PvcBackups).All(backup => backup.Status?.Phase == "Pending"), "it succeeds at last");

        int Tries() => rig.Api.Writes.Count(write => write.StartsWith("patch", StringComparison.Ordinal) && write.Contains("\"bad\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_that_leads_nowhere_is_not_tried_in_a_circle()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        rig.Backup("taken");
        rig.Planner = (state, _, _) => state.Troubles.IsEmpty ? Plan.Do(LoopRig.Create("taken")) : Plan.Empty;
        rig.Start();
        await Eventually.Holds(() => rig.Clock.Set == 1, "it rests");
        Assert.InRange(rig.Api.Writes.Count(write => write.StartsWith("create pvcbackups", StringComparison.Ordinal)), 1, 2);
    }

    [Fact]
    public async Task A_failed_action_keeps_the_rest_of_its_errand_back()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        var one = rig.Backup("one");
        rig.Api.Refuse = request => request.Verb == "patch" ? ApiErrorKind.Invalid : null;
        rig.Planner = (state, _, _) => state.Troubles.IsEmpty ? Plan.Do(LoopRig.Status(one, "Pending"), LoopRig.Status(one, "Snapshotting")) : Plan.Empty;
        rig.Start();
        await Eventually.Holds(() => rig.Clock.Set == 1, "it rests");
        Assert.Equal(1, rig.Api.Writes.Count(write => write.StartsWith("patch", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Good_news_are_told_once()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        rig.Backup("a");
        rig.Planner = UntilPending;
        rig.Start();
        await rig.Planned(2);
        await Eventually.Holds(() => rig.Api.All(Resources.EventsV1).Count > 0, "it is told");
        Assert.Equal(("Began", "Normal"), rig.Api.All(Resources.EventsV1).Select(told => (told.Reason, told.Type)).Single());
    }

    [Fact]
    public async Task An_API_server_that_takes_no_Events_holds_nothing_up()
    {
        await using var rig = new LoopRig();
        rig.TellEmptyLists();
        var (never, asked) = (new TaskCompletionSource(), new TaskCompletionSource());
        rig.Api.Before = (request, cancel) =>
        {
            if (request.Resource != Resources.EventsV1.QualifiedName)
            {
                return Task.CompletedTask;
            }

            asked.TrySetResult();
            return never.Task.WaitAsync(cancel);
        };
        for (var backup = 0; backup < 50; backup++)
        {
            rig.Backup($"b{backup}");
        }

        rig.Planner = UntilPending;
        rig.Start();
        await asked.Task;
        await Eventually.Holds(() => rig.Api.All(Resources.PvcBackups).All(backup => backup.Status?.Phase == "Pending"), "all are pending");
        Assert.Empty(rig.Api.All(Resources.EventsV1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_more_errands_run_at_once_than_allowed_and_all_of_them_are_run(int most)
    {
        await using var rig = new LoopRig { AtOnce = most };
        rig.TellEmptyLists();
        var (inside, highest) = (0, 0);
        rig.Api.Before = async (request, cancel) =>
        {
            if (request.Verb == "patch")
            {
                highest = Math.Max(highest, Interlocked.Increment(ref inside));
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            }
        };
        for (var backup = 0; backup < 10; backup++)
        {
            rig.Backup($"b{backup}");
        }

        rig.Planner = UntilPending;
        rig.Start();
        await Eventually.Holds(() => rig.Api.All(Resources.PvcBackups).All(backup => backup.Status?.Phase == "Pending"), "all are pending");
        Assert.InRange(highest, 1, most);
    }

    private static Plan UntilPending(ClusterState state, Settings settings, Instant now) => Plan.Do(state.Backups
        .Filter(backup => backup.Phase.Word != "Pending" && !state.Troubles.ContainsKey(Trouble.KeyOf(ObjectKind.PvcBackup, backup.Id.Namespace, backup.Id.Name)))
        .Map(backup => LoopRig.Status(backup.Id, "Pending", Some(new Announcement(false, "Began", "it begins")))));
}
