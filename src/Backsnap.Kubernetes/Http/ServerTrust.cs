using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Backsnap.Kubernetes;

/// <summary>Whether a server's certificate is good: from the right authority, in time, for the right host.</summary>
/// <remarks>
/// As in Go, whatever the kubeconfig gives as authority is an anchor, be it a root, an intermediate, or the server's own
/// certificate. .NET's custom trust takes roots only, and would refuse the chains of several distributions.
/// </remarks>
internal sealed class ServerTrust(X509Certificate2Collection authorities)
{
    /// <summary>Why a certificate was last refused, in words for <see cref="ApiError.Message"/>.</summary>
    public string? LastRefusal { get; private set; }

    /// <summary>
    /// What the handshake itself checks by. Without it, .NET reads every authority that the system knows for the first connection, and builds two
    /// chains for each, only to ask <see cref="Accepts"/> all the same.
    /// </summary>
    public X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ExtraStore.AddRange(authorities);
        return policy;
    }

    /// <summary>Whether the certificate is good: by <see cref="Policy"/>, or by what Go takes as an anchor and .NET does not.</summary>
    public bool Accepts(object sender, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        LastRefusal = certificate switch
        {
            not null when errors == SslPolicyErrors.None => null,
            null => "the server shows no certificate",
            X509Certificate2 leaf => Objection(leaf, sent, errors),
            _ => Objection(X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()), sent, errors),
        };
        return LastRefusal is null;
    }

    private string? Objection(X509Certificate2 leaf, X509Chain? sent, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the server's certificate is for {Names(leaf)}, not for this host; see tls-server-name";
        }

        using var chain = new X509Chain { ChainPolicy = Policy() };
        foreach (var element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        if (chain.Build(leaf) || OnlyLacksARoot(chain)) return null;

        var problems = string.Join(", ", chain.ChainStatus.Select(s => s.StatusInformation.Trim().TrimEnd('.')).Distinct());
        return $"the server's certificate ({leaf.Subject}, issued by {leaf.Issuer}) is not good by the certificate authority given: {problems}";
    }

    private bool OnlyLacksARoot(X509Chain chain) =>
        chain.ChainStatus.All(s => s.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot)
        && chain.ChainElements.Any(e => authorities.Any(a => a.RawData.AsSpan().SequenceEqual(e.Certificate.RawData)));

    private static string Names(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToList();
        return names.Count == 0 ? leaf.Subject : string.Join(", ", names);
    }
}
