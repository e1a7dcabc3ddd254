using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Backsnap.Kubernetes;

/// <summary>Client certificates from PEM text.</summary>
internal static class PemCertificate
{
    /// <summary>The first certificate is the client's, those after it lead to its authority.</summary>
    /// <exception cref="CryptographicException">Certificate or key cannot be read, or do not go together.</exception>
    /// <exception cref="ArgumentException">They do not go together.</exception>
    public static ClientCertificate Read(string certificates, string key)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPem(certificates);
        return new ClientCertificate(X509Certificate2.CreateFromPem(certificates, key), [.. all.Skip(1)]);
    }
}
