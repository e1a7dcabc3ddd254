using Backsnap.Domain.Backups;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Maintenances;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Maintenances;

/// <summary>Prune and check: when they are due, what they wait for, and what stays of them.</summary>
public sealed class MaintenanceTests
{
    private static readonly Duration Day = Duration.FromDays(1);

    private static readonly MaintenanceSettings Daily = new("0 4 * * *", "0 5 * * *", Duration.FromDays(4), 1);

    private static Settings Settings { get; } = Given.Settings with { Maintenance = Daily };

    // Claims with a success half an hour old, in a cluster that knows the kind.
    private static World Aged(params string[] claims)
    {
        var world = Given.World([.. claims.Select(name => Given.Claim(name))]);
        return world with
        {
            Settings = Settings,
            State = world.State with
            {
                Maintenances = Seq<Maintenance>(),
                Backups = claims.Select(name => Given.Finished($"{name}-first", name, Result.Succeeded, Given.Night - Duration.FromMinutes(30))).ToSeq().Strict(),
            },
        };
    }

    private static Seq<Maintenance> Done(World world) => world.State.Maintenances.IfNone(Seq<Maintenance>());

    private static Maintenance ByHand(string name, string claim, Either<string, MaintenanceKind> kind, Option<Either<string, ReadPart>> part = default) => new(
        Given.Id("shop", name, $"maintenance-{name}", Given.Night), 1, Given.Claim(claim).Ref, kind, part, None, Placement.Anywhere, None, new MaintenancePhase.New(), "", "", Seq<Condition>());

    private static World Asked(World world, params Maintenance[] asked) => world with { State = world.State with { Maintenances = Done(world).Append(asked).ToSeq().Strict() } };

    [Fact]
    public void Each_slot_is_served_once_and_leaves_nothing_but_its_record()
    {
        var world = Aged("orders").For(Day);
        Assert.Equal(["orders-check-20261122-050000", "orders-prune-20261122-040000"], Done(world).Map(item => item.Id.Name).Order());
        Assert.All(Done(world), item => Assert.True(item.IsSuccess, item.Message));
        Assert.True(world.State.Jobs.IsEmpty && world.State.Secrets.IsEmpty);
    }

    [Fact]
    public void A_claim_without_a_success_has_no_repository_to_maintain()
    {
        var world = Aged("orders");
        var never = world with { State = world.State with { Backups = Seq<Backup>() }, Settings = Settings with { DefaultSchedule = "" } };
        Assert.True(Done(never.For(Day * 3)).IsEmpty);
    }

    [Fact]
    public void A_slot_before_the_first_success_is_not_made_up_for() =>
        Assert.True(Done((Aged("orders") with { Settings = Settings with { Maintenance = Daily with { PruneSchedule = "0 1 22 * *", CheckSchedule = "" } } }).For(Day)).IsEmpty);

    [Theory]
    [InlineData("", 0)]
    [InlineData("@hourly", 24)]
    public void The_claims_annotation_goes_before_the_operators_word(string schedule, int prunes)
    {
        var world = Aged("orders");
        var annotated = world with { State = world.State with { Claims = world.State.Claims.Map(claim => claim with { Marks = HashMap((Marks.PruneSchedule, schedule)) }).Strict() } };
        Assert.Equal(prunes, Done(annotated.For(Duration.FromHours(23))).Count(item => item.Kind == MaintenanceKind.Prune));
    }

    [Fact]
    public void A_schedule_that_cannot_be_read_is_told_on_the_claim_and_stops_nothing_else()
    {
        var world = Aged("orders");
        var annotated = world with { State = world.State with { Claims = world.State.Claims.Map(claim => claim with { Marks = HashMap((Marks.PruneSchedule, "now and then")) }).Strict() } };
        var after = annotated.For(Day);
        Assert.Equal("InvalidPruneSchedule", Assert.Single(after.Plan().Notices).Reason);
        Assert.Equal("orders-check-20261122-050000", Assert.Single(Done(after)).Id.Name);
    }

    [Fact]
    public void Checks_read_part_after_part_until_everything_was_read_once()
    {
        var world = (Aged("orders") with { Settings = Settings with { Maintenance = Daily with { PruneSchedule = "" }, Ttl = Day * 30 } }).For(Day * 5);
        Assert.Equal(
            ["1/4", "2/4", "3/4", "4/4", "1/4"],
            Done(world).OrderBy(item => item.Slot.IfNone(Instant.MinValue)).Select(item => item.ReadData.Bind(part => part.ToOption()).Map(part => part.ToString()).IfNone("none")));
    }

    [Fact]
    public void A_part_that_could_not_be_read_is_read_again()
    {
        var world = Aged("orders") with { Settings = Settings with { Maintenance = Daily with { PruneSchedule = "" }, Ttl = Day * 30 } };
        var after = (world with
        {
            Fates = (owner, operation) => operation == "maintain" && owner.Name.EndsWith("23-050000", StringComparison.Ordinal)
                ? Fate.Of(new MoverFate.Fails(1, "Damaged", "pack 0123 is damaged")) : Fate.Good,
        }).For(Day * 3);
        Assert.Equal(
            ["1/4", "2/4", "2/4"],
            Done(after).OrderBy(item => item.Slot.IfNone(Instant.MinValue)).Select(item => item.ReadData.Bind(part => part.ToOption()).Map(part => part.ToString()).IfNone("none")));
    }

    [Fact]
    public void Damage_is_told_on_the_claim_until_a_later_check_finds_none()
    {
        var damaged = (Aged("orders") with { Fates = (_, operation) => operation == "maintain" ? Fate.Of(new MoverFate.Fails(1, "Damaged", "pack 0123 is damaged")) : Fate.Good }).For(Day);
        Assert.Equal(["CheckFailed", "PruneFailed"], damaged.Plan().Notices.Map(notice => notice.Reason).Order());
        Assert.Equal(2, damaged.State.Jobs.Count);
        Assert.True((damaged with { Fates = (_, _) => Fate.Good }).For(Day).Plan().Notices.IsEmpty);
    }

    [Fact]
    public void Maintenance_waits_for_the_backup_of_its_repository_and_for_no_other()
    {
        var world = Aged("orders", "carts") with { Settings = Settings with { Maintenance = Daily with { MaxRunning = 5 } } };
        var running = world with
        {
            State = world.State with { Backups = world.State.Backups.Add(Given.Backup("long", "orders", Given.Night) with { Phase = new BackupPhase.Running(Given.Night) }) },
        };
        var plan = (Asked(running, ByHand("a", "orders", MaintenanceKind.Prune), ByHand("b", "carts", MaintenanceKind.Prune)) with { Now = Given.Night }).Plan();
        Assert.Contains(plan.Actions, action => action is PlannedAction.Create { Object: var made } && made.Kind == ObjectKind.Job && made.For.Exists(owner => owner.Id.Name == "b"));
        Assert.DoesNotContain(plan.Actions, action => action is PlannedAction.Create { Object: var made } && made.Kind == ObjectKind.Job && made.For.Exists(owner => owner.Id.Name == "a"));
        Assert.Contains(plan.Waits, wait => wait.Object.Name == "a" && wait.For == "waits until PVCBackup long is over");
    }

    [Fact]
    public void Maintenance_waits_for_a_restore_from_its_repository()
    {
        var world = Aged("orders");
        var restoring = world with
        {
            State = world.State with { Restores = Seq1(Given.Restore("back", "orders", "orders-2", Given.Night) with { Phase = new RestorePhase.Running(Given.Night) }) },
        };
        Assert.Contains(Asked(restoring, ByHand("a", "orders", MaintenanceKind.Check)).Plan().Waits, wait => wait.For == "waits until PVCRestore shop/back is over");
    }

    [Fact]
    public void A_backup_waits_while_its_repository_is_maintained_and_says_so()
    {
        var world = Asked(Aged("orders"), ByHand("a", "orders", MaintenanceKind.Prune)).Settle();
        Assert.Contains(Done(world), item => item.Phase is MaintenancePhase.Running);
        var asked = world with { State = world.State with { Backups = world.State.Backups.Add(Given.Backup("now", "orders", Given.Night)) } };
        Assert.Contains(asked.Plan().Waits, wait => wait.Object.Name == "now" && wait.For.Contains("PVCMaintenance a", StringComparison.Ordinal));
        var after = asked.For(Duration.FromMinutes(10));
        Assert.True(after.State.Backups.Find(backup => backup.Id.Name == "now").Exists(backup => backup.IsSuccess), after.Print());
    }

    [Fact]
    public void No_more_run_at_once_than_allowed_and_one_for_each_repository()
    {
        var world = Asked(
            Aged("a", "b", "c") with { Settings = Settings with { Maintenance = Daily with { MaxRunning = 2 } } },
            ByHand("a1", "a", MaintenanceKind.Prune), ByHand("a2", "a", MaintenanceKind.Check), ByHand("b1", "b", MaintenanceKind.Prune), ByHand("c1", "c", MaintenanceKind.Prune));
        var most = 0;
        var after = world.For(Duration.FromHours(1), (seen, _) =>
        {
            var running = Done(seen).Filter(item => item.Phase is MaintenancePhase.Running).Strict();
            most = Math.Max(most, running.Count);
            Assert.Equal(running.Count, running.Map(item => item.Claim).Distinct().Count);
        });
        Assert.Equal(2, most);
        Assert.Equal(4, Done(after).Count(item => item.IsSuccess));
    }

    [Fact]
    public void A_wish_that_cannot_be_read_fails_with_the_way_out()
    {
        var world = Asked(Aged("orders"), ByHand("a", Given.Claim("orders").Id.Name, "'Polish' is no maintenance: write Prune or Check"), ByHand("b", "orders", MaintenanceKind.Check, Some(ReadPart.Parse("7/3")))).Settle();
        Assert.Equal("spec.operation: 'Polish' is no maintenance: write Prune or Check", Done(world)[0].Message);
        Assert.Equal("spec.readData: '7/3' is not a part of the data: write PART/PARTS with at most 256 parts, as in 3/10, or 1/1 for everything", Done(world)[1].Message);
    }

    [Fact]
    public void In_manual_mode_only_maintenance_by_hand_is_carried_out()
    {
        var world = Asked(Aged("orders") with { Settings = Settings with { Manual = true } }, ByHand("a", "orders", MaintenanceKind.Check)).For(Day * 2);
        Assert.True(Assert.Single(Done(world)).IsSuccess);
    }

    [Fact]
    public void Where_the_cluster_does_not_know_the_kind_nothing_is_planned()
    {
        var world = Aged("orders");
        Assert.True((world with { State = world.State with { Maintenances = None } }).For(Day * 2).State.Maintenances.IsNone);
    }

    [Fact]
    public void Records_expire_but_for_the_newest_of_each_kind_until_the_claim_is_gone()
    {
        var world = (Aged("orders") with { Settings = Settings with { Ttl = Day * 2 } }).For(Day * 10);
        Assert.True(Done(world).Count <= 6, world.Print());
        var opted = world with { State = world.State with { Claims = world.State.Claims.Map(claim => claim with { Marks = HashMap((Marks.PruneSchedule, ""), (Marks.CheckSchedule, "")) }).Strict() } };
        Assert.Equal(2, Done(opted.For(Day * 5)).Count);
        Assert.True(Done((opted with { State = opted.State with { Claims = Seq<Domain.Claims.Claim>() } }).For(Day * 5)).IsEmpty);
    }

    [Fact]
    public void A_mover_that_never_starts_frees_its_place_after_the_deadline()
    {
        var world = (Asked(Aged("orders"), ByHand("a", "orders", MaintenanceKind.Check)) with { Fates = (_, operation) => operation == "maintain" ? Fate.Of(new MoverFate.NeverStarts("0/3 nodes are available")) : Fate.Good }).For(Duration.FromMinutes(15));
        var ended = Assert.Single(Done(world));
        Assert.Equal("PodDidNotStart", ended.Reason);
        Assert.Contains("0/3 nodes are available", ended.Message, StringComparison.Ordinal);
        Assert.True(world.State.Jobs.IsEmpty && world.State.Secrets.IsEmpty);
    }

    [Fact]
    public void The_story_of_a_prune_and_a_check() => Stories.Golden.Compare("maintenance", Stories.Story.Tell(
        "A prune and a check of one repository, the check finds damage",
        (Aged("orders") with
        {
            Fates = (owner, operation) => operation == "maintain" && owner.Name.Contains("check", StringComparison.Ordinal) ? Fate.Of(new MoverFate.Fails(1, "Damaged", "pack 0123 is damaged")) : Fate.Good,
        }).For(Duration.FromHours(4))));
}
