using Backsnap.Domain.Claims;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Restores;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
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
        "backsnap.skyb.it/allow-restore-to=lab", Permission.Refusal(Foreign, Survey.Of(Given.With()), Given.Settings).IfNone(""), StringComparison.Ordinal);

    [Fact]
    public void A_namespace_that_does_not_exist_consents_to_nothing_and_the_refusal_says_so()
    {
        Assert.Contains("namespace shop, which does not exist", Permission.Refusal(Foreign, Survey.Of(Given.Cluster), Given.Settings).IfNone(""), StringComparison.Ordinal);
        Assert.True(Permission.Refusal(Foreign, Survey.Of(Given.Cluster), Given.Settings with { AllowCrossNamespaceRestore = true }).IsNone);
    }

    [Fact]
    public void With_consent_it_goes_through() => Assert.Equal("Succeeded", End(Consenting("lab").For(Hour)).Word);

    [Fact]
    public void Without_consent_nothing_is_made()
    {
        var ended = Consenting(null).For(Hour);
        Assert.Equal(("Failed", "NotAllowed"), (End(ended).Word, Reason(ended)));
        Assert.True(ended.State.Jobs.IsEmpty && ended.State.Secrets.IsEmpty);
        Assert.DoesNotContain(ended.Past, happened => happened.What.StartsWith("create Job lab/", StringComparison.Ordinal) || happened.What.StartsWith("create Secret lab/", StringComparison.Ordinal));
    }

    // The view of namespaces may lag behind: what was just given is waited for, and what was just taken away holds at once.
    [Fact]
    public void A_consent_that_is_withdrawn_before_the_start_is_none()
    {
        var ended = (Consenting("lab") with { Now = Given.Night }).With("dev").For(Hour);
        Assert.Equal(("Failed", "NotAllowed"), (End(ended).Word, Reason(ended)));
        Assert.DoesNotContain(ended.Past, happened => happened.What.StartsWith("create Job lab/", StringComparison.Ordinal));
    }

    [Fact]
    public void A_consent_that_is_withdrawn_while_the_snapshot_is_looked_for_ends_it_before_anything_is_written()
    {
        var found = Consenting("lab").Settle();
        Assert.Contains(found.State.Jobs.AsEnumerable(), job => job.Id.Name.EndsWith("-find", StringComparison.Ordinal));

        var ended = found.With(null).For(Hour);

        Assert.Equal(("Failed", "NotAllowed"), (End(ended).Word, Reason(ended)));
        Assert.DoesNotContain(ended.State.Claims.AsEnumerable(), claim => claim.Id.Name == "copy");
        Assert.DoesNotContain(ended.Past, happened => happened.What.Contains("-fill ", StringComparison.Ordinal));
        Assert.True(ended.State.Secrets.IsEmpty, "the credentials are still there");
    }

    [Fact]
    public void A_source_namespace_that_goes_meanwhile_consents_no_more()
    {
        var found = Consenting("lab").Settle();
        var ended = (found with { State = found.State with { Namespaces = found.State.Namespaces.Remove(Given.Ns("shop")) } }).For(Hour);
        Assert.Equal(("Failed", "NotAllowed"), (End(ended).Word, Reason(ended)));
    }

    // Its plan is frozen: what it may read it has in its hands already.
    [Fact]
    public void A_mover_that_fills_the_claim_is_not_stopped_by_a_consent_that_is_withdrawn()
    {
        var filling = Consenting("lab");
        while (!filling.State.Jobs.Exists(job => job.Id.Name.EndsWith("-fill", StringComparison.Ordinal)))
        {
            filling = filling.For(Duration.FromSeconds(1));
            Assert.True(filling.Now < Given.Night + Hour, filling.Print());
        }

        Assert.Equal("Succeeded", End(filling.With(null).For(Hour)).Word);
    }

    private static Duration Hour => Duration.FromHours(1);

    // A claim of shop that was saved, and a wish of lab for it.
    private static World Consenting(string? consent)
    {
        var world = Given.World(Given.Claim("orders"), Given.Claim("other", "lab")) with { Settings = Given.Settings with { Manual = true } };
        var saved = (world with { State = world.State with { Backups = Seq1(Given.Backup("saved", "orders", Given.Night)) } }).For(Duration.FromMinutes(30));
        Assert.True(saved.State.Backups[0].IsSuccess, saved.Print());
        var asked = Foreign with { Id = Foreign.Id with { Created = saved.Now } };
        return (saved with { State = saved.State with { Restores = Seq1(asked) } }).With(consent);
    }

    private static RestorePhase.Finished End(World world) => Assert.IsType<RestorePhase.Finished>(world.State.Restores[0].Phase);

    private static string Reason(World world) => world.State.Restores[0].Conditions.Map(condition => condition.Reason).Distinct().Single();

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

/// <summary>A world in which namespace shop says who may restore its data.</summary>
internal static class Consent
{
    public static World With(this World world, string? consent) => world with
    {
        State = world.State with { Namespaces = world.State.Namespaces.AddOrUpdate(Given.Ns("shop"), Given.Namespace("shop") with { AllowRestoreTo = consent is null ? Option<string>.None : Some(consent) }) },
    };
}
