using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Restores;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Restores;

public sealed class TargetClaimTests
{
    private static readonly Seq<string> Remembered = Seq("claim-size=30Gi", "claim-class=fast", "claim-modes=ReadWriteMany", "claim-volume-mode=Filesystem");
    private static readonly Restore Plain = Given.Restore("back", "orders", "copy", Given.Night);
    private static readonly TargetWish Wish = new("copy", Some(Quantity.Parse("50Gi")), Some("nfs"), Seq1("ReadWriteOncePod"));

    private static string Make(Restore restore, Seq<string> tags, Settings? settings = null, params Claim[] claims) => TargetClaim
        .Manifest(restore, new SavedSnapshot(new string('a', 64), None, tags), Survey.Of(Given.With(claims)), settings ?? Given.Settings)
        .Match(
            Right: made => string.Join(
                ' ', Manifests.Text(made.Body, "spec", "resources", "requests", "storage").IfNone("-"), Manifests.Text(made.Body, "spec", "storageClassName").IfNone("-"),
                string.Join('+', Manifests.Texts(made.Body, "spec", "accessModes"))),
            Left: why => why);

    [Fact]
    public void What_the_PVCRestore_says_goes_first() => Assert.Equal("50Gi nfs ReadWriteOncePod", Make(Plain with { Target = Wish }, Remembered, null, Given.Claim("orders")));

    [Fact]
    public void Then_what_the_source_claim_is_like() => Assert.Equal("10Gi fast ReadWriteOnce", Make(Plain, Remembered, null, Given.Claim("orders")));

    [Fact]
    public void Then_what_the_snapshot_remembers() => Assert.Equal("30Gi fast ReadWriteMany", Make(Plain, Remembered));

    [Fact]
    public void A_class_that_this_cluster_has_not_is_left_to_its_default() =>
        Assert.Equal("30Gi - ReadWriteMany", Make(Plain, Remembered.Map(tag => tag == "claim-class=fast" ? "claim-class=gone" : tag).Strict()));

    [Fact]
    public void The_operators_class_goes_before_the_sources() => Assert.Equal("10Gi nfs ReadWriteOnce", Make(Plain, Remembered, Given.Settings with { StorageClass = "nfs" }, Given.Claim("orders")));

    [Fact]
    public void Without_any_word_of_the_size_it_asks_for_one() => Assert.Contains("set spec.targetPvcSize", Make(Plain, Seq1("daily")), StringComparison.Ordinal);

    [Fact]
    public void A_device_is_restored_into_a_device_and_files_into_files_whatever_the_source_claim_is_today()
    {
        var (device, files) = (Seq("claim-size=1Gi", "claim-volume-mode=Block"), Seq("claim-size=1Gi", "claim-volume-mode=Filesystem"));
        var block = Given.Claim("orders") with { Mode = VolumeMode.Block };

        Assert.Equal("Block", ModeOf(device));
        Assert.Equal("Block", ModeOf(device, Given.Claim("orders")));
        Assert.Equal("Filesystem", ModeOf(files, block));
        Assert.Equal("-", ModeOf(Seq1("claim-size=1Gi")));
    }

    private static string ModeOf(Seq<string> tags, params Claim[] claims) =>
        TargetClaim.Manifest(Plain, new SavedSnapshot(new string('a', 64), None, tags), Survey.Of(Given.With(claims)), Given.Settings)
            .Match(Right: made => Manifests.Text(made.Body, "spec", "volumeMode").IfNone("-"), Left: why => why);

    [Fact]
    public void It_bears_the_users_marks_and_none_that_would_make_it_look_like_a_child_of_ours()
    {
        var marked = Plain with
        {
            Placement = Plain.Placement with
            {
                Labels = HashMap(("team", "orders"), (Domain.Objects.Marks.ManagedBy, "backsnap")),
                Annotations = HashMap(("note", "from the flood"), (Domain.Objects.Marks.Restoring, "somebody-elses"), (Domain.Objects.Marks.Schedule, "")),
            },
        };

        var made = TargetClaim.Manifest(marked, new SavedSnapshot(new string('a', 64), None, Remembered), Survey.Of(Given.With()), Given.Settings).IfLeft(() => throw new InvalidOperationException());

        Assert.Equal("orders", Manifests.Text(made.Body, "metadata", "labels", "team").IfNone("-"));
        Assert.True(Manifests.Text(made.Body, "metadata", "labels", Domain.Objects.Marks.ManagedBy).IsNone);
        Assert.Equal("from the flood", Manifests.Text(made.Body, "metadata", "annotations", "note").IfNone("-"));
        Assert.Equal(marked.Id.Uid.Value, Manifests.Text(made.Body, "metadata", "annotations", Domain.Objects.Marks.Restoring).IfNone("-"));
        Assert.True(Manifests.Text(made.Body, "metadata", "annotations", Domain.Objects.Marks.Schedule).IsNone);
    }

    [Fact]
    public void A_claim_is_ours_to_fill_only_with_the_uid_of_this_very_restore()
    {
        var target = Given.Claim("copy");
        Assert.IsType<TargetClaim.Absent>(TargetClaim.Look(Plain, Survey.Of(Given.With())));
        Assert.IsType<TargetClaim.Taken>(TargetClaim.Look(Plain, Survey.Of(Given.With(target))));
        Assert.IsType<TargetClaim.Taken>(TargetClaim.Look(Plain, Survey.Of(Given.With(target with { Restoring = new Domain.Objects.Uid("an-earlier-restore") }))));
        Assert.IsType<TargetClaim.Ours>(TargetClaim.Look(Plain, Survey.Of(Given.With(target with { Restoring = Plain.Id.Uid }))));
    }
}
