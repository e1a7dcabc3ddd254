using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Backsnap.Host.Tests.Stores;

/// <summary>
/// An S3 server over TLS (s3rver, which scripts/test.sh installs below .tools) with a certificate authority made for it, so that the custom
/// authority is tried as well. It takes any secret key: refused credentials cannot be tested with it.
/// </summary>
internal sealed class S3Server : IDisposable
{
    public const string Bucket = "backups";
    public const string AccessKey = "S3RVER";
    public const string SecretKey = "S3RVER";

    private readonly DirectoryInfo home;
    private readonly Process process;

    private S3Server(DirectoryInfo home, Process process, int port) => (this.home, this.process, Port) = (home, process, port);

    /// <summary>Why the server cannot be had here; null when it can.</summary>
    public static string? Missing =>
        Find("s3rver/node_modules/s3rver/bin/s3rver.js") is null ? "s3rver is not installed (scripts/test.sh installs it)"
        : NodeProgram() is null ? "Node.js is not installed"
        : null;

    public int Port { get; }

    /// <summary>What restic calls the server: <c>s3:ADDRESS/BUCKET/PATH</c>.</summary>
    public string Address => $"https://127.0.0.1:{Port}";

    /// <summary>The file with the authority that signed the server's certificate, for RESTIC_CACERT.</summary>
    public string AuthorityFile => Path.Combine(home.FullName, "ca.pem");

    /// <summary>What restic needs in its environment to use the server.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["AWS_ACCESS_KEY_ID"] = AccessKey,
        ["AWS_SECRET_ACCESS_KEY"] = SecretKey,
        ["RESTIC_CACERT"] = AuthorityFile,
    };

    /// <summary>Starts a server with the one bucket; it is ready when this returns.</summary>
    public static async Task<S3Server> Start()
    {
        var home = Directory.CreateTempSubdirectory("backsnap-s3-");
        WriteCertificates(home.FullName);
        var port = FreePort();
        var start = new ProcessStartInfo(NodeProgram()!)
        {
            ArgumentList =
            {
                Find("s3rver/node_modules/s3rver/bin/s3rver.js")!,
                "--directory", Path.Combine(home.FullName, "data"), "--address", "127.0.0.1", "--port", $"{port}", "--silent",
                "--key", Path.Combine(home.FullName, "key.pem"), "--cert", Path.Combine(home.FullName, "cert.pem"),
                "--no-vhost-buckets", "--configure-bucket", Bucket,
            },
        };
        var server = new S3Server(home, Process.Start(start)!, port);
        await server.Ready();
        return server;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        home.Delete(recursive: true);
    }

    private async Task Ready()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, Port, deadline.Token);
                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(50, deadline.Token);
            }
        }
    }

    private static void WriteCertificates(string directory)
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest("CN=Backsnap test authority", authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = authorityRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(6), RandomNumberGenerator.GetBytes(8));

        File.WriteAllText(Path.Combine(directory, "ca.pem"), authority.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(directory, "key.pem"), key.ExportPkcs8PrivateKeyPem());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find(string path)
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (Path.Combine(directory.FullName, ".tools", path) is var candidate && File.Exists(candidate))
                return candidate;
        return null;
    }

    private static string? NodeProgram() =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, "node"))
            .FirstOrDefault(File.Exists);
}
