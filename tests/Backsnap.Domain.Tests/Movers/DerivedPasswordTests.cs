using System.Security.Cryptography;
using System.Text;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;

namespace Backsnap.Domain.Tests.Movers;

/// <summary>Passwords that follow from one another in one direction only, the same for ever.</summary>
public sealed class DerivedPasswordTests
{
    private const string Master = "correct horse battery staple";

    private static ClaimRef Orders => ClaimRef.Parse("shop/orders").IfLeft(() => throw new InvalidOperationException());

    // RFC 5869, appendix A.1 to A.3: what the function is built on does what the RFC says.
    [Theory]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865")]
    [InlineData(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87")]
    [InlineData(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8")]
    public void The_derivation_is_that_of_the_RFC(string material, string salt, string info, string expected)
    {
        Assert.Equal(expected, Convert.ToHexStringLower(HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Convert.FromHexString(material), expected.Length / 2, Convert.FromHexString(salt), Convert.FromHexString(info))));
        Assert.Equal(expected[..64], ByHand(Convert.FromHexString(material), Convert.FromHexString(salt), Convert.FromHexString(info)));
    }

    [Theory]
    [InlineData("shop")]
    [InlineData("shop/orders")]
    public void A_password_is_derived_so(string holder) => Assert.Equal(
        ByHand(Encoding.UTF8.GetBytes(Master), "backsnap.skyb.it repository password"u8.ToArray(), Encoding.UTF8.GetBytes(holder)), DerivedPassword.Of(Master, holder));

    // What is saved today must open in ten years.
    [Fact]
    public void A_password_is_as_it_always_was() => Assert.Equal("bf35dc994d53ed8d6b9d49905f71528710dddc9eb9537d5cb54395cc70889088", DerivedPassword.Of(Master, "shop/orders"));

    [Fact]
    public void Every_holder_and_every_master_has_another()
    {
        string[] all =
        [
            DerivedPassword.Of(Master, "shop"), DerivedPassword.Of(Master, "shop/orders"), DerivedPassword.Of(Master, "shop/bills"), DerivedPassword.Of(Master, "shop-orders"), DerivedPassword.Of(Master + " ", "shop"),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
        Assert.All(all, password => Assert.DoesNotContain("correct", password, StringComparison.Ordinal));
    }

    [Fact]
    public void A_holder_is_a_namespace_or_a_claim_or_nobody()
    {
        Assert.True(DerivedPassword.Holder(PasswordScope.Master, Orders).IsNone);
        Assert.Equal("shop", DerivedPassword.Holder(PasswordScope.Namespace, Orders));
        Assert.Equal("shop/orders", DerivedPassword.Holder(PasswordScope.Claim, Orders));
    }

    // Extract and expand, the first block of it, which is all that a password needs.
    private static string ByHand(byte[] material, byte[] salt, byte[] info) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(HMACSHA256.HashData(salt, material), (byte[])[.. info, 1]));
}
