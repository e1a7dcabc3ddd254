using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Backsnap.Host.Tests.Stores;
using Backsnap.Domain.Movers;
using Backsnap.Host.Tests;

namespace Backsnap.Mover.Tests.Stores;

/// <summary>
/// OpenSSH's server, which scripts/test.sh unpacks below .tools, as an ordinary process on a free port: with keys made for it, for one user, for
/// SFTP alone. Root's tests run it as nobody, because as root it would want a user of its own on this machine.
/// </summary>
internal sealed class SshServer : IDisposable
{
    private const string Nobody = "65534";

    private readonly DirectoryInfo home;
    private readonly Process process;
    private readonly StringBuilder said = new();

    private SshServer(DirectoryInfo home, Process process) => (this.home, this.process) = (home, process);

    /// <summary>Why the server cannot be had here; null when it can.</summary>
    public static string? Missing =>
        Program is null ? "no ssh server in .tools (scripts/test.sh fetches it on Debian and Ubuntu)"
        : Tools.OnPath("ssh") is null || Tools.OnPath("ssh-keygen") is null ? "ssh is not installed"
        : null;

    /// <summary>The directory with the files of a Secret that opens it.</summary>
    public string Credentials => Path.Combine(home.FullName, "credentials");

    private int Port { get; init; }

    private static string? Program { get; } = Tools.InRepository("ssh-server/usr/sbin/sshd");

    private static string User => Environment.IsPrivilegedProcess ? "nobody" : Environment.UserName;

    /// <summary>Starts a server; it answers when this returns.</summary>
    public static async Task<SshServer> Start()
    {
        var home = Directory.CreateTempSubdirectory("backsnap-ssh-");
        var credentials = Directory.CreateDirectory(Path.Combine(home.FullName, "credentials")).FullName;
        Directory.CreateDirectory(Path.Combine(home.FullName, "data"));
        // Its own copy, as nobody may not look everywhere.
        var sshd = Path.Combine(home.FullName, "sshd");
        File.Copy(Program!, sshd);
        var tools = new FileInfo(Program!).Directory!.Parent!.Parent!;
        foreach (var library in tools.EnumerateFiles("libwrap.so*", SearchOption.AllDirectories))
            library.CopyTo(Path.Combine(home.FullName, library.Name));
        var port = LoopbackPort.Free();
        await Keys(home.FullName, credentials, port);
        var configuration = Path.Combine(home.FullName, "sshd_config");
        await File.WriteAllLinesAsync(configuration, Configuration(home.FullName, tools, port));
        if (Environment.IsPrivilegedProcess)
            await Shell.Run("chown -R \"$1:$1\" \"$2\" && chown -R \"$(id -u):$(id -g)\" \"$3\"", Nobody, home.FullName, credentials);

        ImmutableArray<string> command = [sshd, "-D", "-e", "-f", configuration];
        var start = new ProcessStartInfo(Environment.IsPrivilegedProcess ? "setpriv" : sshd) { RedirectStandardError = true };
        start.Environment["LD_LIBRARY_PATH"] = home.FullName;
        foreach (var argument in Environment.IsPrivilegedProcess ? ["--reuid", Nobody, "--regid", Nobody, "--clear-groups", "--", .. command] : command[1..])
            start.ArgumentList.Add(argument);
        var server = new SshServer(home, Process.Start(start)!) { Port = port };
        server.process.ErrorDataReceived += (_, line) => server.Hear(line.Data);
        server.process.BeginErrorReadLine();
        await server.Ready();
        return server;
    }

    /// <summary>What restic calls a repository on this server.</summary>
    public string Repository(string path) => $"sftp://{User}@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/{home.FullName}/data/{path}";

    /// <summary>Makes a key that the server does not know, in place of the one in the credentials.</summary>
    public async Task ForgetKey()
    {
        File.Delete(Path.Combine(Credentials, RepositoryFiles.SshPrivateKey));
        await MakeKey(Path.Combine(Credentials, RepositoryFiles.SshPrivateKey));
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        home.Delete(recursive: true);
    }

    private static async Task Keys(string home, string credentials, int port)
    {
        await MakeKey(Path.Combine(home, "host_key"));
        var key = Path.Combine(credentials, RepositoryFiles.SshPrivateKey);
        await MakeKey(key);
        File.Move($"{key}.pub", Path.Combine(home, "authorized_keys"));
        var host = (await File.ReadAllTextAsync(Path.Combine(home, "host_key.pub"))).Split(' ');
        await File.WriteAllTextAsync(
            Path.Combine(credentials, RepositoryFiles.SshKnownHosts), $"[127.0.0.1]:{port.ToString(CultureInfo.InvariantCulture)} {host[0]} {host[1].Trim()}\n");
    }

    private static Task MakeKey(string path) => Shell.Run("ssh-keygen -q -t ed25519 -N '' -C backsnap-test -f \"$1\"", path);

    private static IEnumerable<string> Configuration(string home, DirectoryInfo tools, int port) =>
    [
        "ListenAddress 127.0.0.1", $"Port {port.ToString(CultureInfo.InvariantCulture)}", $"HostKey {home}/host_key", $"AuthorizedKeysFile {home}/authorized_keys",
        // Without PAM an account counts as locked whose password the server may not see.
        "StrictModes no", "UsePAM yes", "PasswordAuthentication no", "KbdInteractiveAuthentication no", "PidFile none",
        "Subsystem sftp internal-sftp", "ForceCommand internal-sftp",
        // From 9.8 on it is several programs.
        .. Parts(tools, "sshd-session", "SshdSessionPath"), .. Parts(tools, "sshd-auth", "SshdAuthPath"),
    ];

    private static IEnumerable<string> Parts(DirectoryInfo tools, string name, string option) =>
        tools.EnumerateFiles(name, SearchOption.AllDirectories).Select(file => $"{option} {file.FullName}");

    private void Hear(string? line)
    {
        lock (said)
            said.AppendLine(line);
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
            catch (SocketException)
            {
                lock (said)
                    Assert.False(process.HasExited, said.ToString());
                await Task.Delay(20, deadline.Token);
            }
        }
    }
}
