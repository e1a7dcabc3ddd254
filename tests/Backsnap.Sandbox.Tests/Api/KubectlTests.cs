using System.Diagnostics;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api;

/// <summary>The real kubectl against the sandbox; skipped where there is none.</summary>
public sealed class KubectlTests : IAsyncLifetime
{
    private const string Widget = """
        apiVersion: contract.example.com/v1alpha1
        kind: Widget
        metadata: {name: w, namespace: shop, labels: {app: x}}
        spec: {claim: data}
        """;

    private TestCluster cluster = null!;

    public async Task InitializeAsync()
    {
        cluster = await TestCluster.StartAsync();
        await cluster.CreateNamespaceAsync("shop");
        await cluster.Sandbox.WriteKubeconfigAsync(cluster["kubeconfig"]);
    }

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    [SkippableFact]
    public async Task Apply_creates_then_configures_then_leaves_alone()
    {
        Assert.Contains("widget.contract.example.com/w created", await ApplyAsync(Widget));
        Assert.Contains("unchanged", await ApplyAsync(Widget));
        Assert.Contains("configured", await ApplyAsync(Widget.Replace("claim: data", "claim: other")));
        Assert.Equal("other", await RunAsync("get", "widget", "w", "-n", "shop", "-o", "jsonpath={.spec.claim}"));
    }

    [SkippableFact]
    public async Task Apply_of_a_built_in_kind_merges_what_others_have_added()
    {
        const string job = """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: j, namespace: shop, annotations: {mine: "1"}}
            spec: {suspend: true, template: {spec: {restartPolicy: Never, containers: [{name: main, image: "x:1", env: [{name: A, value: "1"}]}]}}}
            """;
        Assert.Contains("created", await ApplyAsync(job));
        await RunAsync("annotate", "job/j", "-n", "shop", "theirs=1");

        Assert.DoesNotContain("warning", await ApplyAsync(job.Replace("mine: \"1\"", "mine: \"2\"")));

        Assert.Equal("2 1", await RunAsync("get", "job", "j", "-n", "shop", "-o", "jsonpath={.metadata.annotations.mine} {.metadata.annotations.theirs}"));
    }

    [SkippableFact]
    public async Task Server_side_apply_reports_conflicts_and_takes_over_by_force()
    {
        await ApplyAsync(Widget, "--server-side", "--field-manager=one");

        var refused = await ApplyAsync(Widget.Replace("claim: data", "claim: theirs"), "--server-side", "--field-manager=two");
        var forced = await ApplyAsync(Widget.Replace("claim: data", "claim: theirs"), "--server-side", "--field-manager=two", "--force-conflicts");

        Assert.Contains("conflict with \"one\": .spec.claim", refused);
        Assert.Contains("serverside-applied", forced);
    }

    [SkippableFact]
    public async Task An_unknown_field_is_refused_with_its_path()
    {
        Assert.Contains("unknown field \"spec.surprise\"", await ApplyAsync(Widget.Replace("{claim: data}", "{claim: data, surprise: 1}")));
    }

    [SkippableFact]
    public async Task Get_prints_the_printer_columns_and_every_form()
    {
        await ApplyAsync(Widget);
        await RunAsync("patch", "widget", "w", "-n", "shop", "--subresource=status", "--type=merge", "-p", """{"status":{"result":"Succeeded"}}""");

        Assert.Matches(@"NAME\s+RESULT\s+AGE\nw\s+Succeeded\s+\d+s", await RunAsync("get", "widgets", "-n", "shop"));
        Assert.Matches(@"NAMESPACE\s+NAME\s+RESULT\s+AGE\nshop\s+w\s+Succeeded", await RunAsync("get", "widgets", "-A", "-o", "wide"));
        Assert.Contains("claim: data", await RunAsync("get", "widget", "w", "-n", "shop", "-o", "yaml"));
        Assert.Equal("widget.contract.example.com/w", await RunAsync("get", "widgets", "-n", "shop", "-l", "app in (x)", "-o", "name"));
        Assert.Matches(@"shop\s+Active", await RunAsync("get", "namespaces"));
        Assert.Contains("Result:  Succeeded", await RunAsync("describe", "widget", "w", "-n", "shop"));
    }

    [SkippableFact]
    public async Task Explain_and_api_resources_know_the_custom_kind()
    {
        Assert.Contains("Name of the claim.", await RunAsync("explain", "widget.spec"));
        Assert.Matches(@"widgets\s+contract.example.com/v1alpha1\s+true\s+Widget", await RunAsync("api-resources"));
    }

    [SkippableFact]
    public async Task Labels_annotations_and_patches_arrive()
    {
        await ApplyAsync(Widget);
        await RunAsync("label", "widget", "w", "-n", "shop", "tier=gold");
        await RunAsync("annotate", "widget", "w", "-n", "shop", "note=yes");
        await RunAsync("patch", "widget", "w", "-n", "shop", "--type=json", "-p", """[{"op":"replace","path":"/spec/claim","value":"b"}]""");

        Assert.Equal("gold yes b 2", await RunAsync(
            "get", "widget", "w", "-n", "shop", "-o", "jsonpath={.metadata.labels.tier} {.metadata.annotations.note} {.spec.claim} {.metadata.generation}"));
    }

    [SkippableFact]
    public async Task Wait_sees_fields_and_deletion()
    {
        await ApplyAsync(Widget);
        var waiting = RunAsync("wait", "widget/w", "-n", "shop", "--for=jsonpath={.status.phase}=Done", "--timeout=20s");
        await RunAsync("patch", "widget", "w", "-n", "shop", "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Done"}}""");
        Assert.Contains("condition met", await waiting);

        var gone = RunAsync("wait", "widget/w", "-n", "shop", "--for=delete", "--timeout=20s");
        Assert.Contains("deleted", await RunAsync("delete", "widget", "w", "-n", "shop"));
        await gone;
    }

    [SkippableFact]
    public async Task Logs_of_a_Job_are_followed_to_their_end_and_its_completion_is_waited_for()
    {
        const string job = """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: talk, namespace: shop}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "x:1", command: [sh, -c, "echo one; echo two"]}]}}}
            """;
        var file = cluster["job.yaml"];
        await File.WriteAllTextAsync(file, job);
        Assert.Contains("job.batch/talk created", await RunAsync("create", "-f", file));

        Assert.Contains("condition met", await RunAsync("wait", "job/talk", "-n", "shop", "--for=condition=complete", "--timeout=40s"));

        Assert.Equal("one\ntwo", await RunAsync("logs", "job/talk", "-n", "shop", "-f"));
        Assert.Equal("two", await RunAsync("logs", "job/talk", "-n", "shop", "--tail=1"));
        Assert.Matches(@"\A[0-9T:.-]+Z one\n[0-9T:.-]+Z two\z", await RunAsync("logs", "job/talk", "-n", "shop", "--timestamps"));
        Assert.Matches(@"talk\s+Complete\s+1/1", await RunAsync("get", "jobs", "-n", "shop"));
        Assert.Contains("Completed", await RunAsync("describe", "job/talk", "-n", "shop"));
        Assert.Matches(@"Completed\s+0", await RunAsync("get", "pods", "-n", "shop"));
    }

    [SkippableFact]
    public async Task Get_watch_prints_changes_as_rows()
    {
        await ApplyAsync(Widget);
        using var watch = Start(["get", "widgets", "-n", "shop", "-w"]);
        Assert.StartsWith("NAME", await watch.StandardOutput.ReadLineAsync());
        Assert.StartsWith("w ", await watch.StandardOutput.ReadLineAsync());

        await RunAsync("patch", "widget", "w", "-n", "shop", "--subresource=status", "--type=merge", "-p", """{"status":{"result":"Failed"}}""");

        Assert.Matches(@"^w\s+Failed", await watch.StandardOutput.ReadLineAsync());
        watch.Kill();
        await watch.WaitForExitAsync();
    }

    [SkippableFact]
    public async Task Hundreds_of_objects_are_listed_in_pages_and_deleted_at_once()
    {
        const int count = 700;
        foreach (var index in Enumerable.Range(0, count))
        {
            cluster.Sandbox.Store.Create(ResourceTypes.ConfigMaps, new JsonObject
            {
                ["metadata"] = new JsonObject { ["namespace"] = "shop", ["name"] = $"c{index:d4}", ["labels"] = new JsonObject { ["many"] = "yes" } },
            });
        }

        Assert.Equal(count, (await RunAsync("get", "configmaps", "-n", "shop", "-o", "name")).Split('\n').Length);
        await RunAsync("delete", "configmaps", "-n", "shop", "-l", "many=yes", "--wait=false");
        Assert.Empty(cluster.Sandbox.Store.List(ResourceTypes.ConfigMaps, "shop"));
    }

    [SkippableFact]
    public async Task Deleting_a_namespace_ends_when_it_is_empty()
    {
        await ApplyAsync(Widget);

        Assert.Contains("\"shop\" deleted", await RunAsync("delete", "namespace", "shop", "--timeout=20s"));

        Assert.Null(cluster.Sandbox.Store.Get(ResourceTypes.Namespaces, "", "shop"));
    }

    [SkippableFact]
    public async Task The_kubeconfig_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Assert.Contains("v1.36", await RunAsync("version"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(cluster["kubeconfig"]));
    }

    private async Task<string> ApplyAsync(string manifest, params string[] options)
    {
        var file = cluster[$"{Guid.NewGuid():N}.yaml"];
        await File.WriteAllTextAsync(file, manifest);
        return await RunAsync(["apply", "-f", file, .. options]);
    }

    /// <summary>What kubectl printed, to either stream.</summary>
    private async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        await process.WaitForExitAsync(deadline.Token);
        return ((await output) + (await errors)).Trim();
    }

    private Process Start(string[] arguments)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "kubectl")).FirstOrDefault(File.Exists);
        Skip.If(program is null, "kubectl is not on the PATH");
        var start = new ProcessStartInfo(program!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = cluster["kubeconfig"];
        start.Environment["HOME"] = cluster["home"];
        return Process.Start(start)!;
    }
}
