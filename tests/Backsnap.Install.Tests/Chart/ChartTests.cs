using System.Text.Json.Nodes;
using Backsnap.Host.Cli;
using Backsnap.Install.Tests.Manifests;
using Backsnap.Install.Tests.Running;

namespace Backsnap.Install.Tests.Chart;

/// <summary>The Helm chart: the same installation as config/default, with everything that can be set.</summary>
public sealed class ChartTests
{
    // Labels of Helm's own, and what is made by hand or by other means.
    private static readonly string[] HelmsLabels =
        ["app.kubernetes.io/instance", "app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart"];

    private static readonly string[] FromConfig = ["templates/rbac.yaml", "templates/prometheusrule.yaml", "templates/dashboard.yaml"];

    public static TheoryData<string> ValueSets =>
        [.. Directory.GetFiles(Repository.At("tests/Backsnap.Install.Tests/Chart/Values")).Select(file => Path.GetFileNameWithoutExtension(file)!).Order()];

    [SkippableFact]
    public async Task Without_values_it_is_what_config_default_is()
    {
        var chart = (await HelmTemplate.Render()).Objects.Where(obj => obj.Kind() != "Pod").ToDictionary(Objects.Key, Plain);
        var config = (await Kustomization.Render("config/default"))
            .Where(obj => obj.Kind() is not ("CustomResourceDefinition" or "Namespace")).ToDictionary(Objects.Key, Plain);

        Assert.Equal(config.Keys.Order(), chart.Keys.Order());
        Assert.All(config, entry => Assert.Equal(entry.Value, chart[entry.Key]));
    }

    // The namespace itself is for administrators to make: a chart that is uninstalled would take what is in it along.
    [SkippableFact]
    public async Task With_a_namespace_for_movers_its_rights_are_those_of_config_isolated()
    {
        var chart = (await HelmTemplate.Render("{settings: {mover-namespace: backsnap-movers}}")).Objects;
        var config = await Kustomization.Render("config/isolated");
        static bool IsRight(JsonObject obj) => (string?)obj["apiVersion"] == "rbac.authorization.k8s.io/v1";
        var (ours, theirs) = (chart.Where(IsRight).ToDictionary(Objects.Key, Plain), config.Where(IsRight).ToDictionary(Objects.Key, Plain));

        Assert.Equal(theirs.Keys.Order(), ours.Keys.Order());
        Assert.All(theirs, entry => Assert.Equal(entry.Value, ours[entry.Key]));
        Assert.Contains("BACKSNAP_MOVER_NAMESPACE", chart.The("Deployment", "backsnap-manager").ToJsonString(), StringComparison.Ordinal);
    }

    [SkippableTheory]
    [MemberData(nameof(ValueSets))]
    public async Task Rendered_it_is_as_reviewed(string set)
    {
        var rendered = await HelmTemplate.Render(Values(set));
        // What comes whole from config is compared with it elsewhere.
        var text = string.Concat(rendered.Files.Where(file => !FromConfig.Contains(file.Key)).Select(file => $"# {file.Key}\n{file.Value.Trim('\n')}\n")) + $"# NOTES.txt\n{rendered.Notes}";
        var path = Repository.At($"tests/Backsnap.Install.Tests/Chart/Golden/{set}.yaml");
        if (Environment.GetEnvironmentVariable("BACKSNAP_UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(path, text);
        }

        Assert.Equal(await File.ReadAllTextAsync(path), text);
    }

    [SkippableTheory]
    [MemberData(nameof(ValueSets))]
    public async Task The_cluster_takes_every_object(string set)
    {
        var objects = (await HelmTemplate.Render(Values(set))).Objects.Where(obj => obj.Kind() is not ("ServiceMonitor" or "PrometheusRule")).ToArray();
        await using var cluster = await EmbeddedCluster.Start();
        foreach (var space in objects.Select(obj => (string?)obj["metadata"]!["namespace"]).OfType<string>().Distinct())
        {
            await cluster.CreateNamespace(space);
        }

        foreach (var obj in objects)
        {
            await cluster.Run(["create", "--validate=strict", "-f", "-"], obj.ToJsonString());
        }
    }

    [Fact]
    public void Every_flag_is_a_setting_but_the_credentials()
    {
        var flags = Flags.All.Where(flag => !flag.IsSecret).Select(flag => flag.Name).ToArray();
        var schema = JsonNode.Parse(Repository.Read("charts/backsnap/values.schema.json"))!["properties"]!["settings"]!["properties"]!.AsObject();
        var values = Objects.Read(Repository.Read("charts/backsnap/values.yaml")).Single()["settings"]!.AsObject();

        Assert.Equal(flags.Order(), values.Select(setting => setting.Key).Order());
        Assert.Equal(flags.Order(), schema.Select(setting => setting.Key).Order());
        Assert.All(Flags.All.Where(flag => !flag.IsSecret), flag => Assert.Equal(
            flag.Help + (flag.Default.Length > 0 ? $" (default: {flag.Default})" : ""), (string?)schema[flag.Name]!["description"]));
    }

    [SkippableFact]
    public async Task A_setting_becomes_the_variable_of_its_flag()
    {
        var rendered = await HelmTemplate.Render("""{settings: {max-running-backups: 1000000, schedule: "", catch-up: false, retention: "last=1"}}""");
        var env = rendered.Objects.The("Deployment", "backsnap-manager")["spec"]!["template"]!["spec"]!["containers"]![0]!["env"]!.AsArray()
            .Where(variable => variable!["value"] is not null).ToDictionary(variable => (string)variable!["name"]!, variable => (string)variable!["value"]!);

        Assert.Equal("1000000", env[Flags.MaxRunningBackups.Variable]);
        Assert.Equal("", env[Flags.Schedule.Variable]);
        Assert.Equal("false", env[Flags.CatchUp.Variable]);
        Assert.Equal("last=1", env[Flags.Retention.Variable]);
        Assert.DoesNotContain(Flags.Ttl.Variable, env.Keys);
    }

    [SkippableTheory]
    [InlineData("{settings: {shedule: '@hourly'}}", "shedule")]
    [InlineData("{replicaCount: many}", "replicaCount")]
    [InlineData("{secret: {create: true}}", "RESTIC_PASSWORD")]
    [InlineData("{image: {digest: abc}}", "image.digest")]
    [InlineData("{serviceAccount: {create: false}}", "which service account")]
    [InlineData("{metrics: {service: {enabled: false}, serviceMonitor: {enabled: true}}}", "metrics.service.enabled")]
    public async Task A_value_that_cannot_be_meant_is_refused_by_name(string values, string named)
    {
        var (status, _, errors) = await HelmTemplate.Try(values);

        Assert.Equal(1, status);
        Assert.Contains(named, errors);
    }

    [SkippableFact]
    public async Task For_some_namespaces_the_writing_role_is_bound_in_these_alone()
    {
        var objects = (await HelmTemplate.Render("""{settings: {namespaces: "shop, staging"}}""")).Objects;
        var bindings = objects.Where(obj => obj.Kind() is "RoleBinding" or "ClusterRoleBinding").Where(binding => (string)binding["roleRef"]!["name"]! == "backsnap-manager");

        Assert.Equal(["RoleBinding shop/backsnap-manager", "RoleBinding staging/backsnap-manager"], bindings.Select(Objects.Key).Order());
    }

    [SkippableFact]
    public async Task Two_releases_share_no_name_and_select_their_own_pods()
    {
        var one = (await HelmTemplate.Render(release: "backsnap")).Objects.Select(Objects.Key);
        var two = (await HelmTemplate.Render("{secret: {name: other}}", "tenant")).Objects;

        Assert.Empty(one.Intersect(two.Select(Objects.Key)));
        Assert.Equal("tenant", (string?)two.The("Deployment", "tenant-backsnap-manager")["spec"]!["selector"]!["matchLabels"]!["app.kubernetes.io/instance"]);
    }

    [SkippableFact]
    public async Task Alerts_and_dashboard_are_those_of_config()
    {
        var objects = (await HelmTemplate.Render(Values("everything"))).Objects;
        var alerts = Objects.Read(Repository.Read("config/prometheus/prometheusrule.yaml")).Single()["spec"];
        var dashboard = JsonNode.Parse((string)objects.The("ConfigMap", "backsnap-dashboard")["data"]!["backsnap.json"]!);

        Assert.True(JsonNode.DeepEquals(alerts, objects.The("PrometheusRule", "backsnap-manager")["spec"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Repository.Read("config/grafana/backsnap.json")), dashboard));
    }

    [SkippableFact]
    public async Task A_made_secret_outlives_the_release() => Assert.Equal(
        "keep",
        (string?)(await HelmTemplate.Render(Values("everything"))).Objects.Single(obj => obj.Kind() == "Secret")["metadata"]!["annotations"]!["helm.sh/resource-policy"]);

    [Theory]
    [InlineData("config/crd/bases", "charts/backsnap/crds", "*.yaml")]
    [InlineData("config/rbac", "charts/backsnap/files/rbac", "*_role*.yaml")]
    [InlineData("config/isolated", "charts/backsnap/files/isolated", "*_role.yaml")]
    public void What_the_chart_has_from_config_is_that_very_file(string from, string to, string pattern) => Assert.All(
        Directory.GetFiles(Repository.At(from), pattern),
        file => Assert.Equal(file, File.ResolveLinkTarget(Path.Combine(Repository.At(to), Path.GetFileName(file)), returnFinalTarget: true)?.FullName));

    private static string Values(string set) => Repository.Read($"tests/Backsnap.Install.Tests/Chart/Values/{set}.yaml");

    /// <summary>The object without what must differ; the order of fields and of variables says nothing.</summary>
    private static string Plain(JsonObject obj)
    {
        var copy = obj.DeepClone().AsObject();
        Strip(copy);
        return Sorted(copy)!.ToJsonString();
    }

    private static void Strip(JsonNode? node)
    {
        if (node is JsonObject fields)
        {
            foreach (var label in HelmsLabels)
            {
                fields.Remove(label);
            }

            foreach (var (_, child) in fields)
            {
                Strip(child);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Strip(item);
            }
        }
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.OrderBy(field => field.Key, StringComparer.Ordinal).Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sorted).OrderBy(item => (item as JsonObject)?["name"]?.ToJsonString() ?? "", StringComparer.Ordinal)]),
        _ => node?.DeepClone(),
    };
}
