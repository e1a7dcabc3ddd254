using Backsnap.Domain.Backups;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Admission;

/// <summary>A driver that makes no snapshots holds up its own claims, and nobody else's for longer than one snapshot may take.</summary>
public sealed class DistressTests
{
    private const string BrokenDriver = "broken.example.com";

    /// <summary>Claims of a broken driver and of a good one, all of one namespace and due at once; the broken ones come first by name.</summary>
    private static World Two(int broken, int good, int places, Func<string, bool> fails)
    {
        var claims = Enumerable.Range(0, broken).Select(number => Given.Claim($"a-broken-{number:00}")).Concat(Enumerable.Range(0, good).Select(number => Given.Claim($"b-good-{number:00}"))).ToArray();
        var state = Given.With(claims);
        return new World(
            state with
            {
                Volumes = claims.Select(claim => claim.VolumeName.IfNone("")).Select(name => new Volume(name, Some(name.Contains("broken", StringComparison.Ordinal) ? BrokenDriver : Given.Driver))).ToSeq().Strict(),
                SnapshotClasses = state.SnapshotClasses.Add(new SnapshotClass("broken-snapshots", BrokenDriver, IsDefault: true, Retains: false)),
            },
            Given.Settings with { MaxRunning = places }, Given.Night)
        {
            Fates = (owner, _) => fails(owner.Name) ? Fate.Of(new SnapshotFate.Ignored()) : Fate.Good,
        };
    }

    private static Instant Last(World world, string prefix) => world.State.Backups
        .Where(backup => backup.Id.Name.StartsWith(prefix, StringComparison.Ordinal) && backup.IsSuccess).Max(backup => backup.FinishedAt.IfNone(Instant.MinValue));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_broken_driver_holds_up_the_others_once_for_as_long_as_a_snapshot_may_take(int places)
    {
        const int Good = 12;
        var world = Two(12, Good, places, name => name.StartsWith("a-broken", StringComparison.Ordinal)).For(Duration.FromHours(1));
        Assert.Equal(Good, world.State.Backups.Count(backup => backup.IsSuccess));
        var due = Given.Night + Duration.FromMinutes(30);
        Assert.InRange(Last(world, "b-good") - due, Duration.Zero, Given.Settings.Deadlines.Snapshot + (Duration.FromSeconds(70) * Good / places) + Duration.FromMinutes(1));
    }

    [Fact]
    public void One_broken_volume_holds_up_no_other_of_its_driver()
    {
        var world = Two(6, 6, 2, name => name.StartsWith("a-broken-00", StringComparison.Ordinal)).For(Duration.FromHours(1));
        Assert.Equal(11, world.State.Backups.Count(backup => backup.IsSuccess));
        // One place is lost to the broken one for its deadline; all the others share what is left.
        Assert.InRange(Last(world, "a-broken") - (Given.Night + Duration.FromMinutes(30)), Duration.Zero, Duration.FromSeconds(70) * 12);
    }

    [Fact]
    public void A_driver_that_was_mended_is_found_out_although_others_always_wait()
    {
        var broken = Given.Backup("broken", "broken", Given.Night) with { Reason = "SnapshotDeadlineExceeded", Phase = new BackupPhase.Finished(Result.Failed, Some(Given.Night), Given.Night + Duration.FromMinutes(10)) };
        var world = Two(2, 2, 1, _ => false);
        string First(Duration later)
        {
            var at = Given.Night + later;
            var state = world.State with
            {
                Backups = Seq(broken with { Claim = world.State.Claims.Head.Ref }, Given.Backup("x", "a-broken-01", at - Duration.FromHours(1)), Given.Backup("y", "b-good-00", at)),
            };
            var begun = (world with { State = state, Now = at, Settings = world.Settings with { Manual = true } }).Settle().State.Backups.Find(backup => backup.Phase.HoldsPlace);
            return begun.Map(backup => backup.Id.Name).IfNone("");
        }

        Assert.Equal("y", First(Duration.FromMinutes(15)));
        Assert.Equal("x", First(Duration.FromMinutes(71)));
    }
}
