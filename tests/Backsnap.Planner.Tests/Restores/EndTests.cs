using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Tests.Worlds;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Restores;

/// <summary>How restores end that cannot go on, and how long the finished ones stay.</summary>
public sealed class EndTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    private static World With(Restore restore) => Given.World() with { State = Given.With() with { Restores = Seq1(restore) } };

    private static Restore Asked => Given.Restore("back", "orders", "orders-2", Given.Night);

    private static World Refusing(World world, string why) => world with
    {
        State = world.State with
        {
            Troubles = HashMap((Trouble.KeyOf(ObjectKind.PvcRestore, Given.Ns("shop"), "back"), new Trouble(world.Now + Minute, why))),
        },
    };

    [Fact]
    public void A_restore_whose_mover_is_refused_again_and_again_ends_after_the_deadline_with_the_servers_words()
    {
        var world = With(Asked with { Phase = new RestorePhase.Resolving(Given.Night), Message = "looking" });
        var early = Refusing(world with { Now = Given.Night + (Minute * 9) }, "jobs.batch is forbidden");
        Assert.True(early.Plan().Actions.IsEmpty);
        Assert.Equal(Some(Given.Night + (Minute * 10)), early.Plan().WakeAt);
        var late = Refusing(world with { Now = Given.Night + (Minute * 10) }, "jobs.batch is forbidden").Settle();
        Assert.Equal(Result.Failed, Assert.IsType<RestorePhase.Finished>(late.State.Restores[0].Phase).Result);
        Assert.Contains("jobs.batch is forbidden", late.State.Restores[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Finding_the_snapshot_slowly_leaves_the_filling_its_own_time()
    {
        var slow = With(Asked) with { Fates = (_, operation) => operation == "resolve" ? Fate.Good with { Runs = Minute * 30 } : Fate.Good };
        var saved = slow with { Repositories = HashMap(("s3:https://s3.example.com/backups/shop/orders", Seq1(new Domain.Movers.SavedSnapshot(new string('a', 64), Given.Night, Seq1("claim-size=1073741824"))))) };
        var world = saved.For(Duration.FromHours(1));
        Assert.Equal(Result.Succeeded, Assert.IsType<RestorePhase.Finished>(world.State.Restores[0].Phase).Result);
    }

    [Fact]
    public void A_finished_restore_stays_unless_it_said_how_long()
    {
        var finished = Asked with { Phase = new RestorePhase.Finished(Result.Succeeded, Given.Night, Given.Night) };
        Assert.Single(With(finished).For(Duration.FromDays(100)).State.Restores);
        var brief = With(finished with { Ttl = Some(GoDuration.Parse("1h")) });
        Assert.Single(brief.For(Minute * 59).State.Restores);
        Assert.Empty(brief.For(Minute * 60).State.Restores);
    }

    [Fact]
    public void The_restored_claim_outlives_the_record_of_its_restore()
    {
        var claim = Given.Claim("orders-2") with { Schedule = "" };
        var world = Given.World(claim);
        var after = (world with
        {
            State = world.State with { Restores = Seq1(Asked with { Ttl = Some(GoDuration.Parse("1h")), Phase = new RestorePhase.Finished(Result.Succeeded, Given.Night, Given.Night) }) },
        }).For(Duration.FromHours(2));
        Assert.Empty(after.State.Restores);
        Assert.Equal("orders-2", Assert.Single(after.State.Claims).Id.Name);
    }

    [Fact]
    public void A_time_to_live_that_cannot_be_read_is_refused_before_anything_is_made()
    {
        var world = With(Asked with { Ttl = Some(GoDuration.Parse("for ever")) }).For(Minute);
        Assert.StartsWith("spec.ttl: ", world.State.Restores[0].Message, StringComparison.Ordinal);
        Assert.True(world.Bodies.IsEmpty);
    }
}
