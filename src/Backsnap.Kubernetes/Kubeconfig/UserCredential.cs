using System.Text.Json.Nodes;

namespace Backsnap.Kubernetes;

/// <summary>What a kubeconfig's user shows to the server; of several ways the first in client-go's order counts.</summary>
internal static class UserCredential
{
    public static KubeCredential Read(YamlSection user, YamlSection cluster)
    {
        if (user.FilePath("tokenFile") is { } path) return new KubeCredential.TokenFile(path);
        if (user.Text("token") is { Length: > 0 } token) return new KubeCredential.Token(token);
        if (user.Text("username") is { Length: > 0 } name) return new KubeCredential.Basic(name, user.Text("password") ?? "");
        if (user.Section("exec") is { } exec) return Exec(exec, cluster);
        return user.Has("auth-provider")
            ? throw user.Wrong("auth-provider", "Kubernetes 1.26 gave these up", "let the provider's tool write an exec section instead")
            : new KubeCredential.None();
    }

    private static KubeCredential.Exec Exec(YamlSection exec, YamlSection cluster)
    {
        var version = exec.Text("apiVersion");
        if (version is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
        {
            throw exec.Wrong(
                "apiVersion", $"\"{version}\" is not supported", "write client.authentication.k8s.io/v1 and a plugin version that speaks it");
        }

        if (exec.Text("interactiveMode") == "Always")
        {
            throw exec.Wrong("interactiveMode", "the plugin wants a terminal, and there is none", "use credentials that need no person");
        }

        var command = exec.Text("command") is { Length: > 0 } given
            ? given
            : throw exec.Wrong("command", "it is missing", "name the program that prints credentials");
        var program = command.Contains('/', StringComparison.Ordinal) ? exec.FilePath("command")! : command;
        return new KubeCredential.Exec(version, program, exec.Texts("args"))
        {
            Variables = [.. exec.Sections("env").Select(v => KeyValuePair.Create(
                v.Text("name") ?? throw v.Wrong("name", "the variable has no name", "give it one"), v.Text("value") ?? ""))],
            InstallHint = exec.Text("installHint"),
            ClusterInfo = exec.Flag("provideClusterInfo") ? ClusterInfo(cluster) : null,
        };
    }

    private static string ClusterInfo(YamlSection cluster)
    {
        var info = new JsonObject { ["server"] = cluster.Text("server") };
        if (cluster.Text("tls-server-name") is { } name) info["tls-server-name"] = name;
        if (cluster.Flag("insecure-skip-tls-verify")) info["insecure-skip-tls-verify"] = true;
        if (cluster.Text("proxy-url") is { } proxy) info["proxy-url"] = proxy;
        if (cluster.Text("certificate-authority-data") is { } data) info["certificate-authority-data"] = data;
        else if (cluster.FilePath("certificate-authority") is { } path && File.Exists(path))
        {
            info["certificate-authority-data"] = Convert.ToBase64String(File.ReadAllBytes(path));
        }

        return info.ToJsonString();
    }
}
