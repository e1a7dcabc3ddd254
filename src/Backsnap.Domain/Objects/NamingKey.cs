using System.Security.Cryptography;
using System.Text;

namespace Backsnap.Domain.Objects;

/// <summary>
/// What makes the names of the copies of credentials such that nobody can guess them who does not know the credentials. All operators that were
/// given the same have the same key, so that they give one copy the same name; those that were given others give it another.
/// </summary>
/// <remarks>
/// Names are seen by everybody who sees Jobs, so a guess at a weak password could be tried on one. The key is therefore dear to make (PBKDF2), and
/// made when it is first asked for. Neither its text form nor its equality gives anything of it away.
/// </remarks>
public sealed class NamingKey
{
    private const int Rounds = 300_000;

    private readonly Lazy<byte[]> key;

    private NamingKey(byte[] material) =>
        key = new Lazy<byte[]>(() => Rfc2898DeriveBytes.Pbkdf2(material, "backsnap: names of Secrets"u8, Rounds, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes));

    private NamingKey() => key = new Lazy<byte[]>([]);

    /// <summary>The key of those who have no credentials: for planning only. Its names can be guessed.</summary>
    public static NamingKey None { get; } = new();

    /// <summary>The key that belongs to credentials, whatever their order.</summary>
    public static NamingKey Of(IEnumerable<KeyValuePair<string, string>> credentials)
    {
        // With lengths, so that no two sets of credentials are written alike.
        var material = new StringBuilder();
        foreach (var (name, value) in credentials.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            material.Append(name.Length).Append(':').Append(name).Append(value.Length).Append(':').Append(value);
        }

        return new NamingKey(Encoding.UTF8.GetBytes(material.ToString()));
    }

    /// <summary>The first <paramref name="digits"/> hexadecimal digits of the HMAC-SHA256 of an object's uid.</summary>
    public string Digits(Uid of, int digits) => Convert.ToHexStringLower(HMACSHA256.HashData(key.Value, Encoding.UTF8.GetBytes(of.Value)))[..digits];

    /// <inheritdoc/>
    public override string ToString() => "(hidden)";
}
