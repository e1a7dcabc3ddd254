using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Tests.Worlds;
using Backsnap.Planner.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Backups;

public sealed class TemporaryClaimTests
{
    private static readonly Parent Parent = Parent.Beside(ObjectKind.PvcBackup, Given.Id("shop", "nightly", "nightly", Given.Night), Placement.Anywhere);

    private static Node Make(Claim source, Option<Quantity> restoreSize, Option<string> storageClass) =>
        VolumeManifests.FromSnapshot(Parent, "temporary", source, new Snapshot(Given.Id("shop", "s", "s", Given.Night), Ready: true, None, restoreSize, None), storageClass, readOnlyMany: false).Body;

    [Theory]
    [InlineData("10Gi", null, "10Gi")]
    [InlineData("10Gi", "0", "10Gi")]
    [InlineData("10Gi", "9Gi", "10Gi")]
    [InlineData("10Gi", "11Gi", "11Gi")]
    [InlineData(null, "11Gi", "11Gi")]
    [InlineData(null, null, "1Mi")]
    public void The_temporary_claim_is_as_large_as_the_larger_of_request_and_restore_size(string? request, string? restoreSize, string expected)
    {
        static Option<Quantity> Size(string? text) => text is null ? None : Quantity.Parse(text).ToOption();
        Assert.Equal(expected, Manifests.Text(Make(Given.Claim("orders") with { Request = Size(request) }, Size(restoreSize), None), "spec", "resources", "requests", "storage").IfNone(""));
    }

    [Fact]
    public void The_temporary_claim_is_like_its_source()
    {
        var made = Make(Given.Claim("orders") with { Class = Some("nfs"), AccessModes = Seq("ReadWriteMany", "ReadOnlyMany") }, None, None);
        Assert.Equal("nfs", Manifests.Text(made, "spec", "storageClassName").IfNone(""));
        Assert.Equal("Filesystem", Manifests.Text(made, "spec", "volumeMode").IfNone(""));
        Assert.Equal(Seq("ReadWriteMany", "ReadOnlyMany"), Manifests.Texts(made, "spec", "accessModes"));
    }

    [Fact]
    public void The_operators_storage_class_goes_before_the_sources() =>
        Assert.Equal("nfs", Manifests.Text(Make(Given.Claim("orders"), None, Some("nfs")), "spec", "storageClassName").IfNone(""));

    [Theory]
    [InlineData(false, false, "ReadWriteOnce")]
    [InlineData(true, false, "ReadOnlyMany")]
    [InlineData(false, true, "ReadOnlyMany")]
    public void Where_a_snapshots_volume_costs_no_copy_the_temporary_claim_is_ReadOnlyMany(bool byFlag, bool byClass, string expected)
    {
        var world = Given.World(Given.Claim("orders"));
        world = world with
        {
            Settings = world.Settings with { ReadOnlyMany = byFlag },
            State = world.State with { StorageClasses = world.State.StorageClasses.SetItem("fast", world.State.StorageClasses["fast"] with { SharesSnapshots = byClass }) },
        };
        var made = world.For(Duration.FromHours(1)).Bodies.Values.Single(body => Manifests.Text(body, "kind").Contains("PersistentVolumeClaim"));
        Assert.Equal(Seq1(expected), Manifests.Texts(made, "spec", "accessModes"));
    }

    [Fact]
    public void A_running_Job_is_left_alone_when_the_settings_change()
    {
        var world = Given.World(Given.Claim("orders")).Until(Given.Night + Duration.FromMinutes(30) + Duration.FromSeconds(20));
        Assert.True(world.State.Backups.Head.Phase is BackupPhase.Running);
        var changed = world with { Settings = Given.Settings with { Mover = Given.Settings.Mover with { Image = "backsnap:2", Keep = "last=9" }, StorageClass = "nfs" } };
        Assert.True(changed.Plan().Actions.IsEmpty);
    }
}
