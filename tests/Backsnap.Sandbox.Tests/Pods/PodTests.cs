using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Tests.Controllers;

namespace Backsnap.Sandbox.Tests.Pods;

/// <summary>What a pod's manifest says is what its container gets.</summary>
public sealed class PodTests
{
    [Fact]
    public async Task Variables_come_from_Secrets_ConfigMaps_and_the_pod_itself()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.Secrets, Parse("""{"metadata":{"name":"s"},"stringData":{"password":"top secret"}}"""));
        cluster.Create(ResourceTypes.ConfigMaps, Parse("""{"metadata":{"name":"c"},"data":{"A":"1","B":"2"}}"""));

        var message = await RunAsync(cluster, "echo \"$PASSWORD|$X_A|$X_B|$NAME|$NAMESPACE|$NODE|$GREETING|${ABSENT-unset}|${KUBERNETES_SERVICE_HOST-unset}\"", """
            {"envFrom":[{"configMapRef":{"name":"c"},"prefix":"X_"}],
             "env":[{"name":"PASSWORD","valueFrom":{"secretKeyRef":{"name":"s","key":"password"}}},
                    {"name":"NAME","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
                    {"name":"NAMESPACE","valueFrom":{"fieldRef":{"fieldPath":"metadata.namespace"}}},
                    {"name":"NODE","valueFrom":{"fieldRef":{"fieldPath":"spec.nodeName"}}},
                    {"name":"GREETING","value":"hello $(NAME), $$(NAME) $(NOBODY)"},
                    {"name":"ABSENT","valueFrom":{"secretKeyRef":{"name":"none","key":"k","optional":true}}}]}
            """);

        Assert.Equal("top secret|1|2|p|contract|sandbox|hello p, $(NAME) $(NOBODY)|unset|unset\n", message);
    }

    [Theory]
    [InlineData("none", "secret \"none\" not found")]
    [InlineData("s", "couldn't find key other in Secret contract/s")]
    public async Task A_container_waits_for_a_Secret_and_says_so(string secret, string why)
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.Secrets, Parse("""{"metadata":{"name":"s"},"stringData":{"password":"x"}}"""));

        cluster.Create(ResourceTypes.Pods, Pod("true", """{"env":[{"name":"P","valueFrom":{"secretKeyRef":{"name":"NAME","key":"other"}}}]}""".Replace("NAME", secret, StringComparison.Ordinal)));

        var waiting = await cluster.EventuallyAsync(ResourceTypes.Pods, "p", pod => State(pod).Text("waiting", "reason") == "CreateContainerConfigError");
        Assert.Equal(why, State(waiting).Text("waiting", "message"));
        await cluster.EventuallyToldAsync("p", "Failed");
        cluster.Delete(ResourceTypes.Pods, "p");
        await cluster.EventuallyGoneAsync(ResourceTypes.Pods, "p");
    }

    [Fact]
    public async Task What_is_optional_may_be_missing_whole_or_in_part()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.Secrets, Parse("""{"metadata":{"name":"s"},"stringData":{"key":"value"}}"""));

        var message = await RunAsync(
            cluster,
            "ls /a /b; echo \"${P-unset}\"",
            """
            {"volumeMounts":[{"name":"a","mountPath":"/a"},{"name":"b","mountPath":"/b"}],
             "env":[{"name":"P","valueFrom":{"secretKeyRef":{"name":"s","key":"other","optional":true}}}]}
            """,
            """
            {"volumes":[
              {"name":"a","secret":{"secretName":"s","optional":true,"items":[{"key":"key","path":"k"},{"key":"ca.crt","path":"ca.crt"}]}},
              {"name":"b","secret":{"secretName":"none","optional":true}}]}
            """);

        Assert.Equal("/a:\nk\n\n/b:\nunset\n", message);
    }

    [Fact]
    public async Task Secrets_and_scratch_directories_are_mounted()
    {
        await using var cluster = await RunningCluster.StartAsync();
        cluster.Create(ResourceTypes.Secrets, Parse("""{"metadata":{"name":"s"},"stringData":{"key":"value"}}"""));

        var message = await RunAsync(
            cluster,
            "cat /etc/backsnap/key; echo; stat -Lc %a /etc/backsnap/key; touch /cache/x && ls /cache; touch /etc/backsnap/y 2>/dev/null || echo read-only",
            """{"volumeMounts":[{"name":"s","mountPath":"/etc/backsnap"},{"name":"c","mountPath":"/cache"}]}""",
            """{"volumes":[{"name":"s","secret":{"secretName":"s","defaultMode":256}},{"name":"c","emptyDir":{}}]}""");

        Assert.Equal("value\n400\nx\nread-only\n", message);
    }

    [Fact]
    public async Task A_directory_of_the_host_that_is_named_to_the_container_is_seen_through_a_scratch_volume_above_it()
    {
        using var host = new ScratchDirectory();
        using var unnamed = new ScratchDirectory();
        Assert.StartsWith("/tmp/", host.Path, StringComparison.Ordinal);
        await File.WriteAllTextAsync(host["repository-file"], "kept");
        await using var cluster = await RunningCluster.StartAsync();

        var message = await RunAsync(
            cluster,
            $"cat $REPOSITORY/repository-file; touch /tmp/scratch; ls /tmp/scratch; test -e {unnamed.Path} || echo hidden",
            """{"env":[{"name":"REPOSITORY","value":"PATH"}],"volumeMounts":[{"name":"t","mountPath":"/tmp"}]}""".Replace("PATH", host.Path, StringComparison.Ordinal),
            """{"volumes":[{"name":"t","emptyDir":{}}]}""");

        Assert.Equal("kept/tmp/scratch\nhidden\n", message);
        Assert.False(File.Exists("/tmp/scratch"));
    }

    [Fact]
    public async Task Capabilities_and_user_are_those_of_the_securityContext()
    {
        await using var cluster = await RunningCluster.StartAsync();

        var message = await RunAsync(
            cluster,
            "grep CapEff /proc/self/status | cut -f2; grep NoNewPrivs /proc/self/status | cut -f2",
            """{"securityContext":{"runAsUser":0,"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"],"add":["DAC_OVERRIDE"]}}}""");

        Assert.Equal("0000000000000002\n1\n", message);
    }

    [Fact]
    public async Task The_end_of_the_log_stands_in_for_a_missing_message_if_the_container_failed_and_asks_for_it()
    {
        await using var cluster = await RunningCluster.StartAsync();

        cluster.Create(ResourceTypes.Pods, Pod("echo first; echo last >&2; exit 7", """{"terminationMessagePolicy":"FallbackToLogsOnError"}"""));

        var ended = State(await cluster.EventuallyAsync(ResourceTypes.Pods, "p", pod => pod.Text("status", "phase") == "Failed"));
        Assert.Equal(7, ended.Number("terminated", "exitCode"));
        Assert.Equal(["first", "last"], ended.Text("terminated", "message")!.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task A_container_that_fails_is_restarted_when_the_pod_says_so()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var pod = Pod("test -e /state/second || { touch /state/second; exit 1; }", """{"volumeMounts":[{"name":"s","mountPath":"/state"}]}""");
        pod.Set("OnFailure", "spec", "restartPolicy");
        pod.Set(JsonNode.Parse("""[{"name":"s","emptyDir":{}}]"""), "spec", "volumes");

        cluster.Create(ResourceTypes.Pods, pod);

        var ended = await cluster.EventuallyAsync(ResourceTypes.Pods, "p", found => found.Text("status", "phase") == "Succeeded");
        Assert.Equal(1, ended.Items("status", "containerStatuses")[0].Number("restartCount"));
        Assert.Contains(cluster.History(ResourceTypes.Pods, "p"), form => State(form!).Text("waiting", "reason") == "CrashLoopBackOff");
    }

    [Fact]
    public async Task Nothing_of_a_deleted_pod_is_left()
    {
        await using var cluster = await RunningCluster.StartAsync();
        var pod = cluster.Create(ResourceTypes.Pods, Pod("sleep 600", "{}"));
        await cluster.EventuallyAsync(ResourceTypes.Pods, "p", found => found.Text("status", "phase") == "Running");

        cluster.Delete(ResourceTypes.Pods, "p", new DeleteOptions(GracePeriodSeconds: 0));

        await cluster.EventuallyGoneAsync(ResourceTypes.Pods, "p");
        var state = Path.Combine(cluster.DataDirectory, "pods", pod.UidOf());
        await Eventually.HoldsAsync(() => !Directory.Exists(state), () => $"{state} is still there");
    }

    [Fact]
    public async Task Without_a_command_the_backsnap_program_runs_with_the_containers_arguments()
    {
        await using var cluster = await RunningCluster.StartAsync(options => options with { MoverCommand = ["/bin/echo", "backsnap"] });

        cluster.Create(ResourceTypes.Pods, Parse("""{"metadata":{"name":"p"},"spec":{"restartPolicy":"Never","containers":[{"name":"mover","image":"x","args":["mover","backup"],"terminationMessagePolicy":"File"}]}}"""));

        var pod = await cluster.EventuallyAsync(ResourceTypes.Pods, "p", found => found.Text("status", "phase") == "Succeeded");
        var log = Path.Combine(cluster.DataDirectory, "pods", pod.UidOf(), "mover", "0.log");
        Assert.EndsWith("stdout backsnap mover backup\n", await File.ReadAllTextAsync(log), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(RunningCluster cluster, string script, string container, string spec = "{}")
    {
        cluster.Create(ResourceTypes.Pods, Pod($"({script}) >/dev/termination-log", container, spec));
        var ended = await cluster.EventuallyAsync(ResourceTypes.Pods, "p", pod => pod.Text("status", "phase") is "Succeeded" or "Failed");
        return State(ended).Text("terminated", "message") ?? "";
    }

    private static JsonObject Pod(string script, string container, string spec = "{}") => Manifests.Pod("p", script, adjust: pod =>
    {
        foreach (var (field, value) in Parse(container)) pod.Items("spec", "containers")[0]![field] = value?.DeepClone();
        foreach (var (field, value) in Parse(spec)) pod["spec"]![field] = value?.DeepClone();
    });

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonNode? State(JsonObject pod) => pod.Items("status", "containerStatuses") is [var first, ..] ? first.At("state") : null;
}
