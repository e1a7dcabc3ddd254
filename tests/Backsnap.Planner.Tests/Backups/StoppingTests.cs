using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Backups;

/// <summary>What stops a backup, and what of a failed one stays.</summary>
public sealed class StoppingTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    private static World Hanging(params Backup[] backups)
    {
        var world = Given.World(Given.Claim("orders") with { Schedule = "" }) with { Fates = (_, _) => Fate.Good with { Runs = Duration.FromHours(10) } };
        return world with { State = world.State with { Backups = backups.ToSeq().Strict() } };
    }

    private static World Stop(World world) => world with { State = world.State with { Backups = world.State.Backups.Map(backup => backup with { StopAsked = true }).Strict() } };

    [Fact]
    public void A_running_backup_that_is_to_stop_fails_with_that_reason_and_leaves_nothing()
    {
        var running = Hanging(Given.Backup("now", "orders", Given.Night)).For(Minute * 2);
        Assert.IsType<BackupPhase.Running>(Assert.Single(running.State.Backups).Phase);

        var stopped = Stop(running).For(Minute * 2);

        Assert.Equal("Stopped", Assert.Single(stopped.State.Backups).Reason);
        Assert.True(stopped.State.Jobs.IsEmpty && stopped.State.Snapshots.IsEmpty, "its Job and its snapshot go");
    }

    [Fact]
    public void A_waiting_backup_that_is_to_stop_never_begins()
    {
        var stopped = Stop(Hanging(Given.Backup("now", "orders", Given.Night))).For(Minute);
        Assert.Equal("Stopped", Assert.Single(stopped.State.Backups).Reason);
        Assert.True(stopped.Bodies.IsEmpty, "nothing was ever made for it");
    }

    [Fact]
    public void A_stopped_slot_is_not_tried_again_before_the_next()
    {
        var world = Given.World(Given.Claim("orders") with { Schedule = "30 2 * * *" }) with { Fates = (_, _) => Fate.Good with { Runs = Duration.FromHours(10) } };
        var running = world.For(Minute * 32);
        Assert.IsType<BackupPhase.Running>(Assert.Single(running.State.Backups).Phase);

        var stopped = Stop(running).For(Duration.FromHours(23));

        Assert.Equal("Stopped", Assert.Single(stopped.State.Backups).Reason);
    }

    [Fact]
    public void A_claim_that_is_gone_ends_its_backup_before_the_snapshots_deadline()
    {
        var waiting = (Hanging(Given.Backup("now", "orders", Given.Night)) with { Fates = (_, _) => Fate.Of(new SnapshotFate.Ignored()) }).For(Minute);
        var gone = (waiting with { State = waiting.State with { Claims = Seq<Claim>() } }).For(Duration.FromSeconds(1));
        Assert.Equal("ClaimNotFound", Assert.Single(gone.State.Backups).Reason);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Of_failed_backups_only_the_newest_few_keep_their_pods_and_with_them_a_volume(int kept)
    {
        var names = Range(1, 5).Map(number => $"claim-{number}").ToSeq().Strict();
        var world = Given.World([.. names.Map(name => Given.Claim(name) with { Schedule = "" })]);
        var failing = world with
        {
            Fates = (_, _) => Fate.Of(new MoverFate.Fails(12, "WrongPassword", "the password does not open the repository")),
            Settings = Given.Settings with { FailedPods = kept },
            State = world.State with { Backups = names.Map(name => Given.Backup($"of-{name}", name, Given.Night)).Strict() },
        };

        var after = failing.For(Duration.FromHours(1));

        Assert.All(after.State.Backups, backup => Assert.Equal("WrongPassword", backup.Reason));
        var newest = after.State.Backups.OrderByDescending(backup => backup.FinishedAt.IfNone(Instant.MinValue)).Take(kept).Select(backup => backup.Id.Uid).ToHashSet();
        Assert.Equal(kept, after.State.Jobs.Count);
        Assert.All(after.State.Jobs, job => Assert.True(job.Id.Controller.Exists(owner => newest.Contains(owner.Uid)), $"{job.Id.Name} is not of the newest"));
    }
}
