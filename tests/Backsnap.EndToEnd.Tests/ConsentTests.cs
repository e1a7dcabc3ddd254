using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

/// <summary>Another namespace's data come with that namespace's word, and as long as it stands.</summary>
public sealed class ConsentTests
{
    private const string Annotation = "backsnap.skyb.it/allow-restore-to";

    [Fact]
    public async Task Another_namespaces_data_are_restored_with_its_consent_and_not_without()
    {
        await using var source = await Scenario.Begin();
        await using var asker = await Scenario.Begin();
        await source.FilledClaim("orders", seed: 61);
        var before = await source.SnapshotFingerprint("orders");
        asker.StartOperator("--namespaces", $"{source.Namespace},{asker.Namespace}");
        var saved = await source.BackUp("saved", "orders");
        Assert.True(saved.Status!.Result == "Succeeded", $"{saved.Status}\n{asker.Story()}");

        var denied = await asker.Restore("denied", Wish());
        Assert.Equal(("Failed", "NotAllowed"), (denied.Status!.Result, denied.Status.Reason));
        Assert.Contains($"{Annotation}={asker.Namespace}", denied.Status.Message, StringComparison.Ordinal);
        Assert.Empty(await asker.List(Resources.PersistentVolumeClaims));

        await source.Annotate(Annotation, $"elsewhere, {asker.Namespace}");
        var granted = await asker.Restore("granted", Wish());
        Assert.True(granted.Status!.Result == "Succeeded", $"{granted.Status}\n{asker.Story()}");
        Assert.Equal(before, await asker.Fingerprint("orders"));

        await source.Annotate(Annotation, null);
        var withdrawn = await asker.Restore("withdrawn", Wish("copy"));
        Assert.Equal(("Failed", "NotAllowed"), (withdrawn.Status!.Result, withdrawn.Status.Reason));
        await asker.Clean();

        JsonObject Wish(string target = "orders") => new() { ["sourcePvc"] = "orders", ["sourceNamespace"] = source.Namespace, ["targetPvc"] = target };
    }
}
