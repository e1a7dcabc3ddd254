using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Planner.Schedules;
using Backsnap.Planner.Tests.Worlds;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Schedules;

public sealed class SlotTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 2, 40);
    private static readonly Instant Tonight = Instant.FromUtc(2026, 11, 22, 2, 30);

    private static LanguageExt.Option<Instant> Due(Claim claim, string expression, params Backup[] history)
    {
        var scheduled = claim with { Schedule = expression };
        return new Resolution(Given.Settings).For(scheduled, Given.Namespace("shop"))
            .Match(Right: inForce => SlotDecision.Of(scheduled, inForce, history.ToSeq().Strict(), Given.Settings, Now) is SlotDecision.Serve serve ? Some(serve.Slot) : None, Left: _ => throw new ArgumentException(expression, nameof(expression)));
    }

    private static Backup Served(Instant slot) => Given.Finished("earlier", "orders", Result.Succeeded, slot + Duration.FromMinutes(1)) with { Slot = Some(slot) };

    [Fact]
    public void The_newest_slot_after_the_last_one_served_is_due() => Assert.Equal(Some(Tonight), Due(Given.Claim("orders"), "30 2 * * *", Served(Tonight - Duration.FromDays(3))));

    [Fact]
    public void A_slot_that_was_served_is_not_due_however_it_ended() =>
        Assert.Equal(None, Due(Given.Claim("orders"), "30 2 * * *", Served(Tonight) with { Phase = new BackupPhase.Finished(Result.Failed, None, Tonight) }));

    [Theory]
    [InlineData(-14, false)]
    [InlineData(-15, true)]
    public void A_slot_served_within_a_hundredth_of_its_interval_before_it_is_the_same_slot(int minutes, bool due) =>
        Assert.Equal(due, Due(Given.Claim("orders"), "30 2 * * *", Served(Tonight + Duration.FromMinutes(minutes))).IsSome);

    [Fact]
    public void A_slot_before_the_claim_was_made_is_never_due() =>
        Assert.Equal(None, Due(Given.Claim("orders") with { Id = Given.Id("shop", "orders", "new", Tonight) }, "30 2 * * *"));

    // One per cent of a month is seven hours: elsewhere that tolerance swallowed the first monthly backup of a claim made that day.
    [Fact]
    public void The_tolerance_does_not_swallow_the_first_monthly_slot_of_a_new_claim() =>
        Assert.Equal(Some(Tonight), Due(Given.Claim("orders") with { Id = Given.Id("shop", "orders", "new", Tonight - Duration.FromSeconds(1)) }, "30 2 22 * *"));

    [Fact]
    public void A_backup_by_hand_serves_no_slot() =>
        Assert.Equal(Some(Tonight), Due(Given.Claim("orders"), "30 2 * * *", Given.Finished("by-hand", "orders", Result.Succeeded, Tonight + Duration.FromMinutes(1))));

    [Fact]
    public void A_claim_whose_backup_still_runs_gets_no_second_one()
    {
        var running = Served(Tonight - Duration.FromDays(1)) with { Phase = new BackupPhase.Running(Tonight - Duration.FromDays(1)) };
        var world = Given.World(Given.Claim("orders")) with { Now = Now };
        Assert.DoesNotContain((world with { State = world.State with { Backups = Seq1(running) } }).Plan().Actions.AsEnumerable(), action => action.Target.Kind == Domain.Objects.ObjectKind.PvcBackup && action.Verb == "create");
    }

    // A plan that creates it again and again, each time refused, would never end.
    [Fact]
    public void A_slot_whose_name_another_claims_backup_took_is_left_and_says_why()
    {
        var squatter = Given.Finished(SlotName.For(new ClaimRef(Given.Ns("shop"), "orders"), Tonight), "carts", Result.Succeeded, Tonight);
        var world = Given.World(Given.Claim("orders")) with { Now = Now };
        var plan = (world with { State = world.State with { Backups = Seq1(squatter) } }).Settle().Plan();
        Assert.Contains(plan.Waits.AsEnumerable(), wait => wait.For.Contains(squatter.Id.Name, StringComparison.Ordinal));
    }

    [Fact]
    public void Claims_that_differ_in_a_dot_are_both_backed_up()
    {
        var world = (Given.World(Given.Claim("orders.v2"), Given.Claim("orders-v2")) with { Now = Now }).Settle();
        Assert.Equal(2, world.State.Backups.Count);
    }
}
