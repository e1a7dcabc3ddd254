using Backsnap.Domain.Claims;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Restores;
using Backsnap.Planner.Tests.Worlds;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Restores;

public sealed class PermissionTests
{
    private static readonly Restore Foreign = Given.Restore("back", "orders", "copy", Given.Night, "lab") with { Source = new ClaimRef(Given.Ns("shop"), "orders") };

    private static bool IsAllowed(Restore restore, string? consent, bool everybody = false)
    {
        var shop = Given.Namespace("shop") with { AllowRestoreTo = consent is null ? None : Some(consent) };
        var cluster = Given.Cluster with { Namespaces = HashMap((shop.Name, shop)) };
        return Permission.Refusal(restore, Survey.Of(cluster), Given.Settings with { AllowCrossNamespaceRestore = everybody }).IsNone;
    }

    [Fact]
    public void A_namespace_may_restore_its_own_data() => Assert.True(IsAllowed(Given.Restore("back", "orders", "orders", Given.Night), null));

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("lab", true)]
    [InlineData("dev, lab ,test", true)]
    [InlineData("*", true)]
    [InlineData("laboratory", false)]
    [InlineData("lab*", false)]
    public void Another_namespaces_data_need_that_namespaces_consent(string? consent, bool allowed) => Assert.Equal(allowed, IsAllowed(Foreign, consent));

    [Fact]
    public void The_operator_can_allow_it_for_all() => Assert.True(IsAllowed(Foreign, null, everybody: true));

    [Fact]
    public void The_refusal_says_which_annotation_to_set() => Assert.Contains(
        "backsnap.skyb.it/allow-restore-to=lab", Permission.Refusal(Foreign, Survey.Of(Given.Cluster), Given.Settings).IfNone(""), StringComparison.Ordinal);

    // A path in place of a name would lead to another namespace's repository, past its consent.
    [Theory]
    [InlineData("../secret-ns/claim", "shop")]
    [InlineData("..", "shop")]
    [InlineData("orders", "../other")]
    [InlineData("", "shop")]
    public void A_source_that_is_no_name_is_refused(string claim, string ns)
    {
        var restore = Given.Restore("back", "orders", "copy", Given.Night) with { Source = new ClaimRef(Given.Ns(ns), claim) };
        var world = Given.World() with { Settings = Given.Settings with { AllowCrossNamespaceRestore = true } };
        var after = (world with { State = world.State with { Restores = Seq1(restore) } }).Settle();
        Assert.Contains("InvalidSpec", after.State.Restores.Head.Conditions.Map(condition => condition.Reason).AsEnumerable());
    }
}
