using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner.Tests.Stories;

/// <summary>What people delete and change while a backup is under way, told in the files beside this one.</summary>
public sealed class InterferenceStories
{
    private static readonly Duration Hour = Duration.FromHours(1);
    private static readonly Instant Slot = Given.Night + Duration.FromMinutes(30);

    // The snapshot is being taken; it is ready five seconds after the slot.
    private static readonly Instant Snapshotting = Slot + Duration.FromSeconds(2);

    // The mover runs, from eight seconds after the slot for a minute.
    private static readonly Instant Moving = Slot + Duration.FromSeconds(30);

    private static World OnePlace(params Claim[] claims) => Given.World(claims) with { Settings = Given.Settings with { MaxRunning = 1 } };

    private static World Delete(World world, string what, Identity id) => world.Note("somebody", $"deletes {what} {id.Namespace}/{id.Name}").Remove(id.Uid);

    private static World DeleteClaim(World world, string name) => Delete(world, "claim", world.State.Claims.Find(claim => claim.Id.Name == name).IfNone(() => throw new InvalidOperationException($"no claim {name}")).Id);

    [Fact]
    public void A_running_backup_is_deleted()
    {
        var running = OnePlace(Given.Claim("a"), Given.Claim("b")).Until(Moving);
        var unwanted = running.State.Backups.Filter(backup => backup.Phase is BackupPhase.Running).Head;
        var deleted = Delete(running, "PVCBackup", unwanted.Id);
        Assert.DoesNotContain(ApiServer.Identities(deleted.State), id => id.Name.StartsWith(unwanted.Id.Name, StringComparison.Ordinal));
        Golden.Compare("backup-deleted", Story.Tell(
            "A running PVCBackup is deleted: its children go with it, the next in the queue gets its place, and its slot, which nobody served, is due again behind that", deleted.For(Hour)));
    }

    [Fact]
    public void A_claim_is_deleted_while_its_snapshot_is_taken() => Golden.Compare("claim-deleted-snapshotting", Story.Tell(
        "The claim goes while its snapshot is taken: the backup fails and frees its place, and nothing is tried again",
        DeleteClaim(OnePlace(Given.Claim("a"), Given.Claim("b")).Until(Snapshotting), "a").For(Hour)));

    [Fact]
    public void A_claim_whose_deletion_waits_for_its_snapshot()
    {
        var asked = Given.World(Given.Claim("orders")).Until(Snapshotting);
        var leaving = asked.Note("somebody", "deletes claim shop/orders, which the snapshotter's finalizer still holds").Changed() with
        {
            State = asked.State with { Claims = asked.State.Claims.Map(claim => claim with { Id = claim.Id with { Version = asked.Version, Deleting = true } }).Strict() },
        };
        var ready = leaving.Until(Slot + Duration.FromSeconds(5));
        Golden.Compare("claim-deleting", Story.Tell(
            "The claim is being deleted, but stays until its snapshot is taken: that snapshot is its last, and is backed up",
            ready.Note("snapshotter", "lets claim shop/orders go").Remove(new Uid("claim-shop-orders")).For(Hour)));
    }

    [Fact]
    public void A_claim_is_deleted_while_its_mover_runs() => Golden.Compare("claim-deleted-running", Story.Tell(
        "The claim goes while its mover reads the snapshot: the backup succeeds, and its record outlives the claim until its time to live is over",
        DeleteClaim(Given.World(Given.Claim("orders")).Until(Moving), "orders").For(Duration.FromDays(8))));

    [Fact]
    public void A_namespace_is_deleted_in_the_middle()
    {
        var running = OnePlace(Given.Claim("orders"), Given.Claim("users", "zoo")).Until(Moving);
        var shop = Given.Ns("shop");
        var closing = running.Note("somebody", "deletes namespace shop").Changed() with
        {
            State = running.State with { Namespaces = running.State.Namespaces.AddOrUpdate(shop, Given.Namespace("shop") with { Terminating = true }) },
        };
        var emptied = ApiServer.Identities(closing.State).Where(id => id.Namespace == shop && !id.Controller.Exists(owner => owner.Kind == "Job")).OrderByDescending(id => id.Name, StringComparer.Ordinal).ThenBy(id => id.Uid.Value, StringComparer.Ordinal)
            .Aggregate(closing.For(Duration.FromSeconds(1)), (world, id) => world.Note("namespaces", $"remove shop/{id.Name}").Remove(id.Uid).For(Duration.FromSeconds(1)));
        var gone = emptied.Note("namespaces", "namespace shop is gone").Changed() with { State = emptied.State with { Namespaces = emptied.State.Namespaces.Remove(shop) } };
        Assert.DoesNotContain(gone.Past.Filter(happened => happened.At > Moving && happened.Who == "operator"), happened => happened.What.Contains(" shop/", StringComparison.Ordinal));
        Golden.Compare("namespace-deleted", Story.Tell(
            "A namespace is deleted while a backup runs in it: nothing is done there any more, and the backup of another namespace gets the place", gone.For(Hour)));
    }

    [Fact]
    public void Settings_change_while_a_Job_runs()
    {
        var running = Given.World(Given.Claim("orders")).Until(Moving);
        var changed = running.Note("somebody", "starts the operator anew: another image, memory limit and repository, and far shorter deadlines") with
        {
            Settings = running.Settings with
            {
                Mover = running.Settings.Mover with { Image = "backsnap:2", MemoryLimit = "4Gi", Repository = "s3:https://elsewhere.example.com/backups" },
                Deadlines = new Deadlines(
                    Duration.FromSeconds(1), Duration.FromSeconds(1), Duration.FromSeconds(10), Duration.FromSeconds(10), Duration.FromSeconds(10), Duration.FromSeconds(10), Duration.FromSeconds(10)),
            },
        };
        Assert.Empty(changed.Plan().Actions);
        var after = changed.For(Duration.FromDays(1) + Hour);
        Assert.Equal(["backsnap:1 with 1Gi to s3.example.com", "backsnap:2 with 4Gi to elsewhere.example.com"], MoversOf(after));
        Golden.Compare("settings-changed", Story.Tell(
            "Every setting of the mover changes while a Job runs: that Job stays as it was made and counts, and the next night's is made by the new ones", after));
    }

    private static IEnumerable<string> MoversOf(World world) =>
        from body in world.Bodies.AsEnumerable()
        where Manifests.Text(body.Value, "kind") == LanguageExt.Prelude.Some("Job")
        orderby Manifests.Text(body.Value, "metadata", "name").IfNone("")
        let container = Manifests.Items(body.Value, "spec", "template", "spec", "containers").Head
        select $"{Manifests.Text(container, "image").IfNone("")} with {Manifests.Text(container, "resources", "limits", "memory").IfNone("")} to {Store(Manifests.Texts(container, "args"))}";

    private static string Store(Seq<string> arguments) => arguments.Find(text => text.StartsWith("s3:", StringComparison.Ordinal)).Map(text => new Uri(text[3..]).Host).IfNone("nowhere");
}
