using System.Security.Cryptography;
using System.Text;
using Backsnap.Domain.Claims;

namespace Backsnap.Domain.Objects;

/// <summary>
/// Names for the objects that Backsnap makes: functions of what they are for, within 63 characters whatever they are named
/// after. What is cut is hashed, so that two long names never fall together.
/// </summary>
public static class ChildName
{
    // A Job's pods are named after it with six characters more, and take part in labels of 63.
    private const int Longest = 57;

    /// <summary>
    /// The name of the children of a PVCBackup or PVCRestore. The owner's uid is part of it: an object that a user named like
    /// the owner, or a child of an earlier owner of the same name, never stands in the way.
    /// </summary>
    public static string For(string owner, Uid uid, string suffix = "")
    {
        var tail = "-" + Hash(uid.Value, 8) + (suffix.Length == 0 ? "" : "-" + suffix);
        return Cut(owner, Longest - tail.Length) + tail;
    }

    /// <summary>
    /// The name of a child that lives in another namespace than its owner, beside those of all other namespaces: for people the owner's namespace
    /// and name as far as they fit, and so much of the uid's hash (64 bits) that no two owners meet.
    /// </summary>
    public static string Elsewhere(string ns, string owner, Uid uid, string suffix = "")
    {
        var tail = "-" + Hash(uid.Value, 16) + (suffix.Length == 0 ? "" : "-" + suffix);
        return Cut($"{ns}-{owner}", Longest - tail.Length) + tail;
    }

    /// <summary>
    /// The name of the copy of the repository's credentials that an owner's movers read: nobody can guess it who does not know the credentials. So
    /// what bears it already was made by an operator that has the same, and what is deleted by it is that.
    /// </summary>
    public static string OfCredentials(string owner, Uid uid, NamingKey key) => Stem(owner, Hash(uid.Value, 8)) + key.Digits(uid, KeyedDigits);

    /// <summary>As <see cref="OfCredentials"/>, for a copy that lives in another namespace than its owner.</summary>
    public static string OfCredentialsElsewhere(string ns, string owner, Uid uid, NamingKey key) => Stem($"{ns}-{owner}", Hash(uid.Value, 16)) + key.Digits(uid, KeyedDigits);

    /// <summary>
    /// Whether a name is that of a copy of credentials for this owner, beside it, whichever the credentials were. Somebody who has seen one can make
    /// up others of this form; a name that has another meaning to anybody has none of them.
    /// </summary>
    public static bool IsOfCredentials(string name, string owner, Uid uid) =>
        Stem(owner, Hash(uid.Value, 8)) is var stem && name.Length == stem.Length + KeyedDigits && name.StartsWith(stem, StringComparison.Ordinal) && name[stem.Length..].All(char.IsAsciiHexDigitLower);

    // 96 bits.
    private const int KeyedDigits = 24;

    private static string Stem(string owner, string hash) => $"{Cut(owner, DnsName.LabelLength - KeyedDigits - hash.Length - 2)}-{hash}-";

    /// <summary>
    /// Fits <paramref name="name"/> into a label of <paramref name="length"/> characters. A name that had to be changed for that, cut or
    /// rid of its dots, ends in a hash of the whole: <c>a.b</c> and <c>a-b</c> stay different.
    /// </summary>
    public static string Fit(string name, int length) =>
        name.Length <= length && !name.Contains('.', StringComparison.Ordinal) ? name : Cut(name, length - 9) + "-" + Hash(name, 8);

    private static string Cut(string name, int length) => Label(name.Length <= length ? name : name[..length]).TrimEnd('-');

    // Names of claims may hold dots (RFC 1123 subdomains); labels and Job names may not hold them everywhere.
    private static string Label(string name) => name.Replace('.', '-');

    /// <summary>The first <paramref name="digits"/> hexadecimal digits of the SHA-256 of <paramref name="text"/>: stable for ever, everywhere.</summary>
    public static string Hash(string text, int digits) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..digits];

    /// <summary>Whether a name fits where Backsnap puts names.</summary>
    public static bool Fits(string name) => DnsName.IsLabel(name);
}
