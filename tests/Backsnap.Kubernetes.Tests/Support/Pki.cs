using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Backsnap.Kubernetes.Tests.Support;

/// <summary>A certificate authority of a test's own.</summary>
public sealed class Pki
{
    private static readonly DateTimeOffset Begin = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset End = DateTimeOffset.UtcNow.AddDays(30);

    private Pki(X509Certificate2 certificate) => Certificate = certificate;

    public X509Certificate2 Certificate { get; }

    public static Pki Root(string name = "test root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new Pki(Request(name, key, isAuthority: true).CreateSelfSigned(Begin, End));
    }

    public Pki Intermediate(string name) => new(Sign(name, isAuthority: true, Begin, End));

    public X509Certificate2 Server(string host = "127.0.0.1", bool expired = false) => expired
        ? Sign(host, isAuthority: false, Begin, Begin.AddHours(1), host)
        : Sign(host, isAuthority: false, Begin, End, host);

    public X509Certificate2 Client(string name) => Sign(name, isAuthority: false, Begin, End);

    public static X509Certificate2 SelfSigned(string host = "127.0.0.1")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Request(host, key, isAuthority: false, host).CreateSelfSigned(Begin, End);
    }

    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    private X509Certificate2 Sign(string name, bool isAuthority, DateTimeOffset from, DateTimeOffset to, string? host = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var serial = RandomNumberGenerator.GetBytes(8);
        return Request(name, key, isAuthority, host).Create(Certificate, from, to, serial).CopyWithPrivateKey(key);
    }

    private static CertificateRequest Request(string name, ECDsa key, bool isAuthority, string? host = null)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        return request;
    }
}
