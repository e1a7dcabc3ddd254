using System.Collections.Immutable;
using Backsnap.Domain.Movers;

namespace Backsnap.Host.Mover;

/// <summary>
/// How restic runs <c>ssh</c> for a repository that is reached by SFTP. It never asks anything, as nobody would answer, and trusts only hosts
/// that are known beforehand: without the file of them no host is, unless the image itself brings some.
/// </summary>
/// <param name="PrivateKey">The file of the key to log in with; null for what <c>ssh</c> finds by itself.</param>
/// <param name="KnownHosts">The file of the hosts' keys; null for what <c>ssh</c> finds by itself.</param>
internal sealed record SecureShell(string? PrivateKey, string? KnownHosts)
{
    // A connection that died without a word is given up after five minutes: restic itself would wait for ever.
    private static readonly ImmutableArray<string> Always =
        ["BatchMode=yes", "StrictHostKeyChecking=yes", "ConnectTimeout=30", "ServerAliveInterval=60", "ServerAliveCountMax=5"];

    /// <summary>What a repository needs; null when it is not reached by SFTP.</summary>
    /// <param name="repository">Its address.</param>
    /// <param name="find">The file of a name of <see cref="RepositoryFiles"/>; null where there is none.</param>
    public static SecureShell? For(string repository, Func<string, string?> find) =>
        repository.StartsWith("sftp:", StringComparison.Ordinal) ? new SecureShell(find(RepositoryFiles.SshPrivateKey), find(RepositoryFiles.SshKnownHosts)) : null;

    /// <summary>
    /// Whether an address would be taken for an option of <c>ssh</c>, one that names a command perhaps: restic puts the host first among its arguments.
    /// </summary>
    public static bool IsOption(string repository) =>
        repository.StartsWith("sftp:", StringComparison.Ordinal)
        && (repository["sftp:".Length..].TrimStart('/').StartsWith('-') || repository.Contains("@-", StringComparison.Ordinal));

    /// <summary>restic's option for one call.</summary>
    /// <param name="log">Where <c>ssh</c> writes what it has to say: restic ends too soon to pass all of it on.</param>
    public string Option(string log) => $"--option=\"sftp.args={string.Join(' ', Arguments(log).Select(Quoted)).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private IEnumerable<string> Arguments(string log) =>
    [
        "-E", log,
        .. Always.Select(setting => $"-o{setting}"),
        .. PrivateKey is { } key ? new[] { "-i", key, "-oIdentitiesOnly=yes" } : [],
        .. KnownHosts is { } hosts ? new[] { $"-oUserKnownHostsFile={hosts}", "-oGlobalKnownHostsFile=/dev/null" } : [],
    ];

    // restic reads the option as a record of comma-separated values, and then its value as a shell would.
    private static string Quoted(string argument) => $"'{argument}'";
}

/// <summary>What <c>ssh</c> says during one call of restic.</summary>
internal sealed class SecureShellLog(SecureShell shell) : IDisposable
{
    private const int LongestRead = 16 * 1024;

    private readonly string path = Path.Combine(Path.GetTempPath(), $"backsnap-ssh-{Guid.NewGuid():N}");

    /// <summary>restic's option.</summary>
    public string Option => shell.Option(path);

    /// <summary>Its lines; none when it never ran, or had nothing to say.</summary>
    public ImmutableArray<string> Lines()
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[Math.Min(file.Length, LongestRead)];
            file.ReadExactly(bytes);
            return [.. System.Text.Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It goes with the pod.
        }
    }
}
