using Backsnap.Domain.Claims;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Tests.Worlds;
using Backsnap.Planner.Volumes;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Volumes;

public sealed class SnapshotSupportTests
{
    private static readonly Claim Orders = Given.Claim("orders");

    private static SnapshotClass Class(string name, bool isDefault = false, string driver = Given.Driver) => new(name, driver, isDefault, Retains: false);

    private static string Choose(Claim claim, string? preferred, params SnapshotClass[] classes) => SnapshotSupport
        .ClassFor(claim, Survey.Of(Given.With(claim) with { SnapshotClasses = classes.ToSeq().Strict() }), preferred is null ? None : Some(preferred))
        .Match(Right: chosen => chosen.Name, Left: why => "no: " + why);

    [Fact]
    public void The_only_class_of_the_driver_is_taken_default_or_not() => Assert.Equal("a", Choose(Orders, null, Class("a"), Class("other", isDefault: true, "other.example.com")));

    [Fact]
    public void Among_several_the_default_is_taken() => Assert.Equal("b", Choose(Orders, null, Class("a"), Class("b", isDefault: true), Class("c")));

    [Fact]
    public void The_named_class_goes_before_the_default() => Assert.Equal("a", Choose(Orders, "a", Class("a"), Class("b", isDefault: true)));

    [Fact]
    public void A_named_class_of_another_driver_is_passed_over() => Assert.Equal("b", Choose(Orders, "other", Class("other", driver: "other.example.com"), Class("b")));

    [Fact]
    public void Two_defaults_are_an_error_that_names_both()
    {
        var why = Choose(Orders, null, Class("a", isDefault: true), Class("b", isDefault: true));
        Assert.Contains("(a, b)", why, StringComparison.Ordinal);
        Assert.Contains("more than one", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_classes_and_no_default_are_an_error() => Assert.Contains("none of them is the default", Choose(Orders, null, Class("a"), Class("b")), StringComparison.Ordinal);

    [Fact]
    public void No_class_for_the_driver_is_an_error_that_names_the_driver() =>
        Assert.Contains($"no VolumeSnapshotClass for its driver {Given.Driver}", Choose(Orders, null, Class("other", driver: "other.example.com")), StringComparison.Ordinal);

    [Fact]
    public void A_block_volume_is_snapshotted_like_any_other() =>
        Assert.Equal(Choose(Orders, null, Class("a")), Choose(Orders with { Mode = VolumeMode.Block }, null, Class("a")));

    [Fact]
    public void A_volume_without_CSI_is_an_error_even_where_its_class_names_a_driver()
    {
        var cluster = Given.With(Orders) with { Volumes = Seq1(new Volume("pv-shop-orders", None)) };
        Assert.True(SnapshotSupport.ClassFor(Orders, Survey.Of(cluster), None).IsLeft);
    }

    [Fact]
    public void The_volume_knows_its_driver_better_than_its_class()
    {
        var cluster = Given.With(Orders) with { Volumes = Seq1(new Volume("pv-shop-orders", Some("other.example.com"))), SnapshotClasses = Seq(Class("a"), Class("b", driver: "other.example.com")) };
        Assert.Equal("b", SnapshotSupport.ClassFor(Orders, Survey.Of(cluster), None).Map(chosen => chosen.Name).IfLeft(""));
    }

    [Fact]
    public void A_volume_that_was_not_seen_yet_is_judged_by_its_class() =>
        Assert.True(SnapshotSupport.ClassFor(Orders, Survey.Of(Given.With(Orders) with { Volumes = Seq<Volume>() }), None).IsRight);
}
