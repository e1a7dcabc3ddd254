using System.Collections.Immutable;
using System.Diagnostics;
using Backsnap.Host.Tests.Stores;
using Backsnap.Host.Tests;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>
/// restic's own rest-server, which scripts/test.sh fetches below .tools. It writes an object under another name and renames it, so that an
/// object is there whole or not at all, whenever the server is killed.
/// </summary>
internal sealed class RestServer : IDisposable
{
    private readonly DirectoryInfo home;
    private readonly ImmutableArray<string> options;
    private Process process;

    private RestServer(DirectoryInfo home, int port, ImmutableArray<string> options)
    {
        (this.home, Port, this.options) = (home, port, options);
        // With a quota the server measures it before it has made it.
        Directory.CreateDirectory(Data);
        process = Launch();
    }

    /// <summary>Why the server cannot be had here; null when it can.</summary>
    public static string? Missing => Program is null ? "restic's rest-server is not in .tools (scripts/test.sh fetches it on Debian and Ubuntu)" : null;

    public int Port { get; }

    /// <summary>Where its objects lie.</summary>
    public string Data => Path.Combine(home.FullName, "data");

    private static string? Program { get; } = Tools.InRepository("bin/rest-server");

    /// <summary>Starts a server without authentication; it answers when this returns.</summary>
    /// <param name="options">Further options of the program, such as <c>--append-only</c>.</param>
    public static Task<RestServer> Start(params ImmutableArray<string> options) => StartIn(Directory.CreateTempSubdirectory("backsnap-rest-"), ["--no-auth", .. options]);

    /// <summary>Starts a server that knows one user.</summary>
    public static Task<RestServer> StartFor(string user, string password)
    {
        var home = Directory.CreateTempSubdirectory("backsnap-rest-");
        var users = Path.Combine(home.FullName, "users");
        // {SHA} is what the server's file format has that needs no program to make: it guards nothing but a test.
#pragma warning disable CA5350
        var hash = System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(password));
#pragma warning restore CA5350
        File.WriteAllText(users, $"{user}:{{SHA}}{Convert.ToBase64String(hash)}\n");
        return StartIn(home, ["--htpasswd-file", users]);
    }

    /// <summary>What restic calls a repository on this server.</summary>
    public string Repository(string path, string? user = null) => $"rest:http://{(user is null ? "" : $"{user}@")}127.0.0.1:{Port}/{path}/";

    /// <summary>Ends the server as a crash does.</summary>
    public void Kill()
    {
        process.Kill();
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

    private static async Task<RestServer> StartIn(DirectoryInfo home, ImmutableArray<string> options)
    {
        var server = new RestServer(home, LoopbackPort.Free(), options);
        await LoopbackPort.Answers(server.Port, server.process);
        return server;
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo(Program!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (ImmutableArray<string>)["--path", Data, "--listen", $"127.0.0.1:{Port}", .. options])
            start.ArgumentList.Add(argument);
        var launched = Process.Start(start)!;
        // Unread, a pipe fills and the server stands still.
        launched.BeginOutputReadLine();
        launched.BeginErrorReadLine();
        return launched;
    }
}
