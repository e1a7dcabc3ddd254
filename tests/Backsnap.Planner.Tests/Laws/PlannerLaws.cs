using System.Globalization;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using Xunit.Abstractions;
using static LanguageExt.Prelude;
using Check = Backsnap.Domain.Tests.Schedules.Laws;

namespace Backsnap.Planner.Tests.Laws;

/// <summary>
/// What holds in every world, whatever happens there. Every plan that these scenarios make is also held against PlanCheck. A failure
/// prints the seed with which BACKSNAP_SEED replays it.
/// </summary>
public sealed class PlannerLaws(ITestOutputHelper output)
{
    private const int Scenarios = 40;

    private void Always(Action<Scenario> law, int count = Scenarios) => Check.Hold(output, Scenario.Any, law, count);

    [Fact]
    public void From_any_reachable_world_finitely_many_plans_lead_to_the_empty_one_and_everything_begun_comes_to_its_end() => Always(scenario =>
    {
        var quiet = (scenario.Play() with { Settings = scenario.Settings with { Manual = true } }).For(Duration.FromHours(6));
        Assert.True(quiet.Plan().Actions.IsEmpty);
        Assert.All(quiet.State.Backups.AsEnumerable(), backup => Assert.True(backup.Phase.IsFinished, $"{backup.Id.Name} is {backup.Phase.Word} for ever\n{quiet.Print()}"));
        Assert.All(quiet.State.Restores.AsEnumerable(), restore => Assert.True(restore.Phase.IsFinished, $"{restore.Id.Name} is {restore.Phase.Word} for ever\n{quiet.Print()}"));
        Assert.DoesNotContain(quiet.State.Snapshots.AsEnumerable(), snapshot => snapshot.Id.Controller.IsSome);
        Assert.DoesNotContain(quiet.State.Claims.AsEnumerable(), claim => claim.IsTemporary);
    });

    // A name that is taken keeps an operator with an old view from making an attempt again. Where failed ones go within minutes the view must
    // not be older than that.
    [Fact]
    public void Every_attempt_at_a_slot_is_made_once_and_there_are_at_most_as_many_as_allowed() => Always(scenario =>
    {
        var made = Remembering(scenario).Play().Bodies.Values.Where(body => Manifests.Text(body, "kind").Contains("PVCBackup"))
            .Select(body => (Slot: (Note(body, Marks.ClaimUid), Note(body, Marks.Slot)), Attempt: Note(body, Marks.Attempt))).ToArray();
        Assert.Equal(made.Length, made.Distinct().Count());
        Assert.All(made.GroupBy(backup => backup.Slot), attempts => Assert.Equal(
            Enumerable.Range(1, attempts.Count()).Select(attempt => Some(attempt.ToString(CultureInfo.InvariantCulture))), attempts.Select(backup => backup.Attempt).Order()));
        Assert.All(made.GroupBy(backup => backup.Slot), attempts => Assert.InRange(attempts.Count(), 1, scenario.Settings.Retries + 1));
    });

    [Fact]
    public void Attempts_are_counted_rightly_although_earlier_ones_are_deleted() => Always(scenario =>
    {
        var made = Timely(scenario).Play().Bodies.Values.Where(body => Manifests.Text(body, "kind").Contains("PVCBackup"))
            .Select(body => (Note(body, Marks.ClaimUid), Note(body, Marks.Slot), Note(body, Marks.Attempt))).ToArray();
        Assert.Equal(made.Length, made.Distinct().Count());
    });

    // As above: with an old view only where the attempt before is remembered, else whatever is remembered.
    [Fact]
    public void The_pause_before_an_attempt_grows_and_none_is_made_once_the_next_slot_has_come() => Always(scenario =>
    {
        PausesGrow(Remembering(scenario));
        PausesGrow(Timely(scenario));
    });

    private static void PausesGrow(Scenario scenario) => scenario.Play((world, plan) => Assert.All(
        Creations(plan, ObjectKind.PvcBackup).Where(create => Note(create.Object.Body, Marks.Attempt).Exists(attempt => attempt != "1")),
        create =>
        {
            var attempt = int.Parse(Note(create.Object.Body, Marks.Attempt).IfNone(""), CultureInfo.InvariantCulture);
            var slot = Note(create.Object.Body, Marks.Slot).Bind(SlotName.Read);
            var before = Assert.Single(world.State.Backups.AsEnumerable(), backup => Named(backup, create) && backup.Slot == slot && backup.Attempt == attempt - 1);
            Assert.True(world.Now >= before.FinishedAt.IfNone(Instant.MaxValue) + (Duration.FromMinutes(5) * Math.Pow(2, attempt - 2)), world.Print());
            var next = world.Plan().Verdicts.Bind(verdict => verdict.Claim == before.Claim && verdict.Coverage is Coverage.Covered covered ? covered.Timetable.Next(slot.IfNone(Instant.MinValue)).ToSeq() : Seq<Instant>());
            Assert.All(next.AsEnumerable(), coming => Assert.True(world.Now < coming, $"attempt {attempt} at {slot}, but {coming} has come\n{world.Print()}"));
        }));

    private static Scenario Remembering(Scenario scenario) => scenario with { Settings = scenario.Settings with { FailedHistory = 1000, FailedTtl = Duration.FromDays(30) } };

    private static Scenario Timely(Scenario scenario) => scenario with { Steps = scenario.Steps.Filter(step => step is not Step.OldView).Strict() };

    // What another operator, which sees more, has written stands: else the two would write one against the other as long as both act.
    [Fact]
    public void No_plan_takes_a_backup_back_to_a_phase_that_its_status_is_past() => Always(scenario => scenario.Play((world, _) =>
    {
        foreach (var (later, reached) in new (Func<Instant, BackupPhase>, int)[] { (at => new BackupPhase.Provisioning(at), 2), (at => new BackupPhase.Running(at), 3) })
        {
            var ahead = world.State with
            {
                Backups = world.State.Backups.Map(backup => backup.Phase.HoldsPlace ? backup with { Phase = later(backup.Id.Created) } : backup).Strict(),
            };
            var told = Planner.Plan(ahead, world.Settings, world.Now).Actions.Bind(action =>
                action is PlannedAction.SetStatus { Kind: var kind } set && kind == ObjectKind.PvcBackup && ahead.Backups.Exists(backup => backup.Id.Uid == set.Of.Uid && backup.Phase.HoldsPlace)
                    ? Manifests.Text(set.Status, "phase").ToSeq()
                    : Seq<string>());
            Assert.All(told.AsEnumerable(), phase => Assert.DoesNotContain(phase, Enumerable.Take(["Pending", "Snapshotting", "Provisioning"], reached)));
        }
    }));

    [Fact]
    public void No_claim_has_two_scheduled_backups_that_are_not_over() => Always(scenario =>
        Timely(scenario).Play((world, _) => Assert.All(
            world.State.Backups.Where(backup => backup.Slot.IsSome && !backup.Phase.IsFinished).GroupBy(backup => backup.Claim), open => Assert.Single(open))));

    [Fact]
    public void No_more_failed_backups_of_a_claim_are_kept_than_allowed() => Always(scenario => Assert.All(
        scenario.Play().State.Backups.Where(backup => backup.Phase is BackupPhase.Finished { Result: Result.Failed }).GroupBy(backup => backup.Claim),
        failed => Assert.InRange(failed.Count(), 1, scenario.Settings.FailedHistory)));

    [Fact]
    public void After_any_outage_at_most_one_backup_per_claim_is_made() => Always(scenario =>
    {
        var seen = new Dictionary<Uid, (Instant, ClaimRef)>();
        scenario.Play((world, _) => world.State.Backups.Where(backup => backup.Slot.IsSome).Iter(backup => seen[backup.Id.Uid] = (backup.Id.Created, backup.Claim)));
        Assert.Equal(seen.Count, seen.Values.Distinct().Count());
    });

    [Fact]
    public void Never_more_backups_than_allowed_hold_places() => Always(scenario =>
        Timely(scenario).Play((world, _) =>
            Assert.True(world.State.Backups.Count(backup => backup.Phase.HoldsPlace) <= scenario.Settings.MaxRunning, world.Print())));

    [Fact]
    public void The_newest_success_of_a_claim_is_never_deleted_while_the_claim_is_there() => Always(scenario =>
    {
        var newest = new Dictionary<ClaimRef, Instant>();
        void Look(World world)
        {
            var now = world.State.Backups.Where(backup => backup.IsSuccess).GroupBy(backup => backup.Claim)
                .ToDictionary(history => history.Key, history => history.Max(backup => backup.FinishedAt.IfNone(Instant.MinValue)));
            foreach (var (claim, at) in newest.Where(known => world.State.Claims.Exists(claim => claim.Ref == known.Key)))
            {
                Assert.True(now.TryGetValue(claim, out var still) && still >= at, $"the success of {claim} at {at} is gone\n{world.Print()}");
            }

            newest.Clear();
            foreach (var (claim, at) in now)
            {
                newest[claim] = at;
            }
        }

        Look(scenario.Play((world, _) => Look(world)));
    });

    [Fact]
    public void What_is_not_ours_by_uid_is_never_deleted() => Always(scenario =>
    {
        var world = scenario.Play((world, plan) => Assert.All(
            plan.Actions.Bind(action => action is PlannedAction.Delete delete ? Seq1(delete) : Seq<PlannedAction.Delete>()).AsEnumerable(),
            delete => Assert.True(delete.Kind == ObjectKind.PvcBackup || world.Bodies.ContainsKey(delete.Of.Uid), $"{delete.Kind} {delete.Of.Name}")));
        Assert.Equal(3, ApiServer.Identities(world.State).Count(id => id.Name == "bystander"));
        var lost = scenario.Steps.Bind(step => step is Step.Lose lose ? Seq1(scenario.Claims[lose.Claim % scenario.Claims.Count].Id.Uid) : Seq<Uid>());
        Assert.All(scenario.Claims.Where(claim => !lost.Contains(claim.Id.Uid)), claim => Assert.Contains(world.State.Claims.AsEnumerable(), found => found.Id.Uid == claim.Id.Uid));
    });

    [Fact]
    public void A_claim_that_is_being_restored_is_never_snapshotted() => Always(scenario => scenario.Play((world, plan) => Assert.All(
        Creations(plan, ObjectKind.VolumeSnapshot),
        create => Assert.DoesNotContain(
            world.State.Claims.Where(claim => claim.Restoring.IsSome),
            claim => claim.Id.Namespace == create.Object.Namespace && Manifests.Text(create.Object.Body, "spec", "source", "persistentVolumeClaimName").Contains(claim.Id.Name)))));

    [Fact]
    public void Planning_is_deterministic_and_independent_of_the_order_of_what_was_seen() => Always(scenario => scenario.Play((world, _) =>
    {
        var again = world.Plan();
        Assert.Equal(again, world.Plan());
        Assert.Equal(again, world.Plan(world.State.Reversed()));
    }));

    [Fact]
    public void With_nothing_to_do_the_wake_up_is_not_in_the_past_and_planning_before_it_still_does_nothing() => Always(scenario => scenario.Play((world, plan) =>
    {
        if (plan.Actions.IsEmpty && world.Plan() is { Actions.IsEmpty: true, WakeAt: var wakes })
        {
            var wakeAt = wakes.IfNone(world.Now + Duration.FromDays(1));
            Assert.True(wakeAt > world.Now, $"wakes at {wakeAt}, now is {world.Now}");
            var early = world with { Now = wakeAt - Duration.FromSeconds(1) };
            Assert.True(early.Plan().Actions.IsEmpty, $"at {early.Now}, before {wakeAt}: {string.Join("; ", early.Plan().Actions.Map(action => $"{action.Verb} {action.Target}: {action.Reason}"))}\n{world.Print()}");
        }
    }));

    [Fact]
    public void Children_have_names_that_leave_room_for_their_pods_and_no_two_of_a_kind_the_same() => Always(scenario =>
    {
        var world = scenario.Play();
        var children = world.Bodies.Values.Where(body => Manifests.Items(body, "metadata", "ownerReferences").Count > 0)
            .Select(body => (Kind: Manifests.Text(body, "kind"), Name: Manifests.Text(body, "metadata", "name").IfNone(""), Owner: Manifests.Items(body, "metadata", "ownerReferences"))).ToArray();
        // A Job's pods are named after it with six characters more.
        Assert.All(children, child => Assert.True(child.Name.Length <= (child.Kind.Contains("Secret") ? 63 : 57), child.Name));
        Assert.All(children.GroupBy(child => (child.Kind, child.Name)), same => Assert.Single(same.Select(child => child.Owner).Distinct()));
    });

    private static Option<string> Note(Node body, string name) => Manifests.Text(body, "metadata", "annotations", name);

    private static bool Named(Backup backup, PlannedAction.Create create) =>
        backup.Id.Namespace == create.Object.Namespace && Manifests.Text(create.Object.Body, "spec", "pvc").Contains(backup.Claim.Name);

    private static IEnumerable<PlannedAction.Create> Creations(Plan plan, ObjectKind kind) =>
        plan.Actions.AsEnumerable().OfType<PlannedAction.Create>().Where(create => create.Object.Kind == kind);
}
