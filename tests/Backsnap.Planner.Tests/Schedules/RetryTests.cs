using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Planner.Schedules;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Schedules;

/// <summary>Whether, when and how often a slot whose backup failed is tried again.</summary>
public sealed class RetryTests
{
    private static readonly Instant Tonight = Instant.FromUtc(2026, 11, 22, 2, 30);
    private static readonly Claim Orders = Given.Claim("orders") with { Id = Given.Id("shop", "orders", "old", Tonight - Duration.FromDays(30)) };

    private static Backup Attempt(int attempt, int minutes = 1, string reason = "StoreUnreachable", Instant? slot = null) =>
        Given.Finished(SlotName.For(Orders.Ref, slot ?? Tonight, attempt), "orders", Result.Failed, Tonight + Duration.FromMinutes(minutes)) with
        {
            Slot = Some(slot ?? Tonight),
            Attempt = attempt,
            Reason = reason,
        };

    private static string Decide(int minutes, Seq<Backup> history, string expression = "30 2 * * *", int retries = 3, Claim? claim = null)
    {
        var scheduled = (claim ?? Orders) with { Schedule = expression };
        var settings = Given.Settings with { Retries = retries };
        return new Resolution(settings).For(scheduled, Given.Namespace("shop")).Match(
            Right: inForce => SlotDecision.Of(scheduled, inForce, history, settings, Tonight + Duration.FromMinutes(minutes)) switch
            {
                SlotDecision.Nothing => "nothing",
                SlotDecision.PassOver => "pass over",
                SlotDecision.Serve serve => $"serve {SlotName.Write(serve.Slot)}",
                SlotDecision.TryAgain again => $"attempt {again.Attempt} after {(again.At - Tonight).TotalMinutes:0} minutes",
                SlotDecision.LeaveIt => "leave it to the next slot",
                SlotDecision.GiveUp over => over.Reason,
            },
            Left: _ => throw new ArgumentException(expression, nameof(expression)));
    }

    [Theory]
    [InlineData(1, "attempt 2 after 6 minutes")]
    [InlineData(2, "attempt 3 after 11 minutes")]
    [InlineData(3, "attempt 4 after 21 minutes")]
    [InlineData(4, "RetriesExhausted")]
    public void Each_pause_is_twice_the_one_before_until_the_attempts_are_used_up(int failed, string expected) => Assert.Equal(expected, Decide(2, Seq1(Attempt(failed))));

    [Fact]
    public void Attempts_are_counted_also_where_the_earlier_ones_were_deleted() => Assert.Equal("attempt 4 after 21 minutes", Decide(2, Seq1(Attempt(3))));

    [Fact]
    public void The_newest_attempt_decides_whatever_the_order_in_which_they_are_seen()
    {
        Assert.Equal("attempt 4 after 29 minutes", Decide(10, Seq(Attempt(1), Attempt(2, 5), Attempt(3, 9))));
        Assert.Equal("attempt 4 after 29 minutes", Decide(10, Seq(Attempt(3, 9), Attempt(1), Attempt(2, 5))));
    }

    [Fact]
    public void What_only_somebody_can_mend_is_not_tried_again() => Assert.Equal("NotRetried", Decide(2, Seq1(Attempt(1, reason: "WrongPassword"))));

    [Fact]
    public void A_reason_from_elsewhere_is_worth_another_try() => Assert.Equal("attempt 2 after 6 minutes", Decide(2, Seq1(Attempt(1, reason: "SomethingOfTomorrow"))));

    [Theory]
    [InlineData("*/10 * * * *", 3, "attempt 2 after 8 minutes")]
    [InlineData("*/10 * * * *", 5, "leave it to the next slot")]
    [InlineData("*/5 * * * *", 1, "leave it to the next slot")]
    public void No_attempt_is_made_once_the_next_slot_has_come(string expression, int minutes, string expected) =>
        Assert.Equal(expected, Decide(minutes, Seq1(Attempt(1, minutes)), expression));

    [Fact]
    public void The_next_slot_starts_anew()
    {
        Assert.Equal("serve 2026-11-22T02:40:00Z", Decide(10, Seq1(Attempt(1, 3)), "*/10 * * * *"));
        Assert.Equal("serve 2026-11-22T02:40:00Z", Decide(10, Seq1(Attempt(4, 9, "WrongPassword")), "*/10 * * * *"));
    }

    [Fact]
    public void Without_retries_a_failed_slot_is_left() => Assert.Equal("leave it to the next slot", Decide(2, Seq1(Attempt(1)), retries: 0));

    [Fact]
    public void A_backup_by_hand_that_succeeded_meanwhile_makes_another_attempt_needless()
    {
        Backup ByHand(int minutes) => Given.Finished("by-hand", "orders", Result.Succeeded, Tonight + Duration.FromMinutes(minutes));
        Assert.Equal("nothing", Decide(10, Seq(Attempt(1), ByHand(4))));
        Assert.Equal("attempt 2 after 6 minutes", Decide(10, Seq(Attempt(1), ByHand(-4))));
    }

    [Fact]
    public void A_slot_of_an_earlier_claim_of_the_same_name_is_not_tried_again()
    {
        var young = Orders with { Id = Given.Id("shop", "orders", "new", Tonight + Duration.FromMinutes(2)) };
        Assert.Equal("nothing", Decide(10, Seq1(Attempt(1)), claim: young));
    }

    [Fact]
    public void An_older_slot_is_not_tried_again_after_a_newer_one_was_served() =>
        Assert.Equal("nothing", Decide(10, Seq(
            Attempt(1, -1430, slot: Tonight - Duration.FromDays(1)),
            Given.Finished("tonight", "orders", Result.Succeeded, Tonight + Duration.FromMinutes(1)) with { Slot = Some(Tonight) })));

    [Fact]
    public void A_first_backup_at_the_claims_creation_is_tried_again_too()
    {
        var young = Orders with { Id = Given.Id("shop", "orders", "new", Tonight + Duration.FromMinutes(1)) };
        Assert.Equal("attempt 2 after 10 minutes", Decide(6, Seq1(Attempt(1, 5, slot: young.Id.Created)), claim: young));
    }

    [Fact]
    public void An_attempt_never_overlaps_a_backup_by_hand()
    {
        var world = Given.World(Orders) with { Now = Tonight + Duration.FromMinutes(10) };
        var running = Given.Backup("by-hand", "orders", Tonight + Duration.FromMinutes(9)) with { Phase = new BackupPhase.Running(Tonight + Duration.FromMinutes(9)) };
        var plan = (world with { State = world.State with { Backups = Seq(Attempt(1), running) } }).Plan();
        Assert.DoesNotContain(plan.Actions.AsEnumerable(), action => action.Target.Kind == Domain.Objects.ObjectKind.PvcBackup && action.Verb == "create");
        Assert.Contains(plan.Waits.AsEnumerable(), wait => wait.For.Contains("by-hand is not over yet", StringComparison.Ordinal));
    }

    [Fact]
    public void Names_of_attempts_fit_whatever_the_claims_name()
    {
        var claim = new ClaimRef(Given.Ns("shop"), new string('a', 60));
        var names = Enumerable.Range(1, 12).Select(attempt => SlotName.For(claim, Tonight, attempt)).ToList();
        Assert.All(names, name => Assert.True(DnsName.IsLabel(name), name));
        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.Equal(SlotName.For(claim, Tonight), names[0]);
    }
}
