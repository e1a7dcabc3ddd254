using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Rights;

/// <summary>
/// The bearer tokens that the cluster takes: the one of its own kubeconfig, and those that were asked for service accounts, each until its time is over
/// or its service account is gone (another one of that name is not the same). They are kept as hashes, in memory. Safe for any number of threads.
/// </summary>
internal sealed class Tokens(ObjectStore store, string adminToken)
{
    private readonly byte[] admin = Hash(adminToken);
    private readonly ConcurrentDictionary<string, (string Namespace, string Name, string Uid, DateTimeOffset Until)> given = new(StringComparer.Ordinal);

    /// <summary>A new token for a service account.</summary>
    public string Give(StoredObject serviceAccount, DateTimeOffset until)
    {
        var token = RandomNumberGenerator.GetHexString(48, lowercase: true);
        given[Convert.ToHexString(Hash(token))] = (serviceAccount.Namespace, serviceAccount.Name, serviceAccount.Uid, until);
        return token;
    }

    /// <summary>Whose token an Authorization header carries, or null.</summary>
    public User? Authenticate(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var hash = Hash(authorization["Bearer ".Length..].Trim());
        return CryptographicOperations.FixedTimeEquals(hash, admin) ? User.Admin
            : given.TryGetValue(Convert.ToHexString(hash), out var account)
                && store.Clock.GetUtcNow() < account.Until
                && store.Find(ResourceTypes.ServiceAccounts, account.Namespace, account.Name)?.Uid == account.Uid
                ? User.ServiceAccount(account.Namespace, account.Name)
                : null;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
