using System.Text.Json.Nodes;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Manifests;

/// <summary>kubectl apply -k, as README says it, on the embedded cluster.</summary>
public sealed class InstallationTests
{
    [SkippableFact]
    public async Task One_command_installs_everything_and_a_second_time_changes_nothing()
    {
        await using var cluster = await EmbeddedCluster.Start();
        // A real API server takes a moment, too, before it knows a new kind; no object of a new kind is in config/default.
        var first = Lines(await cluster.Run("apply", "-k", Repository.At("config/default")));
        var second = Lines(await cluster.Run("apply", "-k", Repository.At("config/default")));

        Assert.All(first, line => Assert.EndsWith(" created", line, StringComparison.Ordinal));
        // kubectl replaces the selector of a disruption budget each time, and says so; the diff below sees that nothing changes.
        Assert.All(second.Where(line => !line.StartsWith("poddisruptionbudget", StringComparison.Ordinal)), line => Assert.EndsWith(" unchanged", line, StringComparison.Ordinal));
        Assert.Equal(first.Length, second.Length);
        var (status, difference, errors) = await cluster.Try(["diff", "-k", Repository.At("config/default")]);
        Assert.True(status == 0, difference + errors);
    }

    [SkippableTheory]
    [InlineData("config/default")]
    [InlineData("config/namespaced")]
    public async Task Every_object_has_a_namespace_that_is_installed_with_it_or_is_named_by_the_person(string directory)
    {
        var objects = await Kustomization.Render(directory);

        var namespaces = objects.Select(obj => (string?)obj["metadata"]!["namespace"]).OfType<string>().Distinct().Order();
        Assert.Equal(directory == "config/namespaced" ? ["backsnap-system", "shop"] : ["backsnap-system"], namespaces);
        Assert.Contains(objects, obj => obj.Key() == "Namespace -/backsnap-system");
    }

    [SkippableFact]
    public async Task The_pods_are_what_pod_security_calls_restricted()
    {
        var objects = await Kustomization.Render("config/default");
        var pod = objects.The("Deployment", "backsnap-manager")["spec"]!["template"]!["spec"]!;
        var container = Assert.Single(pod["containers"]!.AsArray())!;

        Assert.Equal("restricted", (string?)objects.The("Namespace", "backsnap-system")["metadata"]!["labels"]!["pod-security.kubernetes.io/enforce"]);
        Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
        Assert.Equal("RuntimeDefault", (string?)pod["securityContext"]!["seccompProfile"]!["type"]);
        Assert.False((bool)container["securityContext"]!["allowPrivilegeEscalation"]!);
        Assert.True((bool)container["securityContext"]!["readOnlyRootFilesystem"]!);
        Assert.Equal("""["ALL"]""", container["securityContext"]!["capabilities"]!["drop"]!.ToJsonString());
        Assert.NotNull(container["resources"]!["limits"]!["memory"]);
    }

    [SkippableFact]
    public async Task Whatever_selects_the_operators_pods_selects_them()
    {
        var objects = await Kustomization.Render("config/default");
        var labels = objects.The("Deployment", "backsnap-manager")["spec"]!["template"]!["metadata"]!["labels"]!.AsObject();
        var ports = objects.The("Deployment", "backsnap-manager")["spec"]!["template"]!["spec"]!["containers"]![0]!["ports"]!.AsArray().Select(port => (string)port!["name"]!).ToArray();

        Assert.All(
            (JsonNode?[])
            [
                objects.The("Deployment", "backsnap-manager")["spec"]!["selector"]!["matchLabels"],
                objects.The("PodDisruptionBudget", "backsnap-manager")["spec"]!["selector"]!["matchLabels"],
                objects.The("NetworkPolicy", "backsnap-manager")["spec"]!["podSelector"]!["matchLabels"],
                objects.The("Service", "backsnap-metrics")["spec"]!["selector"],
            ],
            selector => Assert.All(selector!.AsObject(), label => Assert.Equal((string?)label.Value, (string?)labels[label.Key])));
        Assert.Contains((string)objects.The("Service", "backsnap-metrics")["spec"]!["ports"]![0]!["targetPort"]!, ports);
        Assert.All(objects.The("NetworkPolicy", "backsnap-manager")["spec"]!["ingress"]![0]!["ports"]!.AsArray(), port => Assert.Contains((string)port!["port"]!, ports));
    }

    [SkippableFact]
    public async Task For_some_namespaces_nothing_outside_them_can_be_written()
    {
        var objects = await Kustomization.Render("config/namespaced");
        var everywhere = objects.Where(obj => obj.Kind() == "ClusterRoleBinding").Select(binding => (string)binding["roleRef"]!["name"]!)
            .SelectMany(role => objects.The("ClusterRole", role)["rules"]!.AsArray())
            .SelectMany(rule => rule!["verbs"]!.AsArray().Select(verb => (string)verb!)).Distinct().Order();

        Assert.Equal(["list", "watch"], everywhere);
        Assert.Contains(
            objects.The("Deployment", "backsnap-manager")["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray(),
            variable => (string)variable!["name"]! == "BACKSNAP_NAMESPACES" && (string?)variable["value"] == "shop");
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
