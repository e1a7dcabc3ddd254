using Backsnap.Domain.Backups;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Backups;

public sealed class ConflictTests
{
    private static readonly Backup Asked = Given.Backup("nightly", "orders", Given.Night);

    private static World With(World world, params Backup[] backups) => world with { State = world.State with { Backups = backups.ToSeq().Strict() } };

    // The name can be computed by anybody who reads the uid; it must not stop the backups of the whole cluster.
    [Fact]
    public void A_claim_that_merely_has_the_temporary_claims_name_fails_that_backup_and_no_other()
    {
        var squatter = Given.Claim(BackupStep.ChildName(Asked)) with { Schedule = "" };
        var world = With(Given.World(Given.Claim("orders") with { Schedule = "" }, Given.Claim("carts") with { Schedule = "" }, squatter), Asked, Given.Backup("other", "carts", Given.Night));
        var after = world.For(Duration.FromHours(1));
        Assert.Equal(Result.Failed, Finish(after, "nightly").Result);
        Assert.Contains("is not Backsnap's", after.State.Backups.Find(backup => backup.Id.Name == "nightly").Map(backup => backup.Message).IfNone(""), StringComparison.Ordinal);
        Assert.Equal(Result.Succeeded, Finish(after, "other").Result);
        Assert.Contains(after.State.Claims.AsEnumerable(), claim => claim.Id.Uid == squatter.Id.Uid);
    }

    // The repository's administrator may refuse the Secret, a quota the claim: for ever, and the place would be held as long.
    [Fact]
    public void A_backup_whose_mover_cannot_be_made_gives_its_place_back_after_a_while()
    {
        var world = With(Given.World(Given.Claim("orders") with { Schedule = "" }), Asked).Settle() with { Now = Given.Night + Duration.FromSeconds(6) };
        var ready = world.Tick().Apply(world.Tick().Plan(), most: 1);
        Assert.True(ready.State.Backups.Head.Phase is BackupPhase.Provisioning);
        var later = (ready with { Now = Given.Night + Duration.FromHours(1) }).Settle();
        Assert.Equal(Result.Failed, Finish(later, "nightly").Result);
    }

    [Fact]
    public void A_backup_of_a_namespace_that_goes_holds_no_place_and_stops_no_plan()
    {
        var going = Given.Backup("last", "tmp", Given.Night, "going") with { Phase = new BackupPhase.Running(Given.Night) };
        var world = With(Given.World(Given.Claim("orders") with { Schedule = "" }, Given.Claim("tmp", "going") with { Schedule = "" }), going, Asked);
        var state = world.State with { Namespaces = world.State.Namespaces.SetItem(Given.Ns("going"), Given.Namespace("going") with { Terminating = true }) };
        var after = (world with { State = state, Settings = Given.Settings with { MaxRunning = 1 } }).For(Duration.FromHours(1));
        Assert.Equal(Result.Succeeded, Finish(after, "nightly").Result);
    }

    private static BackupPhase.Finished Finish(World world, string name) =>
        Assert.IsType<BackupPhase.Finished>(world.State.Backups.Find(backup => backup.Id.Name == name).Map(backup => backup.Phase).IfNone(new BackupPhase.New()));
}
