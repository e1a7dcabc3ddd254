using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

/// <summary>Causes as restic 0.17 to 0.19 and the stores behind it word them.</summary>
public sealed class FailureDiagnosisTests
{
    [Theory]
    [InlineData(24, "Get \"https://s3:9000/b/\": tls: failed to verify certificate: x509: certificate signed by unknown authority")]
    [InlineData(24, "Get \"https://s3:9000/b/\": http: server gave HTTP response to HTTPS client")]
    [InlineData(20, "Stat: The request signature we calculated does not match the signature you provided. Check your key and signing method.")]
    [InlineData(20, "Stat: The Access Key Id you provided does not exist in our records.")]
    [InlineData(20, "server response unexpected: 401 Unauthorized (401)")]
    [InlineData(21, "Stat: Access Denied.")]
    [InlineData(21, "open /repo/config: permission denied")]
    [InlineData(22, "Stat: The specified bucket does not exist")]
    [InlineData(23, "client.PutObject: Bucket quota exceeded")]
    [InlineData(23, "write /repo/data/00/x: no space left on device")]
    [InlineData(25, "Stat: Get \"http://127.0.0.1:1/b/?location=\": dial tcp 127.0.0.1:1: connect: connection refused")]
    [InlineData(25, "Head \"http://s3/config\": dial tcp: lookup s3 on 10.0.0.10:53: no such host")]
    [InlineData(25, "read tcp 10.0.0.1:1->10.0.0.2:9000: i/o timeout")]
    [InlineData(26, "Please reduce your request rate.")]
    [InlineData(26, "SlowDown: Resource requested is unreadable, please reduce your request rate")]
    [InlineData(20, "backups@host: Permission denied (publickey,password).")]
    [InlineData(20, "conn.Authenticate: Authorization Failed")]
    [InlineData(24, "Host key verification failed.")]
    [InlineData(25, "ssh: connect to host host port 22: Connection refused")]
    [InlineData(25, "ssh: Could not resolve hostname host: Name or service not known")]
    [InlineData(27, "exec: \"ssh\": executable file not found in $PATH")]
    [InlineData(27, "No user exists for uid 1000")]
    [InlineData(27, "rclone: 2026/11/28 09:09:55 Failed to create file system for \"nowhere:/p\": didn't find section in config file")]
    [InlineData(27, "parsing repository location failed: invalid backend")]
    [InlineData(27, "Bucket name contains invalid characters")]
    public void A_cause_shows_its_kind(int exitCode, string cause) =>
        Assert.Equal(exitCode, FailureDiagnosis.KindOf(cause)?.ExitCode);

    [Fact]
    public void The_hint_for_a_repository_that_may_not_be_there_is_never_read()
    {
        var exit = Exit(1) with { ExitError = "Fatal: unable to open config file: something new\nIs there a repository at the following location?\ns3:https://forbidden.example/quota" };

        Assert.Equal(FailureKind.Other, FailureDiagnosis.Of(exit).Kind);
    }

    [Fact]
    public void Only_what_follows_the_last_prefix_of_a_retry_counts()
    {
        var message = ResticMessage.Parse(
            "Save(<data/retrying after 1s: quota exceeded>) returned error, retrying after 1.15s: Put \"http://s3\": dial tcp 10.0.0.1:80: connect: connection refused");

        var retrying = Assert.IsType<ResticMessage.Retrying>(message);
        Assert.Equal("Put \"http://s3\": dial tcp 10.0.0.1:80: connect: connection refused", retrying.Cause);
    }

    [Fact]
    public void A_held_lock_is_reported_with_its_holder()
    {
        var exit = Exit(11) with
        {
            ExitError = "Fatal: unable to create lock in backend: repository is already locked by PID 17 on node-3 by root (UID 0, GID 0)\nlock was created at 2026-11-22 12:00:00 (5m0s ago)\nstorage ID 1234abcd",
        };

        var failure = FailureDiagnosis.Of(exit);

        Assert.Equal(FailureKind.Locked, failure.Kind);
        Assert.Contains("PID 17 on node-3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("5m0s ago", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_that_nothing_explains_keeps_restic_s_own_words()
    {
        var failure = FailureDiagnosis.Of(Exit(1) with { Tail = ["panic: something", "goroutine 1"] });

        Assert.Equal(FailureKind.Other, failure.Kind);
        Assert.Contains("goroutine 1", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_exit_code_is_a_failure() =>
        Assert.Equal(1, FailureDiagnosis.Of(Exit(77)).Kind.ExitCode);

    private static ResticExit Exit(int code) => new(new ResticEnding.Exited(code), "", [], null, null);
}
