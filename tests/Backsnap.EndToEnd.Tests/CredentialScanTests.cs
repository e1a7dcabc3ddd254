using System.Text;
using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

/// <summary>The scan that ends every test bites: a credential that is put somewhere on purpose is found there, in whatever form, and in a Secret's data it is not.</summary>
public sealed class CredentialScanTests
{
    // In three places within base64, each needs digits of its own.
    public static TheoryData<string, string> Leaks => new()
    {
        { "plain", "it is CREDENTIAL, you know" },
        { "in an address", "rest:https://user:ADDRESS@host/" },
        { "alone in base64", "BASE64-0" },
        { "in base64 after one byte", "BASE64-1" },
        { "in base64 after two bytes", "BASE64-2" },
    };

    [SkippableTheory]
    [MemberData(nameof(Leaks))]
    public async Task What_stands_in_an_object_is_found(string how, string text)
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "a real cluster keeps no record of all that is written");
        var (cluster, credential) = (await TestCluster.Get(), $"mutation {Guid.NewGuid():N}");
        var scan = CredentialScan.Begin(cluster.Record);
        scan.Guard(credential);
        var leaked = text.Replace("CREDENTIAL", credential, StringComparison.Ordinal).Replace("ADDRESS", Uri.EscapeDataString(credential), StringComparison.Ordinal)
            .Replace("BASE64-0", Base64("", credential), StringComparison.Ordinal).Replace("BASE64-1", Base64("a", credential), StringComparison.Ordinal)
            .Replace("BASE64-2", Base64("ab", credential), StringComparison.Ordinal);
        var ns = $"backsnap-e2e-{Guid.NewGuid().ToString("N")[..8]}";
        var manifest = Manifests.Namespace(ns);
        manifest["metadata"]!["annotations"] = new JsonObject { ["example.com/leak"] = leaked };
        Assert.Empty(scan.Found());

        Assert.True((await cluster.Api.CreateAsync(Resources.Namespaces, null, Manifests.Bytes(manifest), CancellationToken.None)).IsOk);
        await cluster.Api.DeleteAsync(Resources.Namespaces, null, ns, new DeleteOptions(), CancellationToken.None);

        Assert.True(scan.Found() is [var found] && found == $"Namespace /{ns}", $"{how}: {string.Join("; ", scan.Found())}");
    }

    [SkippableFact]
    public async Task In_a_Secret_it_may_stand_in_the_data_and_nowhere_else()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "a real cluster keeps no record of all that is written");
        await using var scenario = await Scenario.Begin();
        var credential = $"mutation {Guid.NewGuid():N}";
        var scan = CredentialScan.Begin((await TestCluster.Get()).Record);
        scan.Guard(credential);
        await scenario.Create(Resources.Secrets, scenario.Namespace, Manifests.Secret(scenario.Namespace, "kept", new Dictionary<string, string> { ["RESTIC_PASSWORD"] = credential }));
        Assert.Empty(scan.Found());

        await scenario.Patch(Resources.Secrets, "kept", new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["example.com/leak"] = credential } } });

        Assert.Equal($"Secret {scenario.Namespace}/kept, outside its data", Assert.Single(scan.Found()));
    }

    [SkippableFact]
    public async Task What_a_pod_or_a_command_prints_is_found()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "a real cluster keeps no record of all that is written");
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 91);
        var credential = $"mutation-{Guid.NewGuid():N}";
        var scan = CredentialScan.Begin((await TestCluster.Get()).Record);
        scan.Guard(credential);

        // The Job's arguments are as good a leak as what it prints.
        await scenario.BlockClaim("disk");
        await scenario.Device("disk", $"echo {credential[..8]}''{credential[8..]}");
        await BacksnapProcess.Run(["schedule", credential]);

        var found = scan.Found();
        Assert.Contains(found, place => place.StartsWith($"log of pod {scenario.Namespace}/device-", StringComparison.Ordinal));
        Assert.Contains(found, place => place.StartsWith("output: ", StringComparison.Ordinal) && !place.Contains(credential, StringComparison.Ordinal));
        Assert.All(found, place => Assert.True(place.StartsWith("log of pod ", StringComparison.Ordinal) || place.StartsWith("output: ", StringComparison.Ordinal), place));
    }

    private static string Base64(string before, string credential) => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{credential} and more"));
}
