using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Backsnap.Kubernetes;

/// <summary>Where to look for a server, in kubectl's order.</summary>
internal static class ConnectionLoader
{
    private const string PodSource = "the pod's service account";

    public static ConnectionResult Load(ConnectionOptions options, KubeEnvironment environment)
    {
        try
        {
            return new ConnectionResult.Found(Find(options, environment));
        }
        catch (KubeconfigException problem)
        {
            return new ConnectionResult.Failed(problem.Error);
        }
    }

    private static KubeConnection Find(ConnectionOptions options, KubeEnvironment environment)
    {
        if (!string.IsNullOrEmpty(options.Kubeconfig))
        {
            return File.Exists(options.Kubeconfig)
                ? KubeconfigReader.Read([options.Kubeconfig], options.Context)
                : throw new KubeconfigException(options.Kubeconfig, "", "there is no such file", "name an existing file with --kubeconfig");
        }

        var candidates = Candidates(environment);
        var existing = candidates.Where(File.Exists).ToList();
        if (existing.Count > 0) return KubeconfigReader.Read(existing, options.Context);
        if (environment.Variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } host) return OfPod(host, options, environment);

        throw new KubeconfigException(
            candidates.Count == 0 ? "KUBECONFIG" : string.Join(':', candidates), "", "there is no kubeconfig, and this is not a pod of a cluster",
            "name a file with --kubeconfig or the variable KUBECONFIG");
    }

    private static List<string> Candidates(KubeEnvironment environment) =>
        environment.Variable("KUBECONFIG") is { Length: > 0 } listed
            ? [.. listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]
            : environment.Home.Length == 0 ? [] : [Path.Combine(environment.Home, ".kube", "config")];

    private static KubeConnection OfPod(string host, ConnectionOptions options, KubeEnvironment environment)
    {
        if (options.Context is { } context)
        {
            throw new KubeconfigException(
                PodSource, "", $"there is no kubeconfig to have a context \"{context}\"", "leave out --context, or name a file with --kubeconfig");
        }

        var port = environment.Variable("KUBERNETES_SERVICE_PORT") is { Length: > 0 } given ? given : "443";
        var bracketed = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        if (!Uri.TryCreate($"https://{bracketed}:{port}", UriKind.Absolute, out var server))
        {
            throw new KubeconfigException(
                PodSource, "KUBERNETES_SERVICE_HOST", $"\"{host}\" with port \"{port}\" is not an address", "let the kubelet set the variables");
        }

        var directory = environment.ServiceAccountDirectory;
        var token = Path.Combine(directory, "token");
        if (!File.Exists(token))
        {
            throw new KubeconfigException(
                token, "", "there is no token", "let the pod mount its service account (automountServiceAccountToken)");
        }

        var authority = Path.Combine(directory, "ca.crt");
        var ns = Path.Combine(directory, "namespace");
        return new KubeConnection(server, PodSource)
        {
            Namespace = File.Exists(ns) ? File.ReadAllText(ns).Trim() : null,
            Authorities = File.Exists(authority) ? PodAuthorities(authority) : null,
            Credential = new KubeCredential.TokenFile(token),
        };
    }

    private static X509Certificate2Collection PodAuthorities(string path)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            return authorities;
        }
        catch (CryptographicException e)
        {
            throw new KubeconfigException(path, "", $"it holds no certificate ({e.Message})", "restart the pod so that the kubelet writes it anew");
        }
    }
}
