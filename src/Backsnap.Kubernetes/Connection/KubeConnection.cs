using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Backsnap.Kubernetes;

/// <summary>Where a Kubernetes API server is and how to speak to it: what a kubeconfig's context, or a pod's surroundings, say.</summary>
/// <param name="Server">The server's URL; a path in it precedes every request's.</param>
/// <param name="Origin">For messages: <c>context "x" of /home/me/.kube/config</c>.</param>
public sealed record KubeConnection(Uri Server, string Origin)
{
    /// <summary>The namespace of the context; null when it names none (kubectl then takes <c>default</c>).</summary>
    public string? Namespace { get; init; }

    /// <summary>The authorities that the server's certificate must come from; null for those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>True: any certificate is taken. Whoever is on the way can then read and change everything.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The name that the server's certificate must bear; null for the host of <see cref="Server"/>.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>HTTP, HTTPS or SOCKS5 proxy; null for that of the environment (<c>HTTPS_PROXY</c>, <c>NO_PROXY</c>).</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The client's certificate, used whatever <see cref="Credential"/> is; null for none.</summary>
    public ClientCertificate? ClientCertificate { get; init; }

    /// <summary>Who the client is.</summary>
    public KubeCredential Credential { get; init; } = new KubeCredential.None();

    /// <summary>
    /// Finds the server as kubectl does: the file asked for; else those of <c>KUBECONFIG</c>, merged; else <c>~/.kube/config</c>;
    /// else, inside a pod, its service account.
    /// </summary>
    public static ConnectionResult Load(ConnectionOptions options, KubeEnvironment environment) =>
        ConnectionLoader.Load(options, environment);

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Server = ").Append(Server).Append(", Origin = ").Append(Origin).Append(", Credential = ").Append(Credential);
        return true;
    }
}

/// <summary>What the command line says about the connection.</summary>
public sealed record ConnectionOptions
{
    /// <summary>A kubeconfig file; null to look where kubectl looks.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>A context of it; null for its current one.</summary>
    public string? Context { get; init; }
}

/// <summary>What of its surroundings a program looks at to find its server.</summary>
/// <param name="Variable">Environment variables by name.</param>
/// <param name="Home">The user's home directory; empty for none.</param>
public sealed record KubeEnvironment(Func<string, string?> Variable, string Home)
{
    /// <summary>Where a pod finds its token, authority and namespace.</summary>
    public string ServiceAccountDirectory { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The surroundings of this process.</summary>
    public static KubeEnvironment Process { get; } =
        new(Environment.GetEnvironmentVariable, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
}

/// <summary>A certificate with its key, and the intermediate authorities that go with it.</summary>
/// <param name="Leaf">The certificate with its private key.</param>
/// <param name="Intermediates">Sent along, so that the server finds the way to its authority.</param>
public sealed record ClientCertificate(X509Certificate2 Leaf, X509Certificate2Collection Intermediates);

/// <summary>Who the client is, besides its certificate. Its text form gives no secret away.</summary>
public abstract record KubeCredential
{
    private KubeCredential()
    {
    }

    /// <inheritdoc/>
    public sealed override string ToString() => GetType().Name;

    /// <summary>Nobody, or whom the certificate names.</summary>
    public sealed record None : KubeCredential;

    /// <summary>A bearer token.</summary>
    /// <param name="Value">The token.</param>
    public sealed record Token(string Value) : KubeCredential;

    /// <summary>A bearer token in a file that others renew; read again once a minute, and when the server does not accept it.</summary>
    /// <param name="Path">The file.</param>
    public sealed record TokenFile(string Path) : KubeCredential;

    /// <summary>Name and password.</summary>
    /// <param name="Username">The name.</param>
    /// <param name="Password">The password.</param>
    public sealed record Basic(string Username, string Password) : KubeCredential;

    /// <summary>A program that prints credentials (<c>client.authentication.k8s.io</c>).</summary>
    /// <param name="ApiVersion">The version of the exchange that the kubeconfig names.</param>
    /// <param name="Command">The program: a path, or a name to look for on PATH.</param>
    /// <param name="Arguments">Its arguments.</param>
    public sealed record Exec(string ApiVersion, string Command, IReadOnlyList<string> Arguments) : KubeCredential
    {
        /// <summary>Environment variables to add.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

        /// <summary>What to tell a person who lacks the program; null for nothing.</summary>
        public string? InstallHint { get; init; }

        /// <summary>The cluster's description for the program as JSON; null unless it asks for it (<c>provideClusterInfo</c>).</summary>
        public string? ClusterInfo { get; init; }
    }
}

/// <summary>The way to a server, or why there is none.</summary>
public abstract record ConnectionResult
{
    private ConnectionResult()
    {
    }

    /// <summary>The connection through <paramref name="found"/>, or the error through <paramref name="failed"/>.</summary>
    public abstract TOut Match<TOut>(Func<KubeConnection, TOut> found, Func<KubeconfigError, TOut> failed);

    /// <summary>There is one; nothing has been sent yet.</summary>
    /// <param name="Connection">The connection.</param>
    public sealed record Found(KubeConnection Connection) : ConnectionResult
    {
        /// <inheritdoc/>
        public override TOut Match<TOut>(Func<KubeConnection, TOut> found, Func<KubeconfigError, TOut> failed) => found(Connection);
    }

    /// <summary>There is none.</summary>
    /// <param name="Error">Why.</param>
    public sealed record Failed(KubeconfigError Error) : ConnectionResult
    {
        /// <inheritdoc/>
        public override TOut Match<TOut>(Func<KubeConnection, TOut> found, Func<KubeconfigError, TOut> failed) => failed(Error);
    }
}

/// <summary>What is wrong with the configuration that should lead to a server.</summary>
/// <param name="Source">The file, or <c>the pod's service account</c>.</param>
/// <param name="Field">The field, <c>users[admin].user.token</c>; empty when it is the file as a whole.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="WayOut">What to do.</param>
public sealed record KubeconfigError(string Source, string Field, string Problem, string WayOut)
{
    /// <summary>Line in the file, from 1; null when it is not about a place.</summary>
    public int? Line { get; init; }

    /// <summary>Column in the line, from 1.</summary>
    public int? Column { get; init; }

    /// <summary>One sentence for a person.</summary>
    public string Explain() =>
        $"{Source}{(Line is null ? "" : $":{Line}:{Column}")}: {(Field.Length == 0 ? "" : Field + ": ")}{Problem}; {WayOut}.";

    /// <inheritdoc/>
    public override string ToString() => Explain();
}
