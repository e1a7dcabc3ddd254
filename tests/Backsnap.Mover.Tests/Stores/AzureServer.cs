using System.Diagnostics;
using System.Globalization;
using Backsnap.Host.Tests;
using Backsnap.Host.Tests.Stores;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>
/// A server with the interface of Azure's blobs over TLS (azurite, which scripts/test.sh installs below .tools). It checks signatures. The account
/// is part of its name, as Azure has it; the name is reached through a <see cref="Tunnel"/>.
/// </summary>
internal sealed class AzureServer : IDisposable
{
    private const string Account = "backsnap";
    private const string Suffix = "backsnap.test";

    private readonly DirectoryInfo home;
    private readonly Process process;
    private readonly Tunnel tunnel;
    private readonly int port;

    private AzureServer(DirectoryInfo home, int port)
    {
        (this.home, this.port) = (home, port);
        tunnel = new Tunnel(name => name == $"{Account}.blob.{Suffix}" ? port : null);
        process = Launch();
    }

    /// <summary>Why the server cannot be had here; null when it can.</summary>
    public static string? Missing =>
        Program is null ? "azurite is not installed (scripts/test.sh installs it)"
        : Tools.OnPath("node") is null ? "Node.js is not installed"
        : null;

    /// <summary>What restic needs in its environment to use the server.</summary>
    public IReadOnlyDictionary<string, string> Variables => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AZURE_ACCOUNT_NAME"] = Account,
        ["AZURE_ACCOUNT_KEY"] = Key,
        ["AZURE_ENDPOINT_SUFFIX"] = Suffix,
    }.Concat(Way).ToDictionary();

    /// <summary>The part of it that leads to the server.</summary>
    public IReadOnlyDictionary<string, string> Way => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["RESTIC_CACERT"] = Path.Combine(home.FullName, "ca.pem"),
        ["HTTPS_PROXY"] = tunnel.Address,
    };

    /// <summary>How rclone's configuration names the server.</summary>
    public static string Remote(string name, string key) => $"[{name}]\ntype = azureblob\naccount = {Account}\nkey = {key}\nendpoint = blob.{Suffix}\n";

    private static string? Program { get; } = Tools.InRepository("azurite/node_modules/azurite/dist/src/blob/main.js");

    public static string Key { get; } = Convert.ToBase64String("a key that is known to this test alone"u8);

    /// <summary>Starts a server without containers; it answers when this returns.</summary>
    public static async Task<AzureServer> Start()
    {
        var home = Directory.CreateTempSubdirectory("backsnap-azure-");
        TestAuthority.Write(home.FullName, $"{Account}.blob.{Suffix}");
        var server = new AzureServer(home, LoopbackPort.Free());
        await LoopbackPort.Answers(server.port, server.process);
        return server;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        tunnel.Dispose();
        home.Delete(recursive: true);
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo(Tools.OnPath("node")!)
        {
            ArgumentList =
            {
                Program!, "--blobHost", "127.0.0.1", "--blobPort", port.ToString(CultureInfo.InvariantCulture), "--location", Path.Combine(home.FullName, "data"),
                "--key", Path.Combine(home.FullName, "key.pem"), "--cert", Path.Combine(home.FullName, "cert.pem"), "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            },
            RedirectStandardOutput = true,
        };
        start.Environment["AZURITE_ACCOUNTS"] = $"{Account}:{Key}";
        var launched = Process.Start(start)!;
        launched.BeginOutputReadLine();
        return launched;
    }
}
