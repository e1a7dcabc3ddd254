using System.Diagnostics;

namespace Backsnap.Host.Tests.Stores;

/// <summary>
/// An S3 server over TLS (s3rver, which scripts/test.sh installs below .tools) with a certificate authority made for it, so that the custom
/// authority is tried as well. It takes any secret key: refused credentials cannot be tested with it. It may be killed: with the few lines
/// that this puts before it an object is there whole or not at all, as S3 promises.
/// </summary>
internal sealed class S3Server : IDisposable
{
    public const string Bucket = "backups";
    public const string AccessKey = "S3RVER";
    public const string SecretKey = "S3RVER";

    // By itself s3rver writes an object where it is read from: one that was being written when the server was killed would be there in part.
    private const string Whole = """
        'use strict';
        const fs = require('fs');
        const path = require('path');
        const program = process.argv[2];
        process.argv.splice(1, 2, program);
        const { prototype: store } = require(path.join(path.dirname(program), '../lib/stores/filesystem.js'));
        const put = store.putObject;
        let count = 0;
        store.putObject = async function (object) {
          const key = `.incoming/${process.pid}-${++count}`;
          const result = await put.call(this, { ...object, key });
          for (const part of ['object.md5', 'metadata.json', 'object']) {
            const place = this.getResourcePath(object.bucket, object.key, part);
            fs.mkdirSync(path.dirname(place), { recursive: true });
            fs.renameSync(this.getResourcePath(object.bucket, key, part), place);
          }
          return result;
        };
        require(program);
        """;

    private readonly DirectoryInfo home;
    private Process process;

    private S3Server(DirectoryInfo home, int port)
    {
        (this.home, Port) = (home, port);
        process = Launch();
    }

    /// <summary>Why the server cannot be had here; null when it can.</summary>
    public static string? Missing =>
        Find("s3rver/node_modules/s3rver/bin/s3rver.js") is null ? "s3rver is not installed (scripts/test.sh installs it)"
        : NodeProgram() is null ? "Node.js is not installed"
        : null;

    public int Port { get; }

    /// <summary>What restic calls the server: <c>s3:ADDRESS/BUCKET/PATH</c>.</summary>
    public string Address => $"https://127.0.0.1:{Port}";

    /// <summary>Where its objects lie.</summary>
    public string Data => Path.Combine(home.FullName, "data");

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
        TestAuthority.Write(home.FullName, "localhost");
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "whole.js"), Whole);
        var server = new S3Server(home, LoopbackPort.Free());
        await LoopbackPort.Answers(server.Port, server.process);
        return server;
    }

    /// <summary>Ends the server as a crash does.</summary>
    public void Kill()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    /// <summary>Starts it again after <see cref="Kill"/>, at the same address with the same data.</summary>
    public async Task Restart()
    {
        process = Launch();
        await LoopbackPort.Answers(Port, process);
    }

    public void Dispose()
    {
        Kill();
        home.Delete(recursive: true);
    }

    private Process Launch() => Process.Start(new ProcessStartInfo(NodeProgram()!)
    {
        ArgumentList =
        {
            Path.Combine(home.FullName, "whole.js"), Find("s3rver/node_modules/s3rver/bin/s3rver.js")!,
            "--directory", Data, "--address", "127.0.0.1", "--port", $"{Port}", "--silent",
            "--key", Path.Combine(home.FullName, "key.pem"), "--cert", Path.Combine(home.FullName, "cert.pem"),
            "--no-vhost-buckets", "--configure-bucket", Bucket,
        },
    })!;

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
