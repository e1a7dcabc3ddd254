using Backsnap.Domain.Claims;

namespace Backsnap.Domain.Tests.Claims;

public sealed class NameTests
{
    [Theory]
    [InlineData("shop", true)]
    [InlineData("shop-2", true)]
    [InlineData("Shop", false)]
    [InlineData("-shop", false)]
    [InlineData("shop.eu", false)]
    [InlineData("", false)]
    public void A_namespace_is_an_RFC_1123_label(string text, bool valid) => Assert.Equal(valid, NamespaceName.Parse(text).IsRight);

    [Theory]
    [InlineData("shop/orders", true)]
    [InlineData("shop/orders.v2", true)]
    [InlineData("orders", false)]
    [InlineData("shop/", false)]
    [InlineData("shop/a/b", false)]
    [InlineData("shop/..", false)]
    public void A_claim_is_written_as_namespace_and_name(string text, bool valid) => Assert.Equal(valid, ClaimRef.Parse(text).IsRight);

    [Fact]
    public void The_longest_names_are_63_and_253_characters()
    {
        Assert.True(DnsName.IsLabel(new string('a', 63)));
        Assert.False(DnsName.IsLabel(new string('a', 64)));
        Assert.True(DnsName.IsSubdomain(new string('a', 253)));
        Assert.False(DnsName.IsSubdomain(new string('a', 254)));
    }

    [Fact]
    public void The_error_names_what_was_written() =>
        Assert.Contains("'Shop'", NamespaceName.Parse("Shop").Match(Right: _ => "", Left: error => error.Message), StringComparison.Ordinal);
}
