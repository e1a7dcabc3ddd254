using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Stories;

/// <summary>Whole restores, told in the files beside this one.</summary>
public sealed class RestoreStories
{
    private static readonly Duration Hour = Duration.FromHours(1);

    /// <summary>The claim was backed up last night, and is gone since.</summary>
    private static World Bereft()
    {
        var world = Given.World(Given.Claim("orders")).For(Hour);
        return world.Note("somebody", "deletes claim shop/orders").Remove(new Uid("claim-shop-orders"));
    }

    private static World Ask(World world, Restore restore) =>
        world.Note("somebody", $"creates PVCRestore shop/{restore.Id.Name}") with { State = world.State with { Restores = world.State.Restores.Add(restore with { Id = restore.Id with { Created = world.Now } }) } };

    [Fact]
    public void The_newest_snapshot_after_the_claim_was_deleted() => Golden.Compare("restore-latest", Story.Tell(
        "The claim is gone; its newest snapshot comes back, in the size that the snapshot's tags remember",
        Ask(Bereft(), Given.Restore("back", "orders", "orders", Given.Night)).For(Hour)));

    [Fact]
    public void Into_a_claim_that_exists() => Golden.Compare("restore-refused", Story.Tell(
        "A restore into a claim that exists is refused before anything is made",
        Ask(Given.World(Given.Claim("orders") with { Schedule = "" }), Given.Restore("back", "orders", "orders", Given.Night)).For(Hour)));

    [Fact]
    public void With_nothing_that_matches() => Golden.Compare("restore-no-match", Story.Tell(
        "There is no snapshot as old as the one that is asked for: nothing is made and nothing counts as restored",
        Ask(Bereft(), Given.Restore("back", "orders", "orders", Given.Night) with { AsOf = Some(Right<string, Instant>(Given.Night - Duration.FromDays(30))) }).For(Hour)));

    [Fact]
    public void A_mover_that_fails_half_way() => Golden.Compare("restore-half-way", Story.Tell(
        "The mover fails half-way: the claim keeps its mark, and is not backed up as if it were whole",
        Ask(
            Bereft() with { Fates = (_, operation) => operation == "restore" ? Fate.Of(new MoverFate.Fails(25, "Unreachable", "the repository cannot be reached")) : Fate.Good },
            Given.Restore("back", "orders", "orders", Given.Night)).For(Duration.FromDays(1))));

    [Fact]
    public void Two_restores_into_one_claim() => Golden.Compare("restore-twice", Story.Tell(
        "Two restores are asked into one claim at once: the first of them gets it",
        Ask(Ask(Bereft(), Given.Restore("back", "orders", "orders", Given.Night)), Given.Restore("again", "orders", "orders", Given.Night)).For(Hour)));

    [Fact]
    public void The_manifests_of_a_restore()
    {
        var before = Bereft();
        var after = Ask(before, Given.Restore("back", "orders", "orders", Given.Night)).For(Hour);
        var made = after.Bodies.AsEnumerable().Where(body => !before.Bodies.ContainsKey(body.Key)).OrderBy(body => body.Key.Value, StringComparer.Ordinal);
        Golden.Compare("manifests-of-a-restore", string.Join("---\n", made.Select(body => Manifests.Yaml(body.Value))));
    }
}
