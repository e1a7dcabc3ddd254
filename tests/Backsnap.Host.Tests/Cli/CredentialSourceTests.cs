using System.CommandLine;
using Backsnap.Domain.Movers;
using Backsnap.Host.Cli;
using Backsnap.Host.Operator;

namespace Backsnap.Host.Tests.Cli;

/// <summary>Credentials that are files for a mover: where the operator has them from.</summary>
public sealed class CredentialSourceTests
{
    private const string Key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----\n";

    [Fact]
    public void The_environment_holds_a_file_as_it_is()
    {
        var credentials = Read("", name => name == RepositoryFiles.SshPrivateKey ? Key : null);

        Assert.Equal(Key, credentials.Find(RepositoryFiles.SshPrivateKey).IfNone(""));
        Assert.DoesNotContain("b3BlbnNzaA", credentials.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_secret_file_holds_it_in_one_line_and_no_other_value_has_line_breaks()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $"RESTIC_PASSWORD=a\\nb\n{RepositoryFiles.SshPrivateKey}=\"{Key.Replace("\n", "\\n", StringComparison.Ordinal)}\"\n");

            var credentials = Read(path, _ => null);

            Assert.Equal(Key, credentials.Find(RepositoryFiles.SshPrivateKey).IfNone(""));
            Assert.Equal("a\\nb", credentials.Find("RESTIC_PASSWORD").IfNone(""));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Credentials Read(string file, Func<string, string?> environment)
    {
        var options = Flags.All.ToDictionary(flag => flag, flag => flag.ToOption());
        var command = new RootCommand();
        foreach (var option in options.Values)
            command.Options.Add(option);
        var parsed = command.Parse(file.Length == 0 ? [] : ["--secret-file", file]);
        return CredentialSource.Read(new FlagValues(parsed, options, environment), environment).Match(Succ: found => found, Fail: problems => throw new InvalidOperationException(string.Join("; ", problems)));
    }
}
