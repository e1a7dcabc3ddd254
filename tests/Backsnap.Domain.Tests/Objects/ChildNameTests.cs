using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Tests.Schedules;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Backsnap.Domain.Tests.Objects;

public sealed class ChildNameTests(ITestOutputHelper output)
{
    private static readonly Gen<string> Names =
        from length in Gen.Choose(0, 250)
        from middle in Gen.Elements("abz019-.".ToCharArray()).ArrayOf(length)
        select "a" + new string(middle).Replace("..", "x.", StringComparison.Ordinal) + "z";

    private static readonly string[] Suffixes = ["", "find", "fill"];

    [Fact]
    public void A_childs_name_is_a_label_of_at_most_57_characters_whatever_its_owner_is_called() => Laws.Hold(
        output, Names, owner =>
        {
            foreach (var suffix in Suffixes)
            {
                var name = ChildName.For(owner, new Uid("u-" + owner.Length), suffix);
                Assert.True(name.Length <= 57, name);
                Assert.True(DnsName.IsLabel(name), name);
            }
        });

    [Fact]
    public void Children_of_two_owners_of_the_same_name_have_different_names() => Laws.Hold(
        output,
        from owner in Names
        from a in Gen.Choose(0, 1_000_000)
        from b in Gen.Choose(0, 1_000_000)
        where a != b
        select (Owner: owner, A: new Uid($"uid-{a}"), B: new Uid($"uid-{b}")),
        pair => Assert.NotEqual(ChildName.For(pair.Owner, pair.A), ChildName.For(pair.Owner, pair.B)));

    [Fact]
    public void A_name_that_fits_is_kept_as_it_is() => Assert.Equal("orders", ChildName.Fit("orders", 47));

    [Fact]
    public void Two_names_that_are_cut_to_the_same_beginning_stay_different()
    {
        var beginning = new string('a', 60);
        Assert.NotEqual(ChildName.Fit(beginning + "1", 47), ChildName.Fit(beginning + "2", 47));
        Assert.Equal(47, ChildName.Fit(beginning + "1", 47).Length);
    }

    // Both are valid names of claims, and both exist in one namespace: their slots must not share an object.
    [Fact]
    public void A_dot_and_a_hyphen_stay_different() => Assert.NotEqual(ChildName.Fit("orders.v2", 47), ChildName.Fit("orders-v2", 47));

    [Fact]
    public void What_is_fitted_is_a_label_within_the_length() => Laws.Hold(
        output, Names, name =>
        {
            var fitted = ChildName.Fit(name, 47);
            Assert.True(fitted.Length <= 47 && DnsName.IsLabel(fitted), fitted);
        });
}
