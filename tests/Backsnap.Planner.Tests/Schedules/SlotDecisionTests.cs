using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Schedules;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Schedules;

/// <summary>Which missed slots are made up for, what a changed schedule does, and when a new claim gets its first backup.</summary>
public sealed class SlotDecisionTests
{
    private static readonly Instant Tonight = Instant.FromUtc(2026, 11, 22, 2, 30);
    private static readonly Settings NoCatchUp = Given.Settings with { CatchUp = false };
    private static readonly Settings NewClaims = Given.Settings with { BackupNewClaims = true };

    private static InForce InForce(Claim claim, string expression, Settings? settings = null) =>
        new Resolution(settings ?? Given.Settings)
            .For(claim with { Schedule = expression }, Given.Namespace("shop")).Match(Right: found => found, Left: _ => throw new ArgumentException(expression, nameof(expression)));

    private static string Decide(Instant now, string expression, Settings settings, Seq<Backup> history, Claim? claim = null) =>
        SlotDecision.Of(claim ?? Old, InForce(claim ?? Old, expression), history, settings, now) switch
        {
            SlotDecision.Nothing => "nothing",
            SlotDecision.PassOver over => $"pass over {SlotName.Write(over.Slot)}",
            SlotDecision.Serve serve => $"serve {SlotName.Write(serve.Slot)}",
            SlotDecision.TryAgain again => $"attempt {again.Attempt} at {SlotName.Write(again.At)}",
            SlotDecision.LeaveIt => "leave it to the next slot",
            SlotDecision.GiveUp over => over.Reason,
        };

    private static Backup Served(Instant slot, string? under = null) =>
        Given.Finished("earlier", "orders", Result.Succeeded, slot + Duration.FromMinutes(1)) with { Slot = Some(slot), MadeUnder = under.ToOpt() };

    private static Claim Old => Given.Claim("orders") with { Id = Given.Id("shop", "orders", "old", Tonight - Duration.FromDays(30)) };

    private static Claim Young(Duration age) => Given.Claim("orders") with { Id = Given.Id("shop", "orders", "new", Tonight - age) };

    [Theory]
    [InlineData("30 2 * * *", 300, "serve 2026-11-22T02:30:00Z")]
    [InlineData("30 2 * * *", 301, "pass over 2026-11-22T02:30:00Z")]
    [InlineData("*/2 * * * *", 60, "serve 2026-11-22T02:30:00Z")]
    [InlineData("*/2 * * * *", 61, "pass over 2026-11-22T02:30:00Z")]
    public void Without_catching_up_a_slot_is_lost_five_minutes_or_half_its_interval_after_it(string expression, int seconds, string expected) =>
        Assert.Equal(expected, Decide(Tonight + Duration.FromSeconds(seconds), expression, NoCatchUp, Seq<Backup>()));

    [Fact]
    public void After_a_lost_slot_the_verdict_names_the_next_one()
    {
        var world = Given.World(Old) with { Settings = NoCatchUp, Now = Tonight + Duration.FromHours(3) };
        var plan = world.Plan();
        Assert.True(plan.Actions.IsEmpty);
        Assert.Equal(Tonight + Duration.FromDays(1), plan.Verdicts.Head.Coverage is Domain.Cluster.Coverage.Covered covered ? covered.Next : default);
        Assert.Equal(Some(Tonight + Duration.FromDays(1)), plan.WakeAt);
    }

    [Fact]
    public void With_catching_up_the_newest_missed_slot_is_served_hours_later() =>
        Assert.Equal("serve 2026-11-22T02:30:00Z", Decide(Tonight + Duration.FromHours(9), "30 2 * * *", Given.Settings, Seq1(Served(Tonight - Duration.FromDays(4)))));

    [Theory]
    [InlineData("TZ=UTC 30 2 * * *", "serve")]
    [InlineData("TZ=UTC 0 5 * * *", "pass over")]
    [InlineData("TZ=Europe/Amsterdam 30 2 * * *", "pass over")]
    [InlineData("TZ=UTC 30 2 * * * +5m0s", "pass over")]
    [InlineData(null, "serve")]
    public void A_slot_that_had_passed_when_the_schedule_changed_is_not_made_up(string? under, string expected) =>
        Assert.Equal($"{expected} 2026-11-22T02:30:00Z", Decide(Tonight + Duration.FromMinutes(6), "30 2 * * *", Given.Settings, Seq1(Served(Tonight - Duration.FromDays(1), under))));

    [Fact]
    public void A_changed_schedule_is_served_at_its_next_slot() =>
        Assert.Equal("serve 2026-11-22T02:30:00Z", Decide(Tonight, "30 2 * * *", Given.Settings, Seq1(Served(Tonight - Duration.FromHours(3), "TZ=UTC 0 * * * *"))));

    [Theory]
    [InlineData("@daily", "0 0 * * *")]
    [InlineData("0 0 * * MON", "00 0 * * 1")]
    public void Another_spelling_is_no_other_schedule(string one, string other) =>
        Assert.Equal(InForce(Old, one).Canonical, InForce(Old, other).Canonical);

    [Fact]
    public void A_scheduled_backup_says_under_which_schedule_it_was_made()
    {
        var world = (Given.World(Old) with { Now = Tonight }).Settle();
        Assert.Equal(Some("TZ=UTC 30 2 * * *"), Manifests.Text(world.Bodies[world.State.Backups.Head.Id.Uid], "metadata", "annotations", "backsnap.skyb.it/schedule-in-force"));
    }

    [Fact]
    public void A_new_claim_waits_for_its_first_slot_unless_told_otherwise()
    {
        Assert.Equal("nothing", Decide(Tonight - Duration.FromHours(1), "30 2 * * *", Given.Settings, Seq<Backup>(), Young(Duration.FromHours(2))));
        Assert.Equal("serve 2026-11-22T00:30:00Z", Decide(Tonight - Duration.FromHours(1), "30 2 * * *", NewClaims, Seq<Backup>(), Young(Duration.FromHours(2))));
    }

    [Fact]
    public void The_first_backup_of_a_new_claim_is_made_once()
    {
        var world = Given.World(Young(Duration.FromHours(20)) with { Phase = ClaimPhase.Pending }) with { Settings = NewClaims, Now = Tonight - Duration.FromHours(20) };
        var bound = world with { State = world.State with { Claims = world.State.Claims.Map(claim => claim with { Phase = ClaimPhase.Bound }).Strict() } };
        Assert.True(world.Settle().State.Backups.IsEmpty);
        Assert.Equal("orders-20261121-063000", Assert.Single(bound.For(Duration.FromHours(10)).State.Backups.AsEnumerable()).Id.Name);
    }

    [Fact]
    public void An_old_claim_that_was_never_backed_up_gets_one_backup_not_two()
    {
        var world = Given.World(Old) with { Settings = NewClaims, Now = Tonight + Duration.FromHours(3) };
        Assert.Equal(Tonight, Assert.Single(world.For(Duration.FromHours(10)).State.Backups.AsEnumerable()).Slot.IfNone(default(Instant)));
    }

    // One per cent of a month is seven hours.
    [Fact]
    public void A_first_backup_at_creation_does_not_stand_in_for_the_first_monthly_slot() =>
        Assert.Equal("serve 2026-11-22T02:30:00Z", Decide(Tonight, "30 2 22 * *", NewClaims, Seq1(Served(Tonight - Duration.FromHours(2))), Young(Duration.FromHours(2))));

    [Fact]
    public void A_claim_made_again_under_its_name_is_a_new_claim() =>
        Assert.Equal("serve 2026-11-22T00:30:00Z", Decide(Tonight - Duration.FromHours(1), "30 2 * * *", NewClaims, Seq1(Served(Tonight - Duration.FromDays(1))), Young(Duration.FromHours(2))));
}
