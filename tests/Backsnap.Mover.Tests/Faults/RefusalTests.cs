using System.Collections.Immutable;
using Backsnap.Host.Mover;
using Backsnap.Host.Tests.Mover;
using Backsnap.Host.Tests.Stores;
using Backsnap.Host.Tree;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.Mover.Tests.Faults;

/// <summary>What a store may answer, from the first request on and in the middle: each has its reason, its exit code and its end in time.</summary>
public sealed class RefusalTests
{
    private static readonly ImmutableArray<(int Status, string Code, string Message, int ExitCode)> S3Answers =
    [
        (503, "SlowDown", "Please reduce your request rate.", 26),
        (403, "SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided.", 20),
        (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 20),
        (400, "ExpiredToken", "The provided token has expired.", 20),
        (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", 28),
        (403, "AccessDenied", "Access Denied.", 21),
        (404, "NoSuchBucket", "The specified bucket does not exist", 22),
        (500, "InternalError", "We encountered an internal error. Please try again.", 25),
    ];

    [SkippableFact]
    public async Task What_S3_refuses_from_the_first_request_on_is_named_in_time()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var server = await S3Server.Start();
        await Together.All(S3Answers, answer => answer.Code, async answer =>
        {
            await using var rig = await FaultRig.S3(server);
            rig.Proxy.Rule = _ => Fault.S3(answer.Status, answer.Code, answer.Message);

            var run = await rig.Backup();

            Assert.True(run.ExitCode == answer.ExitCode, run.Log);
            Assert.Contains(answer.Message.TrimEnd('.'), run.Message, StringComparison.Ordinal);
        });
    }

    private static readonly ImmutableArray<(int Status, string Code, string Message, int ExitCode)> S3AnswersToData =
    [
        (503, "SlowDown", "Please reduce your request rate.", 26),
        (403, "QuotaExceeded", "The quota of this bucket is used up.", 23),
        (403, "AccessDenied", "Access Denied.", 21),
        (400, "ExpiredToken", "The provided token has expired.", 20),
        (403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", 28),
    ];

    [SkippableFact]
    public async Task What_S3_refuses_in_the_middle_of_a_backup_fails_it_in_time_and_leaves_what_was_saved()
    {
        Skip.If(S3Server.Missing is not null, S3Server.Missing);
        using var server = await S3Server.Start();
        await Together.All(S3AnswersToData, answer => answer.Code, async answer =>
        {
            await using var rig = await FaultRig.S3(server);
            rig.Mover.MakeTree();
            var before = await rig.Backup();
            Assert.True(before.ExitCode == 0, before.Log);
            File.WriteAllBytes(Path.Combine(rig.Mover.Volume, "new"), new SeededChance(1).Bytes(1 << 20));
            rig.Proxy.Rule = asked => asked.StoresData ? Fault.S3(answer.Status, answer.Code, answer.Message) : new Fault.None();

            var run = await rig.Backup(keep: "last=1");

            Assert.True(run.ExitCode == answer.ExitCode, run.Log);
            rig.Proxy.Rule = _ => new Fault.None();
            Assert.Equal(1, await rig.Mover.CountSnapshots());
            Assert.Equal(0, (await rig.Backup()).ExitCode);
            await rig.Mover.Ask("check", "--read-data", "--retry-lock=1s");
        });
    }

    private static readonly ImmutableArray<(int Status, int ExitCode)> RestAnswers = [(401, 20), (403, 21), (500, 25), (503, 26), (429, 26), (507, 23)];

    [SkippableFact]
    public async Task What_a_rest_server_refuses_from_the_first_request_on_is_named_in_time()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var server = await RestServer.Start();
        await Together.All(RestAnswers, answer => $"{answer.Status}", async answer =>
        {
            await using var rig = await FaultRig.Rest(server);
            rig.Proxy.Rule = _ => new Fault.Refuse(answer.Status);

            var run = await rig.Backup();

            Assert.True(run.ExitCode == answer.ExitCode, run.Log);
            Assert.Contains($"{answer.Status}", run.Message, StringComparison.Ordinal);
        });
    }

    [SkippableFact]
    public async Task Wrong_credentials_of_a_server_that_checks_them_are_named_and_never_shown()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var server = await RestServer.StartFor("backup", "the right one");
        using var rig = new MoverRig { Repository = server.Repository("shop/orders") };
        rig.Environment = rig.Environment.Add("RESTIC_REST_USERNAME", "backup").Add("RESTIC_REST_PASSWORD", "the wrong one");

        var refused = await rig.Run(rig.Options(Operation.Backup) with { ProbeTimeout = "8s" });
        rig.Environment = rig.Environment.SetItem("RESTIC_REST_PASSWORD", "the right one");
        var accepted = await rig.Backup();

        Assert.True(refused.ExitCode == 20, refused.Log);
        Assert.DoesNotContain("the wrong one", refused.Log, StringComparison.Ordinal);
        Assert.True(accepted.ExitCode == 0, accepted.Log);
    }

    [SkippableFact]
    public async Task A_server_that_is_full_is_named_and_the_backup_goes_on_when_there_is_room()
    {
        Skip.If(RestServer.Missing is not null, RestServer.Missing);
        using var small = await RestServer.Start("--max-size", "600000");
        using var rig = new MoverRig { Repository = small.Repository("shop/orders") };
        File.WriteAllText(Path.Combine(rig.Volume, "file"), "fits");
        Assert.Equal(0, (await rig.Backup()).ExitCode);
        var file = Path.Combine(rig.Volume, "large");
        File.WriteAllBytes(file, new SeededChance(1).Bytes(4 << 20));

        var full = await rig.Run(rig.Options(Operation.Backup) with { StallTimeout = "8s", Keep = "last=1" });
        File.Delete(file);
        var fits = await rig.Run(rig.Options(Operation.Backup) with { StallTimeout = "8s" });

        Assert.True(full.ExitCode == 23, full.Log);
        Assert.True(fits.ExitCode == 0, fits.Log);
        Assert.Equal(2, await rig.CountSnapshots());
    }
}
