using Backsnap.Domain.Backups;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Backups;

/// <summary>Which records of backups go, and when.</summary>
public sealed class ExpiringTests
{
    private static readonly Settings Settings = Given.Settings with { Ttl = Duration.FromHours(10), FailedTtl = Duration.FromHours(4), FailedHistory = 2, Manual = true };

    private static Backup Ended(string name, Result result, int hoursAgo) => Given.Finished(name, "orders", result, Given.Night - Duration.FromHours(hoursAgo));

    private static Backup Attempt(int attempt, int hoursAgo) => Ended($"slot-{attempt}", Result.Failed, hoursAgo) with { Slot = Some(Given.Night - Duration.FromHours(hoursAgo + 1)), Attempt = attempt };

    private static string Left(World world, params Backup[] backups) => Left(world, HashMap<string, Domain.Restores.Restore>(), backups);

    private static string Left(World world, HashMap<string, Domain.Restores.Restore> restores, params Backup[] backups)
    {
        var settled = (world with { Settings = Settings, State = world.State with { Backups = backups.ToSeq().Strict(), Restores = restores.Values.ToSeq().Strict() } }).Settle();
        return string.Join(" ", settled.State.Backups.Map(backup => backup.Id.Name).Order(StringComparer.Ordinal));
    }

    private static World Here => Given.World(Given.Claim("orders"));

    private static World Gone => Given.World();

    [Fact]
    public void Failed_ones_go_earlier_unless_their_spec_says_otherwise()
    {
        Assert.Equal("good old", Left(Here, Ended("good", Result.Succeeded, 1), Ended("old", Result.Succeeded, 9), Ended("bad", Result.Failed, 5)));
        var asked = Ended("bad", Result.Failed, 5) with { Ttl = Some(LanguageExt.Prelude.Right<string, Duration>(Duration.FromHours(6))) };
        Assert.Equal("bad", Left(Here, asked));
    }

    [Fact]
    public void Of_many_failed_ones_the_newest_stay() => Assert.Equal("d e", Left(
        Here, Ended("a", Result.Failed, 3), Ended("b", Result.Failed, 3), Ended("c", Result.Failed, 2), Ended("d", Result.Failed, 1), Ended("e", Result.Failed, 0)));

    // It says which slot was served, and how often it was tried; without it the slot would be served again.
    [Fact]
    public void The_newest_attempt_stays_whatever_its_age_and_counts_among_the_failed_ones() => Assert.Equal("by-hand-2 slot-3", Left(
        Here, Attempt(1, 32), Attempt(2, 31), Attempt(3, 30), Ended("by-hand-1", Result.Failed, 2), Ended("by-hand-2", Result.Failed, 1)));

    [Fact]
    public void The_newest_success_stays_whatever_its_age_while_the_claim_is_there_and_a_failure_is_no_newer_one() =>
        Assert.Equal("bad newest", Left(Here, Ended("older", Result.Succeeded, 300), Ended("newest", Result.SucceededWithWarnings, 200), Ended("bad", Result.Failed, 1)));

    [Fact]
    public void Of_a_claim_that_is_gone_everything_goes_in_its_time()
    {
        Assert.Equal("young", Left(Gone, Ended("young", Result.Succeeded, 9), Ended("old", Result.Succeeded, 10), Attempt(1, 5)));
        Assert.Equal("", Left(Gone, Ended("newest", Result.Succeeded, 11)));
    }

    [Fact]
    public void A_claim_that_is_being_brought_back_keeps_its_newest_success() => Assert.Equal("newest", Left(
        Gone, HashMap(("back", Given.Restore("back", "orders", "orders", Given.Night))), Ended("older", Result.Succeeded, 12), Ended("newest", Result.Succeeded, 11)));
}
