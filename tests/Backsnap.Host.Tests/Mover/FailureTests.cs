using System.Diagnostics;
using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

public sealed class FailureTests
{
    [Fact]
    public async Task A_wrong_password_is_told_from_everything_else_and_changes_nothing()
    {
        using var rig = new MoverRig();
        await rig.Backup();
        var right = rig.Environment;
        rig.Environment = right.SetItem("RESTIC_PASSWORD", "wrong-password");

        foreach (var run in new[] { await rig.Backup(), await rig.Resolve(), await rig.Restore(new string('a', 64)) })
        {
            Assert.Equal(12, run.ExitCode);
            Assert.Equal("WrongPassword", run.Reason);
        }

        rig.Environment = right;
        Assert.Equal(1, await rig.CountSnapshots());
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "connection refused")]
    [InlineData("http://no-such-host.invalid", "no such host")]
    public async Task A_store_that_cannot_be_reached_is_named_within_the_probe_s_time(string address, string cause)
    {
        using var rig = new MoverRig { Repository = $"s3:{address}/bucket/shop/orders" };
        rig.Environment = rig.Environment.Add("AWS_ACCESS_KEY_ID", "access-key").Add("AWS_SECRET_ACCESS_KEY", "very-secret-key");
        var started = Stopwatch.GetTimestamp();

        var run = await rig.Run(rig.Options(Operation.Backup) with { ProbeTimeout = "3s" });

        Assert.Equal(25, run.ExitCode);
        Assert.Equal("StoreUnreachable", run.Reason);
        Assert.Contains(cause, run.Message, StringComparison.Ordinal);
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_restic_that_is_not_there_is_a_mistake_of_configuration()
    {
        using var rig = new MoverRig { Restic = "/nowhere/restic" };

        var run = await rig.Backup();

        Assert.Equal(27, run.ExitCode);
        Assert.Contains("'/nowhere/restic'", run.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("restic 0.16.4 compiled with go1.21.6 on linux/amd64", "restic 0.16.4 is too old, 0.17.1 is needed")]
    [InlineData("borg 1.2.0", "'borg 1.2.0' is not what restic answers")]
    public async Task A_restic_that_the_mover_does_not_understand_is_refused(string version, string expected)
    {
        using var rig = new MoverRig();
        rig.Restic = rig.In("other-restic");
        File.WriteAllText(rig.Restic, $"#!/bin/sh\necho '{version}'\n");
        Backsnap.Host.Tree.Posix.SetMode(rig.Restic, 0x1C0);

        var run = await rig.Backup();

        Assert.Equal(27, run.ExitCode);
        Assert.Contains(expected, run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restic_that_moves_nothing_is_stopped_when_that_was_asked_for()
    {
        using var rig = new MoverRig();
        rig.Restic = rig.In("restic-that-hangs");
        // It repeats its status as restic does, whatever becomes of the store.
        File.WriteAllText(
            rig.Restic,
            $$"""
            #!/bin/sh
            while [ "$1" = backup ]; do echo '{"message_type":"status","total_files":5,"files_done":1,"bytes_done":7}'; sleep 0.1; done
            exec '{{Tools.Restic}}' "$@"
            """);
        Backsnap.Host.Tree.Posix.SetMode(rig.Restic, 0x1C0);

        var run = await rig.Run(rig.Options(Operation.Backup) with { StallTimeout = "1s" });

        Assert.Equal(25, run.ExitCode);
        Assert.Matches("no answer within [1-9]", run.Message);
    }

    [Fact]
    public async Task A_missing_password_is_said_before_restic_is_asked()
    {
        using var rig = new MoverRig { Restic = "/bin/false" };
        rig.Environment = rig.Environment.Remove("RESTIC_PASSWORD");

        var run = await rig.Resolve();

        Assert.Equal(27, run.ExitCode);
        Assert.Contains("RESTIC_PASSWORD", run.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string?> BadValues => new()
    {
        { "Repository", "" },
        { "Host", null },
        { "Host", "two words" },
        { "Path", "data" },
        { "Path", "/" },
        { "Path", "/data/../etc" },
        { "Keep", "last=0" },
        { "Keep", "daily" },
        { "Keep", "last=1,--prune=1" },
        { "Time", "yesterday" },
        { "Tag", "a,b" },
        { "Tag", "" },
        { "RetryLock", "5" },
        { "ProbeTimeout", "-1s" },
        { "StallTimeout", "soon" },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public async Task Each_value_that_is_wrong_is_named(string option, string? value)
    {
        using var rig = new MoverRig { Restic = "/bin/false" };
        var options = rig.Options(Operation.Backup);

        var run = await rig.Run(option switch
        {
            "Repository" => options with { Repository = value },
            "Host" => options with { Host = value },
            "Path" => options with { Path = value },
            "Keep" => options with { Keep = value },
            "Time" => options with { Time = value },
            "Tag" => options with { Tags = [value!] },
            "RetryLock" => options with { RetryLock = value },
            "ProbeTimeout" => options with { ProbeTimeout = value },
            _ => options with { StallTimeout = value },
        });

        Assert.Equal(27, run.ExitCode);
        var name = option switch { "RetryLock" => "retry-lock", "ProbeTimeout" => "probe-timeout", "StallTimeout" => "stall-timeout", _ => option.ToLowerInvariant() };
        Assert.Contains($"--{name}", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_kind_of_failure_has_an_exit_code_and_a_reason_of_its_own()
    {
        Assert.Equal(FailureKind.All.Length, FailureKind.All.Select(kind => kind.ExitCode).Distinct().Count());
        Assert.Equal(FailureKind.All.Length, FailureKind.All.Select(kind => kind.Reason).Distinct().Count());
        Assert.All(FailureKind.All, kind => Assert.Matches("^[A-Z][A-Za-z]+$", kind.Reason));
    }

    [Fact]
    public void Of_every_kind_of_failure_somebody_has_said_whether_another_try_may_mend_it() =>
        Assert.All(FailureKind.All, kind => Assert.True(Backsnap.Domain.Backups.FailureReason.IsKnown(kind.Reason), $"add {kind.Reason} to FailureReason"));
}
