using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Backsnap.Kubernetes;

/// <summary>From kubeconfig files and a context to a connection.</summary>
internal static class KubeconfigReader
{
    public static KubeConnection Read(IReadOnlyList<string> paths, string? wantedContext)
    {
        var config = KubeconfigFile.Merge([.. paths.Select(KubeconfigFile.Parse)]);
        var name = wantedContext ?? config.CurrentContext;
        if (string.IsNullOrEmpty(name))
        {
            throw new KubeconfigException(
                config.Source, "current-context", "no context is chosen", $"choose one with --context: {Known(config.Contexts)}");
        }

        if (!config.Contexts.TryGetValue(name, out var item))
        {
            throw new KubeconfigException(
                config.Source, "contexts", $"there is no context \"{name}\"", $"choose one of these with --context: {Known(config.Contexts)}");
        }

        var context = item.Section("context") ?? throw item.Wrong("context", "it is missing", "name a cluster and a user in it");
        var cluster = Part(context, "cluster", config.Clusters, required: true)!;
        var user = Part(context, "user", config.Users, required: false);
        return Connect(name, context, cluster, user);
    }

    private static KubeConnection Connect(string name, YamlSection context, YamlSection cluster, YamlSection? user)
    {
        var skip = cluster.Flag("insecure-skip-tls-verify");
        var authorities = Authorities(cluster);
        if (skip && authorities is not null)
        {
            throw cluster.Wrong(
                "insecure-skip-tls-verify", "an authority is given as well, so one of the two cannot be meant", "remove one of them");
        }

        return new KubeConnection(Server(cluster), $"context \"{name}\" of {context.File}")
        {
            Namespace = context.Text("namespace") is { Length: > 0 } ns ? ns : null,
            Authorities = authorities,
            SkipTlsVerify = skip,
            TlsServerName = cluster.Text("tls-server-name") is { Length: > 0 } serverName ? serverName : null,
            Proxy = Proxy(cluster),
            ClientCertificate = user is null ? null : Certificate(user),
            Credential = user is null ? new KubeCredential.None() : UserCredential.Read(user, cluster),
        };
    }

    private static YamlSection? Part(YamlSection context, string kind, IReadOnlyDictionary<string, YamlSection> known, bool required)
    {
        if (context.Text(kind) is not { Length: > 0 } name)
        {
            return required ? throw context.Wrong(kind, "it is missing", $"name one of these: {Known(known)}") : null;
        }

        if (!known.TryGetValue(name, out var item))
        {
            throw context.Wrong(kind, $"there is no {kind} \"{name}\"", $"name one of these: {Known(known)}");
        }

        return item.Section(kind) ?? (required ? throw item.Wrong(kind, "it is missing", "say what it is") : null);
    }

    private static Uri Server(YamlSection cluster)
    {
        var text = cluster.Text("server") ?? throw cluster.Wrong("server", "it is missing", "write the server's URL");
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "https" or "http"
            ? server
            : throw cluster.Wrong("server", $"\"{text}\" is not the URL of a server", "write it as https://host:port");
    }

    private static Uri? Proxy(YamlSection cluster)
    {
        if (cluster.Text("proxy-url") is not { Length: > 0 } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var proxy) && proxy.Scheme is "http" or "https" or "socks5"
            ? proxy
            : throw cluster.Wrong("proxy-url", $"\"{text}\" is not the URL of a proxy", "write http://, https:// or socks5://host:port");
    }

    private static X509Certificate2Collection? Authorities(YamlSection cluster)
    {
        if (Pem(cluster, "certificate-authority") is not { } pem) return null;
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPem(pem.Text);
            return authorities.Count > 0 ? authorities : throw cluster.Wrong(pem.Field, "it holds no certificate", "give it in PEM form");
        }
        catch (CryptographicException e)
        {
            throw cluster.Wrong(pem.Field, $"its certificate cannot be read ({e.Message})", "give it in PEM form");
        }
    }

    private static ClientCertificate? Certificate(YamlSection user)
    {
        if (Pem(user, "client-certificate") is not { } certificate) return null;
        var key = Pem(user, "client-key")
            ?? throw user.Wrong("client-key", "the key to the client certificate is missing", "give client-key or client-key-data");
        try
        {
            return PemCertificate.Read(certificate.Text, key.Text);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw user.Wrong(
                certificate.Field,
                $"certificate and key do not go together or cannot be read ({e.Message})",
                "give both in PEM form, the key without a password");
        }
    }

    /// <summary>The PEM text of a field, which stands in it (<c>…-data</c>, preferred) or in the file that it names.</summary>
    private static (string Text, string Field)? Pem(YamlSection section, string name)
    {
        if (section.Bytes(name + "-data") is { } bytes) return (Encoding.UTF8.GetString(bytes), name + "-data");
        if (section.FilePath(name) is not { } path) return null;
        try
        {
            return (File.ReadAllText(path), name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw section.Wrong(name, $"the file {path} cannot be read ({e.Message})", "correct the path or the file's rights");
        }
    }

    private static string Known(IReadOnlyDictionary<string, YamlSection> named) =>
        named.Count == 0 ? "(there are none)" : string.Join(", ", named.Keys.Order(StringComparer.Ordinal));
}
