using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;

namespace Backsnap.Host.Mover.HalfMade;

/// <summary>What a store answered.</summary>
internal sealed record StoreAnswer(int Status, string Body)
{
    /// <summary>The body of an answer of success; null of any other.</summary>
    public string? Content => Status is >= 200 and < 300 ? Body : null;

    /// <summary>The store says that there is no such thing, which is more than that it did not give it.</summary>
    public bool IsNotFound => Status == 404;
}

/// <summary>A few requests to a store over HTTP, which trusts what restic trusts. No failure is an exception: what was not answered is null.</summary>
internal sealed class StoreClient(string? authorityFile)
{
    private const int LargestAnswer = 1 << 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Asks once.</summary>
    public async Task<StoreAnswer?> Ask(HttpRequestMessage request, CancellationToken stop)
    {
        try
        {
            using var handler = Handler();
            using var client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = LargestAnswer };
            using var answer = await client.SendAsync(request, stop).ConfigureAwait(false);
            return new StoreAnswer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false));
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException or System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The header for a user and a password; null where there is no user.</summary>
    public static AuthenticationHeaderValue? Basic(string user, string password) =>
        user.Length == 0 ? null : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{user}:{password}")));

    private HttpClientHandler Handler()
    {
        // A redirect would need another signature, and is a store that nobody asked for.
        var handler = new HttpClientHandler { AllowAutoRedirect = false };
        if (authorityFile is null)
            return handler;
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityFile);
        handler.ServerCertificateCustomValidationCallback = (_, certificate, chain, errors) =>
        {
            if (errors == System.Net.Security.SslPolicyErrors.None)
                return true;
            // Only an unknown authority is mended by knowing it; another name stays another name.
            if (certificate is null || chain is null || (errors & ~System.Net.Security.SslPolicyErrors.RemoteCertificateChainErrors) != 0)
                return false;
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(certificate);
        };
        return handler;
    }
}
