using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Backsnap.Sandbox.Api;

/// <summary>
/// Who the server is to its clients, made anew at each start: an authority, a certificate from it for 127.0.0.1, and the
/// bearer token of its administrator. Whoever has the kubeconfig has all rights.
/// </summary>
internal sealed class ServerIdentity : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);

    private ServerIdentity(X509Certificate2 authority, X509Certificate2 certificate, string token)
    {
        Authority = authority;
        Certificate = certificate;
        Token = token;
    }

    public X509Certificate2 Authority { get; }
    public X509Certificate2 Certificate { get; }
    public string Token { get; }

    public static ServerIdentity Create()
    {
        // The certificate's dates are about the machine's clock, not the cluster's.
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=backsnap-sandbox-ca", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        var authority = authorityRequest.CreateSelfSigned(now.AddHours(-1), now + Lifetime);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=backsnap-sandbox", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        using var signed = request.Create(authority, now.AddHours(-1), now + Lifetime - TimeSpan.FromDays(1), RandomNumberGenerator.GetBytes(16));
        return new ServerIdentity(authority, signed.CopyWithPrivateKey(key), RandomNumberGenerator.GetHexString(48, lowercase: true));
    }

    /// <summary>A kubeconfig for the server at <paramref name="url"/>.</summary>
    public string Kubeconfig(Uri url) => $"""
        apiVersion: v1
        kind: Config
        clusters:
        - name: backsnap-sandbox
          cluster:
            server: {url.ToString().TrimEnd('/')}
            certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(Authority.ExportCertificatePem()))}
        users:
        - name: backsnap-sandbox
          user:
            token: {Token}
        contexts:
        - name: backsnap-sandbox
          context:
            cluster: backsnap-sandbox
            user: backsnap-sandbox
        current-context: backsnap-sandbox

        """;

    public void Dispose()
    {
        Authority.Dispose();
        Certificate.Dispose();
    }
}
