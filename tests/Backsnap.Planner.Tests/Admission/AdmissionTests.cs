using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Admission;

/// <summary>Which of the backups that wait begin, in what order, and what the others are told.</summary>
public sealed class AdmissionTests
{
    private const string OtherDriver = "other.example.com";
    private static readonly Instant Night = Given.Night;

    private static Settings Allow(int running, Limits? limits = null) => Given.Settings with { MaxRunning = running, Limits = limits ?? Limits.Default };

    private static Backup Asked(string name, string ns = "shop", Instant? at = null) => Given.Backup(name, name, at ?? Night, ns);

    private static Backup Scheduled(string name, Instant slot, string ns = "shop") => Given.Backup(name, name, slot, ns) with { Slot = Some(slot) };

    private static Backup Running(string name, string ns = "shop") => Asked(name, ns) with { Phase = new BackupPhase.Running(Night) };

    /// <summary>A cluster with a claim for each backup.</summary>
    private static ClusterState With(params Backup[] backups) =>
        Given.With(backups.Select(backup => backup.Claim).Distinct().Select(claim => Given.Claim(claim.Name, claim.Namespace.Value) with { Schedule = "" }).ToArray())
            with
        { Backups = backups.ToSeq().Strict() };

    private static ClusterState Volume(ClusterState state, string claim, string driver = Given.Driver, string? node = null) => state with
    {
        Volumes = state.Volumes.Map(volume => volume.Name == $"pv-shop-{claim}" ? new Volume(volume.Name, Some(driver)) { Node = node is null ? None : Some(node) } : volume).Strict(),
        SnapshotClasses = Seq(new SnapshotClass("fast-snapshots", Given.Driver, IsDefault: true, Retains: false), new SnapshotClass("other-snapshots", OtherDriver, IsDefault: true, Retains: false)),
    };

    private static Plan Plan(ClusterState state, Settings settings) => new World(state, settings, Night).Plan();

    private static string Begun(Plan plan) => string.Join(' ', plan.Actions.Bind(action =>
        action is PlannedAction.SetStatus set && Manifests.Text(set.Status, "phase").Contains("Snapshotting") ? Seq1($"{set.Of.Namespace}/{set.Of.Name}") : Seq<string>()));

    private static string Told(Plan plan, string backup) => string.Join(' ', plan.Actions.Bind(action =>
        action is PlannedAction.SetStatus set && set.Of.Name == backup ? Manifests.Text(set.Status, "message").ToSeq() : Seq<string>()));

    [Fact]
    public void What_was_asked_for_by_hand_goes_before_what_is_scheduled() =>
        Assert.Equal("shop/by-hand", Begun(Plan(With(Scheduled("a", Night - Duration.FromDays(9)), Asked("by-hand")), Allow(1))));

    // Of five thousand due at once the last PVCBackup would else wait for as many statuses that tell of places in the queue.
    [Fact]
    public void What_is_due_is_made_before_those_that_wait_are_told_of_their_places()
    {
        var state = With(Asked("first"), Asked("second"), Asked("third"));
        var due = Given.Claim("due");
        state = state with { Claims = state.Claims.Add(due).Strict(), Volumes = state.Volumes.Add(new Volume(due.VolumeName.IfNone(""), Some(Given.Driver))).Strict() };
        var plan = new World(state, Allow(1), Night + Duration.FromMinutes(40)).Plan();
        string[] expected = ["Snapshotting first", "make due", "Pending second", "Pending third"];
        Assert.Equal(expected, plan.Actions.AsEnumerable().Where(action => action.Target.Kind == ObjectKind.PvcBackup).Select(InShort));

        static string InShort(PlannedAction action) => action is PlannedAction.SetStatus set
            ? $"{Manifests.Text(set.Status, "phase").IfNone("")} {set.Of.Name}"
            : $"make {Manifests.Text(((PlannedAction.Create)action).Object.Body, "spec", "pvc").IfNone("")}";
    }

    [Fact]
    public void The_longest_overdue_in_its_own_intervals_goes_first()
    {
        var state = With(Scheduled("daily", Night - Duration.FromHours(2)), Scheduled("hourly", Night - Duration.FromHours(1)), Scheduled("weekly", Night - Duration.FromDays(1)), Given.Finished("another", "another", Result.Succeeded, Night));
        state = state with
        {
            Claims = state.Claims.Map(claim => claim with { Schedule = Some(claim.Id.Name switch { "daily" => "0 0 * * *", "hourly" => "0 * * * *", _ => "0 2 * * SAT" }) }).Strict(),
        };
        var plan = Plan(state, Allow(1) with { Manual = true });
        Assert.Equal("shop/hourly", Begun(plan));
        Assert.StartsWith("position 1 of 2", Told(plan, "weekly"), StringComparison.Ordinal);
        Assert.StartsWith("position 2 of 2", Told(plan, "daily"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_namespace_with_the_fewest_running_backups_gets_the_next_place()
    {
        var old = Night - Duration.FromDays(3);
        var state = With(Running("r"), Asked("a", at: old), Asked("b", at: old), Asked("x", "lab"), Asked("y", "lab"), Asked("z", "lab"));
        Assert.Equal("lab/x shop/a lab/y", Begun(Plan(state, Allow(4))));
    }

    [Fact]
    public void A_second_attempt_goes_after_the_first_attempts_of_others()
    {
        var retry = Scheduled("again", Night - Duration.FromHours(9)) with { Attempt = 2 };
        Assert.Equal("shop/first", Begun(Plan(With(retry, Scheduled("first", Night)), Allow(1) with { Manual = true })));
        Assert.Equal("shop/again", Begun(Plan(With(retry), Allow(1) with { Manual = true })));
    }

    [Fact]
    public void Two_backups_of_one_claim_do_not_overlap()
    {
        var (first, second) = (Given.Backup("first", "orders", Night), Given.Backup("second", "orders", Night));
        var plan = Plan(With(second, first), Allow(2));
        Assert.Equal("shop/first", Begun(plan));
        Assert.Equal("waits for PVCBackup first of the same claim", Told(plan, "second"));
    }

    [Fact]
    public void One_driver_holds_no_more_places_than_it_may_and_holds_up_no_other()
    {
        var state = Volume(With(Asked("a"), Asked("b"), Asked("c"), Asked("d")), "d", OtherDriver);
        var plan = Plan(state, Allow(4, Limits.Default with { RunningPerDriver = 2 }));
        Assert.Equal("shop/a shop/b shop/d", Begun(plan));
        Assert.Equal($"position 1 of 1 in the queue: waits for a place among the running backups of driver {Given.Driver} (--max-running-per-driver=2)", Told(plan, "c"));
    }

    [Fact]
    public void A_running_backup_whose_claim_is_gone_still_counts_for_its_driver()
    {
        var gone = Running("gone");
        var state = With(gone, Asked("next"));
        var temporary = Given.Claim("temporary") with { Id = Given.Id("shop", "temporary", "temporary", Night) with { Controller = new Owner("PVCBackup", "gone", gone.Id.Uid) }, VolumeName = None };
        state = state with { Claims = state.Claims.Filter(claim => claim.Id.Name != "gone").Add(temporary) };
        Assert.Equal("", Begun(Plan(state, Allow(4, Limits.Default with { RunningPerDriver = 1 }))));
    }

    [Fact]
    public void One_node_runs_no_more_backups_than_it_may_as_far_as_nodes_are_known()
    {
        var running = Running("running");
        var job = new MoverJob(Given.Id("shop", "job", "job", Night) with { Controller = new Owner("PVCBackup", "running", running.Id.Uid) }, new JobState.Unfinished());
        var pod = new MoverPod(Given.Id("shop", "pod", "pod", Night) with { Controller = new Owner("Job", "job", job.Id.Uid) }, new PodState.Running()) { Node = Some("one") };
        var state = Volume(Volume(With(running, Asked("pinned"), Asked("elsewhere"), Asked("anywhere"), Asked("selected") with
        {
            Placement = Placement.Anywhere with { NodeSelector = HashMap(("kubernetes.io/hostname", "one")) },
        }), "pinned", node: "one"), "elsewhere", node: "two") with
        { Jobs = Seq1(job), Pods = Seq1(pod) };
        var plan = Plan(state, Allow(9, Limits.Default with { RunningPerNode = 1 }));
        Assert.Equal("shop/anywhere shop/elsewhere", Begun(plan));
        Assert.EndsWith("waits for a place among the running backups on node one (--max-running-per-node=1)", Told(plan, "pinned"), StringComparison.Ordinal);
        Assert.EndsWith("on node one (--max-running-per-node=1)", Told(plan, "selected"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_snapshotter_gets_no_more_to_do_at_once_than_it_may()
    {
        var settings = Allow(9, Limits.Default with { UnreadySnapshots = 2 });
        var world = new World(With([.. Enumerable.Range(0, 5).Select(number => Asked($"claim-{number}"))]), settings, Night);
        Assert.Equal("shop/claim-0 shop/claim-1", Begun(world.Plan()));
        Assert.Equal("position 1 of 3 in the queue: waits until fewer VolumeSnapshots are unfinished (--max-unready-snapshots=2)", Told(world.Plan(), "claim-2"));
        var later = world.For(Duration.FromSeconds(6));
        Assert.Equal(4, later.State.Backups.Count(backup => backup.Phase.HoldsPlace));
        Assert.Equal(5, world.For(Duration.FromMinutes(5)).State.Backups.Count(backup => backup.IsSuccess));
    }

    [Fact]
    public void A_snapshot_that_is_only_about_to_be_made_counts_among_the_unready()
    {
        var begun = Asked("begun") with { Phase = new BackupPhase.Snapshotting(Night) };
        Assert.Equal("", Begun(Plan(With(begun, Asked("next")), Allow(9, Limits.Default with { UnreadySnapshots = 1 }))));
    }

    [Fact]
    public void A_pause_holds_everybody_and_then_one_begins()
    {
        var done = Given.Finished("done", "done", Result.Succeeded, Night - Duration.FromMinutes(1));
        var settings = Allow(9) with { SleepBetween = Duration.FromMinutes(2), Manual = true };
        var plan = Plan(With(done, Asked("a"), Asked("b")), settings);
        Assert.Equal("", Begun(plan));
        Assert.Equal(Some(Night + Duration.FromMinutes(1)), plan.WakeAt);
        Assert.Equal("position 1 of 2 in the queue: waits for a place among the running backups (--max-running-backups=9, with --sleep-between-backups=2m0s)", Told(plan, "a"));
        Assert.Equal("shop/a", Begun((new World(With(done, Asked("a"), Asked("b")), settings, Night + Duration.FromMinutes(1))).Plan()));
    }

    [Fact]
    public void A_restore_waits_for_no_backup_and_takes_no_place()
    {
        var state = With(Running("running"), Asked("next"));
        state = state with { Restores = Seq1(Given.Restore("back", "running", "copy", Night)) };
        Assert.Contains(Plan(state, Allow(1)).Actions.AsEnumerable(), action => action is PlannedAction.Create { Object.Kind: var kind } && kind == ObjectKind.Job);
        Assert.Equal("shop/next", Begun(Plan(state, Allow(2))));
    }

    [Fact]
    public void Each_of_a_long_queue_is_written_only_as_often_as_its_place_can_be_halved()
    {
        const int Count = 64;
        var writes = new Dictionary<string, int>();
        var world = new World(With([.. Enumerable.Range(0, Count).Select(number => Asked($"claim-{number:00}"))]), Allow(1), Night).For(Duration.FromHours(2), (_, plan) =>
            plan.Actions.Iter(action =>
            {
                if (action is PlannedAction.SetStatus set && Manifests.Text(set.Status, "phase").Contains("Pending"))
                {
                    writes[set.Of.Name] = writes.GetValueOrDefault(set.Of.Name) + 1;
                }
            }));
        Assert.Equal(Count, world.State.Backups.Count(backup => backup.IsSuccess));
        Assert.InRange(writes.Values.Max(), 2, 1 + 6 + 5);
        Assert.InRange(writes.Values.Sum(), Count, Count * 8);
    }

    [Fact]
    public void A_place_that_was_written_is_written_again_when_it_misleads_and_only_then()
    {
        var others = Enumerable.Range(0, 40).Select(number => Asked($"claim-{number:00}")).ToArray();
        string Written(int position) => Told(Plan(With([.. others.Select(backup => backup with
        {
            Phase = new BackupPhase.Pending(),
            Message = $"position {position} of 99 in the queue: waits for a place among the running backups (--max-running-backups=1)",
        })]), Allow(1)), "claim-20");
        Assert.StartsWith("position 20 of 39", Written(40), StringComparison.Ordinal);
        Assert.Equal("", Written(39));
        Assert.Equal("", Written(20));
        Assert.Equal("", Written(5));
        Assert.StartsWith("position 20 of 39", Written(4), StringComparison.Ordinal);
    }
}
