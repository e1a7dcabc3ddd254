using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

/// <summary>A namespace with a repository of its own: its Secret is referred to, never copied and never read.</summary>
public sealed class RepositoryAccessTests
{
    private static HashMap<string, string> Secret(string name) => HashMap((Marks.RepositorySecret, name));

    private static World Annotated(string onNamespace, string? onClaim = null)
    {
        var claim = Given.Claim("orders") with { Schedule = "" };
        var world = Given.World(onClaim is null ? claim : claim with { Marks = Secret(onClaim) });
        return world with
        {
            State = world.State with
            {
                Namespaces = world.State.Namespaces.AddOrUpdate(Given.Ns("shop"), Given.Namespace("shop") with { Marks = onNamespace.Length == 0 ? default : Secret(onNamespace) }),
                Backups = Seq1(Given.Backup("now", "orders", Given.Night)),
            },
        };
    }

    private static string Job(World world) => world.Bodies.Values.Select(Manifests.Yaml).Single(text => text.Contains("kind: Job", StringComparison.Ordinal));

    [Fact]
    public void The_Job_refers_to_the_namespaces_Secret_and_no_copy_is_made()
    {
        var world = Annotated("our-bucket").For(Duration.FromMinutes(5));
        Assert.DoesNotContain(world.Bodies.Values.Select(Manifests.Yaml), text => text.Contains("kind: Secret", StringComparison.Ordinal));
        var job = Job(world);
        Assert.Contains("--repository-below", job, StringComparison.Ordinal);
        Assert.Contains("shop/orders", job, StringComparison.Ordinal);
        Assert.Equal(RepositoryVariables.OfNamespaces.Count + 1, job.Split("our-bucket").Length - 1);
        Assert.True(world.State.Backups[0].IsSuccess, world.Print());
    }

    [Fact]
    public void A_command_for_the_password_is_never_taken_from_a_namespaces_Secret() =>
        Assert.DoesNotContain("RESTIC_PASSWORD_COMMAND", Job(Annotated("our-bucket").For(Duration.FromMinutes(5))), StringComparison.Ordinal);

    [Fact]
    public void Keys_and_known_hosts_are_taken_from_it_as_files_but_not_what_can_name_commands()
    {
        var job = Job(Annotated("our-bucket").For(Duration.FromMinutes(5)));
        Assert.All(RepositoryFiles.OfNamespaces, name => Assert.Contains($"key: {name}\n", job, StringComparison.Ordinal));
        Assert.DoesNotContain(RepositoryFiles.RcloneConfiguration, job, StringComparison.Ordinal);
        Assert.DoesNotContain($"name: {RepositoryFiles.SshPrivateKey}", job, StringComparison.Ordinal);
    }

    [Fact]
    public void The_claims_word_goes_before_its_namespaces() =>
        Assert.DoesNotContain("our-bucket", Job(Annotated("our-bucket", "of-the-claim").For(Duration.FromMinutes(5))), StringComparison.Ordinal);

    [Theory]
    [InlineData("Not A Name")]
    [InlineData("")]
    [InlineData("../other/secret")]
    public void A_name_that_is_none_stops_the_backup_rather_than_send_it_elsewhere(string name)
    {
        var world = Annotated("our-bucket", name).For(Duration.FromMinutes(5));
        Assert.Equal("InvalidRepositorySecret", world.State.Backups[0].Reason);
        Assert.True(world.State.Jobs.IsEmpty && world.State.Snapshots.IsEmpty);
        var scheduled = Annotated("our-bucket", name);
        var judged = scheduled with { State = scheduled.State with { Claims = scheduled.State.Claims.Map(claim => claim with { Schedule = None }).Strict() } };
        Assert.Contains(name, Assert.IsType<Coverage.Unsupported>(judged.Plan().Verdicts[0].Coverage).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_restore_from_elsewhere_needs_a_Secret_of_its_own_namespace()
    {
        var world = Annotated("our-bucket") with { Settings = Given.Settings with { AllowCrossNamespaceRestore = true } };
        var foreign = Given.Restore("back", "orders", "orders", Given.Night, "other") with { Source = new ClaimRef(Given.Ns("shop"), "orders") };
        World With(Domain.Restores.Restore restore) => world with
        {
            State = world.State with { Backups = Seq<Backup>(), Restores = Seq1(restore), Namespaces = world.State.Namespaces.AddOrUpdate(Given.Ns("other"), Given.Namespace("other")) },
        };
        var denied = With(foreign).For(Duration.FromMinutes(5));
        Assert.Contains("put a copy of that Secret into namespace other", denied.State.Restores[0].Message, StringComparison.Ordinal);
        Assert.True(denied.State.Jobs.IsEmpty && denied.Bodies.IsEmpty);
        var named = With(foreign with { RepositorySecret = "copied" }).For(Duration.FromSeconds(30));
        Assert.Contains("copied", Job(named), StringComparison.Ordinal);
    }
}
