using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Schedules;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Schedules;

/// <summary>What is told about a claim: its last slots, its next, or why there are none.</summary>
public sealed class ExplainTests
{
    private static readonly Instant Tonight = Instant.FromUtc(2026, 11, 22, 2, 30);

    private static ScheduleExplanation Explain(World world, string claim = "orders") =>
        ScheduleExplanation.Of(world.State, world.Settings, new ClaimRef(Given.Ns("shop"), claim), world.Now).Match(found => found, () => throw new ArgumentException(claim, nameof(claim)));

    private static Seq<string> Past(World world) => Explain(world).Past.Map(slot => $"{SlotName.Write(slot.At)} {slot.Outcome.Word}").Strict();

    private static string Why(World world, Instant slot) => Explain(world).Past.Find(found => found.At == slot).Match(found => found.Outcome, () => throw new ArgumentException("no such slot", nameof(slot))) switch
    {
        SlotOutcome.Served served => $"{served.Backup} {served.Message}",
        SlotOutcome.Due due => due.Hindrance.IfNone(""),
        SlotOutcome.Missed missed => missed.Why,
        SlotOutcome.Unknown unknown => unknown.Why,
    };

    private static World Served(World world, params Backup[] backups) => world with { State = world.State with { Backups = backups.ToSeq().Strict() } };

    private static Backup Backup(Instant slot, Result result = Result.Succeeded) =>
        Given.Finished(SlotName.For(new ClaimRef(Given.Ns("shop"), "orders"), slot), "orders", result, slot + Duration.FromMinutes(2)) with { Slot = Some(slot) };

    private static World At(Instant now, Claim? claim = null) => Given.World(claim ?? Old) with { Now = now };

    private static Claim Old => Given.Claim("orders") with { Id = Given.Id("shop", "orders", "old", Tonight - Duration.FromDays(30)) };

    [Fact]
    public void A_claim_that_is_not_there_has_no_explanation() =>
        Assert.True(ScheduleExplanation.Of(At(Tonight).State, Given.Settings, new ClaimRef(Given.Ns("shop"), "carts"), Tonight).IsNone);

    [Fact]
    public void The_last_five_slots_and_the_next_five_are_told_in_order_of_time()
    {
        var world = At(Tonight - Duration.FromDays(6) + Duration.FromHours(1)).Until(Tonight + Duration.FromHours(1));
        Assert.Equal(
            Enumerable.Range(0, 5).Select(day => $"{SlotName.Write(Tonight - Duration.FromDays(4 - day))} Succeeded"), Past(world));
        Assert.Equal(Enumerable.Range(1, 5).Select(day => Tonight + Duration.FromDays(day)), Explain(world).Coming);
    }

    [Fact]
    public void A_slot_before_the_claim_was_created_is_not_told_of() =>
        Assert.Equal(Seq1("2026-11-22T02:30:00Z Due"), Past(At(Tonight, Given.Claim("orders") with { Id = Given.Id("shop", "orders", "new", Tonight - Duration.FromHours(1)) })));

    [Fact]
    public void A_slot_that_nobody_served_is_missed_while_its_backup_would_still_be_there_and_unknown_later()
    {
        var world = Served(At(Tonight + Duration.FromHours(1)), Backup(Tonight)) with { Settings = Given.Settings with { Ttl = Duration.FromDays(2) } };
        Assert.Equal(Seq("Unknown", "Unknown", "Unknown", "Missed", "Succeeded"), Past(world).Map(line => line.Split(' ')[1]));
        Assert.Contains("time to live: 48h0m0s", Why(world, Tonight - Duration.FromDays(2)), StringComparison.Ordinal);
        Assert.Contains("only the newest is made up for", Why(world, Tonight - Duration.FromDays(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_slot_under_a_running_backup_names_that_backup()
    {
        var slow = Backup(Tonight - Duration.FromDays(2)) with { Phase = new BackupPhase.Running(Tonight - Duration.FromDays(2)) };
        var world = Served(At(Tonight + Duration.FromHours(1)), slow with { Id = slow.Id with { Created = Tonight - Duration.FromDays(2) } });
        Assert.Contains($"PVCBackup {slow.Id.Name} was not over yet", Why(world, Tonight - Duration.FromDays(1)), StringComparison.Ordinal);
        Assert.Contains($"PVCBackup {slow.Id.Name} is not over yet", Why(world, Tonight), StringComparison.Ordinal);
        Assert.Contains("2026-11-20T02:30:00Z Running", Past(world));
    }

    [Fact]
    public void A_failed_backup_served_its_slot_and_says_why_it_failed() =>
        Assert.Contains("the disk is full", Why(Served(At(Tonight + Duration.FromHours(1)), Backup(Tonight, Result.Failed) with { Message = "the disk is full" }), Tonight), StringComparison.Ordinal);

    [Fact]
    public void A_slot_that_is_not_made_up_for_says_so()
    {
        var world = At(Tonight + Duration.FromHours(1)) with { Settings = Given.Settings with { CatchUp = false } };
        Assert.Contains("--catch-up=false", Why(world, Tonight), StringComparison.Ordinal);
    }

    [Fact]
    public void Slots_of_an_earlier_schedule_stay_in_the_list_and_those_before_the_change_are_not_invented()
    {
        var hourly = Enumerable.Range(0, 3).Select(i => Backup(Instant.FromUtc(2026, 11, 21, 20 + i, 0)) with { MadeUnder = Some("TZ=UTC 0 * * * *") }).ToArray();
        var world = Served(At(Tonight + Duration.FromHours(1)), hourly);
        Assert.Equal(
            Seq("2026-11-21T20:00:00Z Succeeded", "2026-11-21T21:00:00Z Succeeded", "2026-11-21T22:00:00Z Succeeded", "2026-11-22T02:30:00Z Missed"), Past(world));
        Assert.Contains("made under 'TZ=UTC 0 * * * *'", Why(world, Tonight), StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_backup_of_a_new_claim_is_told_as_due()
    {
        var young = Given.Claim("orders") with { Id = Given.Id("shop", "orders", "new", Tonight - Duration.FromHours(1)) };
        var world = At(Tonight - Duration.FromMinutes(30), young) with { Settings = Given.Settings with { BackupNewClaims = true } };
        Assert.Equal(Seq1("2026-11-22T01:30:00Z Due"), Past(world));
    }

    [Theory]
    [InlineData(null, null, null, "UTC of the operator (--timezone)")]
    [InlineData(null, null, "Asia/Tokyo", "Asia/Tokyo on the namespace")]
    [InlineData(null, "Asia/Tokyo", "Europe/Amsterdam", "Asia/Tokyo on the claim")]
    [InlineData("TZ=America/Lima 0 2 * * *", "Asia/Tokyo", null, "America/Lima in the expression")]
    public void The_zone_is_told_with_the_place_where_it_was_written(string? expression, string? onClaim, string? onNamespace, string expected)
    {
        var world = At(Tonight, Old with { Schedule = expression.ToOpt(), TimeZone = onClaim.ToOpt() });
        var home = Given.Namespace("shop") with { TimeZone = onNamespace.ToOpt() };
        var schedule = Explain(world with { State = world.State with { Namespaces = HashMap((home.Name, home)) } }).Schedule;
        Assert.Equal(Some(expected), schedule.Map(found => $"{found.Timetable.Zone.Id} {found.ZonePlace}"));
    }

    public static TheoryData<string, string> Obstacles => new()
    {
        { "empty", "give it a schedule: kubectl annotate --overwrite pvc -n shop orders backsnap.skyb.it/schedule=@daily" },
        { "invalid", "backsnap schedule EXPRESSION" },
        { "pending", "as soon as it is bound" },
        { "lost", "restore it with a PVCRestore" },
        { "restoring", "kubectl annotate pvc -n shop orders backsnap.skyb.it/restoring-" },
        { "deleting", "nothing is to be done" },
        { "temporary", "nothing is to be done" },
        { "unsnapshottable", "backsnap.skyb.it/schedule=''" },
        { "manual", "without --manual" },
        { "elsewhere", "--namespaces" },
        { "homeless", "right to list namespaces" },
    };

    [Theory]
    [MemberData(nameof(Obstacles))]
    public void A_claim_that_is_not_backed_up_is_told_the_way_out(string obstacle, string way)
    {
        var explained = Explain(Hindered(obstacle));
        Assert.IsNotType<Coverage.Covered>(explained.Coverage);
        Assert.Contains(way, explained.WayOut.IfNone(""), StringComparison.Ordinal);
        Assert.True(explained.Coming.IsEmpty);
        Assert.Equal(Seq1("2026-11-21T02:30:00Z"), explained.Past.Map(slot => SlotName.Write(slot.At)));
    }

    private static World Hindered(string obstacle)
    {
        var claim = Old;
        var world = Served(At(Tonight, obstacle switch
        {
            "empty" => claim with { Schedule = "" },
            "invalid" => claim with { Schedule = "61 * * * *" },
            "pending" => claim with { Phase = ClaimPhase.Pending },
            "lost" => claim with { Phase = ClaimPhase.Lost },
            "restoring" => claim with { Restoring = Some(new Uid("gone")) },
            "deleting" => claim with { Id = claim.Id with { Deleting = true } },
            "temporary" => claim with { Id = claim.Id with { Controller = Some(new Owner("PVCBackup", "b", new Uid("b"))) } },
            "unsnapshottable" => claim with { Class = "nfs", VolumeName = None },
            _ => claim,
        }), Backup(Tonight - Duration.FromDays(1)));
        return obstacle switch
        {
            "manual" => world with { Settings = Given.Settings with { Manual = true } },
            "elsewhere" => world with { Settings = Given.Settings with { Scope = new NamespaceScope(Seq1(Given.Ns("bank")), Seq<NamespaceName>()) } },
            "homeless" => world with { State = world.State with { Namespaces = default } },
            _ => world,
        };
    }
}
