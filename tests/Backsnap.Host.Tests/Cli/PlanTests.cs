using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Backsnap.Host.Tests.Cli;

/// <summary><c>backsnap plan -f</c>: the same plan in three forms, none of which gives a credential away.</summary>
public sealed class PlanTests
{
    private static readonly Dictionary<string, string> Secrets = new() { ["RESTIC_PASSWORD"] = "hunter2", ["AWS_ACCESS_KEY_ID"] = "open", ["AWS_SECRET_ACCESS_KEY"] = "sesame" };

    [Theory]
    [InlineData("table", "shop.table.txt")]
    [InlineData("json", "shop.json")]
    [InlineData("yaml", "shop.plan.yaml")]
    public void A_plan_for_objects_in_a_file_reads_as_the_golden_file(string form, string golden)
    {
        var said = Plan(form);
        Assert.Equal((0, ""), (said.Status, said.Error));
        Golden.Matches(golden, said.Out);
    }

    [Theory]
    [InlineData("table")]
    [InlineData("json")]
    [InlineData("yaml")]
    public void No_form_of_a_plan_holds_a_credential_or_what_a_terminal_would_obey(string form)
    {
        var said = Plan(form);
        Assert.All(Secrets.Values, secret => Assert.DoesNotContain(secret, said.Out + said.Error, StringComparison.Ordinal));
        Assert.DoesNotContain(said.Out, c => char.IsControl(c) && c != '\n');
    }

    [Fact]
    public void The_yaml_form_says_the_same_as_the_json_form()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Plan("yaml").Out));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Plan("json").Out), ToJson(yaml.Documents.Single().RootNode)));
    }

    [Fact]
    public void A_plan_is_the_same_every_time() => Assert.Equal(Plan("json").Out, Plan("json").Out);

    [Fact]
    public void A_list_as_kubectl_prints_it_and_json_are_read_too()
    {
        using var shell = new Transcript();
        var file = shell.Write("list.json", """{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"PersistentVolumeClaimList","items":[{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"a"}}]}]}""");
        var said = Program.Run("plan", "-f", file, "-o", "json");
        Assert.Equal("default/a", JsonNode.Parse(said.Out)!["claims"]!.AsArray().Select(claim => $"{claim!["namespace"]}/{claim["name"]}").Single());
    }

    [Fact]
    public void A_namespace_that_is_not_in_the_file_wishes_nothing()
    {
        using var shell = new Transcript();
        var file = shell.Write("claims.yaml", """
            apiVersion: v1
            kind: PersistentVolumeClaim
            metadata: {name: orders, namespace: shop, creationTimestamp: "2026-01-01T00:00:00Z"}
            spec: {storageClassName: fast, volumeName: pv-1, accessModes: [ReadWriteOnce]}
            status: {phase: Bound}
            ---
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: fast}
            provisioner: csi.example.com
            ---
            apiVersion: snapshot.storage.k8s.io/v1
            kind: VolumeSnapshotClass
            metadata: {name: snap}
            driver: csi.example.com
            deletionPolicy: Delete
            """);
        var claim = JsonNode.Parse(Program.Run("plan", "-f", file, "-o", "json").Out)!["claims"]!.AsArray().Single()!;
        Assert.Equal("covered", claim["coverage"]!["verdict"]!.ToString());
    }

    [Fact]
    public void An_empty_file_is_a_cluster_without_claims()
    {
        using var shell = new Transcript();
        Assert.Equal("No claims.\n\nNothing to do.\n", Program.Run("plan", "-f", shell.Write("empty.yaml", "# nothing\n")).Out);
    }

    private static Said Plan(string form) => Program.RunWith(
        Secrets, "plan", "-f", Path.Combine(Golden.Folder(), "shop.yaml"), "-o", form, "--at", "2026-11-22T02:30:00Z", "--schedule", "15 2 * * *",
        "--repository", "s3:https://s3.example.com/backups", "--image", "backsnap:test");

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => new KeyValuePair<string, JsonNode?>(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } truth => truth.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: [(>= '0' and <= '9') or '-', ..] } number => JsonNode.Parse(number.Value!),
        YamlScalarNode text => text.Value,
        _ => throw new InvalidOperationException(),
    };
}
