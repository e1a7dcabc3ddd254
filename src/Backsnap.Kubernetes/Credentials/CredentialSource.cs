using System.Net.Http.Headers;
using System.Text;

namespace Backsnap.Kubernetes;

/// <summary>What a request shows, or why there is nothing to show.</summary>
internal abstract record Shown
{
    private Shown()
    {
    }

    public sealed record Proof(AuthenticationHeaderValue? Authorization, ClientCertificate? Certificate) : Shown;

    public sealed record Nothing(string Why) : Shown;
}

/// <summary>Keeps what is shown up to date.</summary>
internal abstract class CredentialSource : IDisposable
{
    public abstract ValueTask<Shown> GetAsync(CancellationToken cancel);

    /// <summary>The server did not accept <paramref name="refused"/>. True when asking again may give something else.</summary>
    public abstract bool Renew(Shown.Proof refused);

    public abstract void Dispose();

    public static CredentialSource For(KubeConnection connection, TimeProvider time) => connection.Credential switch
    {
        KubeCredential.None => new Fixed(null, connection.ClientCertificate),
        KubeCredential.Token token => new Fixed(new AuthenticationHeaderValue("Bearer", token.Value), connection.ClientCertificate),
        KubeCredential.Basic basic => new Fixed(
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.Username}:{basic.Password}"))),
            connection.ClientCertificate),
        KubeCredential.TokenFile file => new TokenFileSource(file.Path, connection.ClientCertificate, time),
        KubeCredential.Exec exec => new ExecSource(exec, connection.ClientCertificate, time),
    };

    private sealed class Fixed(AuthenticationHeaderValue? authorization, ClientCertificate? certificate) : CredentialSource
    {
        private readonly Shown.Proof _proof = new(authorization, certificate);

        public override ValueTask<Shown> GetAsync(CancellationToken cancel) => new(_proof);

        public override bool Renew(Shown.Proof refused) => false;

        public override void Dispose()
        {
        }
    }
}
