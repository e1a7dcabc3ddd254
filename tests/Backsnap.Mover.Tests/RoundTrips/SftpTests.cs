using Backsnap.Domain.Movers;
using Backsnap.Host.Tests.Mover;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.RoundTrips;

/// <summary>SFTP: who is let in, who is trusted, and what a person is told when it is neither.</summary>
public sealed class SftpTests
{
    [SkippableFact]
    public async Task A_key_that_the_server_does_not_know_is_refused_credentials()
    {
        Skip.If(SshServer.Missing is not null, SshServer.Missing);
        using var rig = new MoverRig();
        using var server = (SshServer)(await Store.Open(StoreKind.Sftp, rig))!;
        await server.ForgetKey();

        var run = await rig.Backup();

        Assert.True(run.ExitCode == 20, run.Log);
        Assert.Contains("Permission denied (publickey", run.Message, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("another")]
    [InlineData("none")]
    public async Task A_host_that_is_not_known_is_not_spoken_to(string known)
    {
        Skip.If(SshServer.Missing is not null, SshServer.Missing);
        using var rig = new MoverRig();
        using var server = (SshServer)(await Store.Open(StoreKind.Sftp, rig))!;
        var file = Path.Combine(server.Credentials, RepositoryFiles.SshKnownHosts);
        var line = await File.ReadAllTextAsync(file);
        if (known == "none")
            File.Delete(file);
        else
            await File.WriteAllTextAsync(file, $"{line.Split(' ')[0]} {string.Join(' ', (await File.ReadAllTextAsync($"{await OtherKey(rig)}.pub")).Split(' ')[..2])}\n");

        var run = await rig.Backup();

        Assert.True(run.ExitCode == 24, run.Log);
        Assert.Contains("Host key verification failed", run.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Nothing_of_the_key_is_printed_and_nothing_is_left_behind()
    {
        Skip.If(SshServer.Missing is not null, SshServer.Missing);
        using var rig = new MoverRig();
        using var server = (SshServer)(await Store.Open(StoreKind.Sftp, rig))!;
        rig.MakeTree();
        var before = Directory.GetFiles(Path.GetTempPath(), "backsnap-ssh-*");

        var run = await rig.Backup(keep: "last=1");

        Assert.True(run.ExitCode == 0, run.Log);
        var key = await File.ReadAllLinesAsync(Path.Combine(server.Credentials, RepositoryFiles.SshPrivateKey));
        Assert.All(key, line => Assert.DoesNotContain(line, run.Log, StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.GetTempPath(), "backsnap-ssh-*").Except(before));
    }

    [Theory]
    [InlineData("sftp:-oProxyCommand=touch {0}:/srv/backups")]
    [InlineData("sftp:user@-oProxyCommand=touch {0}:/srv/backups")]
    [InlineData("sftp://-oProxyCommand=touch%20{0}/srv/backups")]
    [InlineData("sftp://user@-oProxyCommand=touch%20{0}/srv/backups")]
    public async Task A_host_that_ssh_would_take_for_an_option_is_refused(string address)
    {
        using var rig = new MoverRig();
        var made = rig.In("made");
        rig.Environment = rig.Environment.SetItem("RESTIC_REPOSITORY", string.Format(System.Globalization.CultureInfo.InvariantCulture, address, made));

        var run = await rig.Run(rig.Options(Host.Mover.Operation.Backup) with { RepositoryBelow = "shop/orders" });

        Assert.Equal((27, "BadConfiguration"), (run.ExitCode, run.Reason));
        Assert.False(File.Exists(made));
    }

    [Fact]
    public async Task An_image_without_ssh_is_named()
    {
        using var rig = new MoverRig { Repository = "sftp:backups@127.0.0.1:/srv/backups" };
        rig.SearchPath = rig.Volume;

        var run = await rig.Backup();

        Assert.True(run.ExitCode == 27, run.Log);
        Assert.Contains("\"ssh\": executable file not found", run.Message, StringComparison.Ordinal);
    }

    private static async Task<string> OtherKey(MoverRig rig)
    {
        await Shell.Run("ssh-keygen -q -t ed25519 -N '' -C other -f \"$1\"", rig.In("other"));
        return rig.In("other");
    }
}
