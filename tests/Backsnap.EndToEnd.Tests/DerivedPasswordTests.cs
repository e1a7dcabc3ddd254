using System.Diagnostics;
using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Host.Tests;

namespace Backsnap.EndToEnd.Tests;

public sealed class DerivedPasswordTests
{
    [SkippableFact]
    public async Task A_claims_own_password_is_printed_and_opens_its_repository_with_plain_restic()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "restic runs beside the test, which need not reach a real cluster's repository");
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 81);
        var before = await scenario.Fingerprint("orders");
        var secrets = (await TestCluster.Get()).SecretFile;
        scenario.StartOperator("--derive-passwords", "claim");
        var password = await Password("--derive-passwords", "claim", "--secret-file", secrets, $"{scenario.Namespace}/orders");
        scenario.Guard(password);

        var saved = await scenario.BackUp("saved", "orders");
        Assert.True(saved.Status!.Result == "Succeeded", $"{saved.Status}\n{scenario.Story()}");

        var repository = $"{scenario.Repository}/{scenario.Namespace}/orders";
        Assert.Equal(12, (await Restic(repository, "correct horse battery staple", "snapshots")).Status);
        Assert.Equal(12, (await Restic(repository, await Password("--derive-passwords", "claim", "--secret-file", secrets, $"{scenario.Namespace}/bills"), "snapshots")).Status);
        var target = Directory.CreateTempSubdirectory("backsnap-derived-");
        try
        {
            var (status, output) = await Restic(repository, password, "restore", "latest", "--target", target.FullName);
            Assert.True(status == 0, output);
            var (_, restored) = await BacksnapProcess.Run(["tree", "fingerprint", Path.Combine(target.FullName, "data")]);
            Assert.Equal(before, string.Join('\n', restored.Split('\n').Where(line => !line.Contains("lost+found", StringComparison.Ordinal))));
        }
        finally
        {
            target.Delete(recursive: true);
        }

        // The operator's own way back, and maintenance, go by the same password.
        var back = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" });
        Assert.True(back.Status!.Result == "Succeeded", $"{back.Status}\n{scenario.Story()}");
        var check = await scenario.Maintain("check", new JsonObject { ["pvc"] = "orders", ["operation"] = "Check" });
        Assert.True(check.Status!.Result == "Succeeded", $"{check.Status}\n{scenario.Story()}");
        await scenario.Clean();
    }

    private static async Task<string> Password(params string[] arguments)
    {
        var (status, output) = await BacksnapProcess.Run(arguments.Prepend("password"));
        Assert.True(status == 0, output);
        return output.Trim();
    }

    private static async Task<(int Status, string Output)> Restic(string repository, string password, params string[] arguments)
    {
        var start = new ProcessStartInfo(Tools.Restic!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "-r", repository, "--no-cache" }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["RESTIC_PASSWORD"] = password;
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
