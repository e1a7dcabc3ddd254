using System.Security.Cryptography;
using System.Text;
using Backsnap.Domain.Claims;

namespace Backsnap.Domain.Movers;

/// <summary>What shares one password among the repositories below the operator's base.</summary>
public enum PasswordScope
{
    /// <summary>All: the operator's password opens every repository.</summary>
    Master,

    /// <summary>Those of one namespace.</summary>
    Namespace,

    /// <summary>Nothing: each claim's repository has its own.</summary>
    Claim,
}

/// <summary>
/// Passwords that follow from the operator's, so that whoever has that has them all, and whoever has one of them has no other. HKDF-SHA256
/// (RFC 5869) does not make a password that can be guessed any better: from a derived one, guesses at the operator's can be tried without end.
/// </summary>
public static class DerivedPassword
{
    /// <summary>The least characters of a password that others are derived from.</summary>
    public const int ShortestMaster = 20;

    private const int Bytes = 32;

    /// <summary>For whom a claim's repository has a password of its own, as <c>NAMESPACE</c> or <c>NAMESPACE/CLAIM</c>; None where all share one.</summary>
    public static LanguageExt.Option<string> Holder(PasswordScope scope, ClaimRef claim) => scope switch
    {
        PasswordScope.Master => LanguageExt.Option<string>.None,
        PasswordScope.Namespace => LanguageExt.Prelude.Some(claim.Namespace.Value),
        PasswordScope.Claim => LanguageExt.Prelude.Some(claim.ToString()),
    };

    /// <summary>The password: 64 hexadecimal digits. It never changes, or what is saved could not be read any more.</summary>
    /// <param name="master">The operator's password.</param>
    /// <param name="holder">For whom it is (<see cref="Holder"/>).</param>
    public static string Of(string master, string holder) => Convert.ToHexStringLower(HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(master), Bytes, "backsnap.skyb.it repository password"u8.ToArray(), Encoding.UTF8.GetBytes(holder)));
}
