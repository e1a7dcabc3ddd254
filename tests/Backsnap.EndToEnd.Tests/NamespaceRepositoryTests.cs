using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;
using Backsnap.Mover.Tests.Stores;

namespace Backsnap.EndToEnd.Tests;

public sealed class NamespaceRepositoryTests
{
    private const string Annotation = "backsnap.skyb.it/repository-secret";

    [Fact]
    public async Task A_namespaces_backups_go_to_its_own_repository_and_come_back_and_no_credentials_are_copied()
    {
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 71);
        var before = await scenario.SnapshotFingerprint("orders");
        await scenario.Create(Resources.Secrets, scenario.Namespace, Manifests.Secret(scenario.Namespace, "our-backups", await Credentials(scenario)));
        await scenario.Annotate(Annotation, "our-backups");
        scenario.StartOperator();

        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "saved", "orders", null));
        // Elsewhere the copy is made before the Job, and goes after it.
        IReadOnlyList<string> atWork = [];
        await Eventually.True(
            async () => (atWork = await scenario.Temporary()).Any(item => item.StartsWith("Job", StringComparison.Ordinal)),
            () => $"no Job came\n{scenario.Story()}");
        Assert.DoesNotContain(atWork, item => item.StartsWith("Secret", StringComparison.Ordinal));
        var saved = await scenario.Finished(Resources.PvcBackups, "saved", backup => backup.Status?.Result);
        Assert.True(saved.Status!.Result == "Succeeded", $"{saved.Status}\n{scenario.Story()}");

        await scenario.DeleteClaim("orders");
        var restored = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders" });
        Assert.True(restored.Status!.Result == "Succeeded", $"{restored.Status}\n{scenario.Story()}");
        await scenario.Clean();
        Assert.Equal(before, await scenario.Fingerprint("orders"));
        Assert.Contains(await scenario.List(Resources.Secrets), secret => secret.Metadata.Name == "our-backups");

        // Without the annotation the operator's own repository is asked, where nothing of this namespace ever was.
        await scenario.Annotate(Annotation, null);
        var elsewhere = await scenario.Restore("elsewhere", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" });
        Assert.Equal(("Failed", "RepositoryMissing"), (elsewhere.Status!.Result, elsewhere.Status.Reason));
    }

    [SkippableFact]
    public async Task A_namespaces_backups_go_over_SFTP_with_the_key_of_its_Secret_and_come_back()
    {
        Skip.If(SshServer.Missing is not null, SshServer.Missing);
        await using var scenario = await Scenario.Begin();
        using var server = await SshServer.Start();
        await scenario.FilledClaim("orders", seed: 72);
        var before = await scenario.SnapshotFingerprint("orders");
        var values = Directory.GetFiles(server.Credentials).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        values["RESTIC_REPOSITORY"] = server.Repository("backups");
        values["RESTIC_PASSWORD"] = "known to this namespace alone";
        await scenario.Create(Resources.Secrets, scenario.Namespace, Manifests.Secret(scenario.Namespace, "our-backups", values));
        await scenario.Annotate(Annotation, "our-backups");
        scenario.StartOperator();

        await scenario.Create(Resources.PvcBackups, scenario.Namespace, Manifests.Backup(scenario.Namespace, "saved", "orders", null));
        var saved = await scenario.Finished(Resources.PvcBackups, "saved", backup => backup.Status?.Result);
        Assert.True(saved.Status!.Result == "Succeeded", $"{saved.Status}\n{scenario.Story()}");

        await scenario.DeleteClaim("orders");
        var restored = await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders" });
        Assert.True(restored.Status!.Result == "Succeeded", $"{restored.Status}\n{scenario.Story()}");
        await scenario.Clean();
        Assert.Equal(before, await scenario.Fingerprint("orders"));
    }

    // The store is the test run's, so what opens it (keys of S3, for instance) is too; the repository and its password are the namespace's own.
    private static async Task<IReadOnlyDictionary<string, string>> Credentials(Scenario scenario)
    {
        var values = (await File.ReadAllLinesAsync((await TestCluster.Get()).SecretFile))
            .Where(line => !line.StartsWith('#') && line.Contains('=', StringComparison.Ordinal))
            .Select(line => line.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        values["RESTIC_REPOSITORY"] = $"{scenario.Repository}/own-{scenario.Namespace}";
        values["RESTIC_PASSWORD"] = "known to this namespace alone";
        return values;
    }
}
