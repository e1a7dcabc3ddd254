using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Host.Metrics;
using Backsnap.Host.Telemetry;
using Backsnap.Host.Tests.Cli;
using Backsnap.Host.Tests.Metrics;
using Backsnap.Host.Tests.Operator;
using Backsnap.Kubernetes;
using Backsnap.Planner;
using LanguageExt;
using Microsoft.Extensions.Configuration;

namespace Backsnap.Host.Tests.Telemetry;

/// <summary>What a collector gets of an operator, read from what arrives there.</summary>
public sealed class ExportingTests
{
    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task A_round_arrives_as_a_trace_of_its_planning_and_its_actions_with_how_they_ended(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(protocol == "grpc");
        await using (var exporting = Exporting.Start(new TelemetryOptions(Traces: true, Metrics: false, default), new Figures(HandClock.AtNight()), To(receiver, protocol)))
        {
            await using var rig = new LoopRig();
            rig.TellEmptyLists();
            rig.Backup($"good-{protocol[0]}");
            rig.Backup($"bad-{protocol[0]}");
            rig.Api.Refuse = request => request.Name == $"bad-{protocol[0]}" ? ApiErrorKind.Forbidden : null;
            rig.Planner = (state, _, _) => Plan.Do(state.Backups
                .Filter(backup => backup.Phase.Word != "Pending" && !state.Troubles.ContainsKey(Trouble.KeyOf(ObjectKind.PvcBackup, backup.Id.Namespace, backup.Id.Name)))
                .Map(backup => LoopRig.Status(backup.Id, "Pending")));
            rig.Start();
            await rig.Planned(2);
        }

        var (good, bad) = (Action($"good-{protocol[0]}"), Action($"bad-{protocol[0]}"));
        Assert.Equal(("status PVCBackup", "ok", "shop", "PVCBackup", "test", 0UL), (good.Name, good.Tags["backsnap.outcome"], good.Tags["k8s.namespace.name"], good.Tags["k8s.object.kind"], good.Tags["backsnap.reason"], good.Status));
        Assert.Equal(("failed", 2UL), (bad.Tags["backsnap.outcome"], bad.Status));
        Assert.NotEmpty(bad.Why);
        var round = Assert.Single(receiver.Spans, span => span.Id == good.Parent);
        Assert.Equal(("round", "", good.TraceId), (round.Name, round.Parent, round.TraceId));
        Assert.Equal(round.Id, bad.Parent);
        var plan = Assert.Single(receiver.Spans, span => span.Parent == round.Id && span.Name == "plan");
        Assert.Equal(("2", "2", "0"), (plan.Tags["backsnap.backups"], plan.Tags["backsnap.actions"], plan.Tags["backsnap.violations"]));
        var who = receiver.Resources.First();
        Assert.Equal(("backsnap-of-a-test", "north", VersionOf(who)), (who["service.name"], who["region"], Backsnap.Host.Cli.VersionCommand.Version));

        SpanSeen Action(string name) => Assert.Single(receiver.Spans, span => span.Tags.GetValueOrDefault("k8s.object.name") == name && span.Tags.ContainsKey("backsnap.outcome"));

        static string VersionOf(IReadOnlyDictionary<string, string> resource) => resource["service.version"];
    }

    [Fact]
    public async Task A_request_to_the_API_server_arrives_as_a_span_of_a_client_and_one_that_is_refused_as_an_error()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using var server = await ApiStub.StartAsync(path => path.EndsWith("/traced-bad", StringComparison.Ordinal) ? StubAnswer.Refusal(403, "Forbidden", "no") : null);
        var connection = KubeConnection.Load(new ConnectionOptions { Kubeconfig = server.Kubeconfig }, KubeEnvironment.Process).Match(found => found, error => throw new InvalidOperationException(error.Explain()));
        await using (var exporting = Exporting.Start(new TelemetryOptions(Traces: true, Metrics: false, default), new Figures(HandClock.AtNight()), To(receiver)))
        {
            using var api = new KubernetesClient(connection, new ClientOptions { OnRequest = Tracing.Asked });
            await api.GetAsync(Resources.Jobs, "shop", "traced-good", default);
            await api.GetAsync(Resources.Jobs, "shop", "traced-bad", default);
            await api.GetAsync(Resources.Leases, "shop", "traced-lease", default);
        }

        var good = Assert.Single(receiver.Spans, span => span.Tags.GetValueOrDefault("k8s.object.name") == "traced-good");
        var bad = Assert.Single(receiver.Spans, span => span.Tags.GetValueOrDefault("k8s.object.name") == "traced-bad");
        Assert.Equal(("get jobs.batch", 3UL, "200", "127.0.0.1", 0UL), (good.Name, good.Kind, good.Tags["http.response.status_code"], good.Tags["server.address"], good.Status));
        Assert.Equal(("403", "403", 2UL), (bad.Tags["http.response.status_code"], bad.Tags["error.type"], bad.Status));
        Assert.DoesNotContain(receiver.Spans, span => span.Tags.GetValueOrDefault("k8s.object.name") == "traced-lease");
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task Metrics_arrive_with_the_names_labels_and_values_of_the_page(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(protocol == "grpc");
        var figures = Watched.Over(Watched.Cluster);
        await using var exporting = Exporting.Start(new TelemetryOptions(Traces: false, Metrics: true, default), figures, To(receiver, protocol, every: 50));
        figures.Planned(Watched.Cluster, Planner.Planner.Plan(Watched.Cluster, Watched.Settings, Watched.Monday), Watched.Settings, TimeSpan.FromMilliseconds(3));
        figures.Told("sent");
        figures.Told("sent");
        figures.Asked(new RequestRecord(new ApiRequest("get", "https://cluster"), 200, null, TimeSpan.FromMilliseconds(3), 1));
        var all = new List<PointSeen>();
        await Eventually.Holds(
            () =>
            {
                all = [.. receiver.Points.GroupBy(point => point.Metric).SelectMany(points => points.Where(point => point.Collection == points.Max(each => each.Collection)))];
                return Array.TrueForAll(["backsnap_api_requests_total", "backsnap_api_request_duration_seconds", "backsnap_synced"], metric => all.Exists(point => point.Metric == metric));
            },
            "what is counted and what is there has arrived");

        var shown = figures.Samples().Where(sample => sample.Metric.Type != MetricType.Histogram && !sample.Metric.Name.StartsWith("process_", StringComparison.Ordinal))
            .Select(sample => Line(sample.Metric.Name, sample.Metric.Labels.Select((label, place) => (label, sample.Label(place))), sample.Value)).Order(StringComparer.Ordinal);
        var arrived = all.Where(point => point.Form != "histogram" && !point.Metric.StartsWith("process_", StringComparison.Ordinal))
            .Select(point => Line(point.Metric, point.Tags.Select(tag => (tag.Key, tag.Value)), point.Value)).Order(StringComparer.Ordinal);
        Assert.Equal(shown, arrived);
        Assert.Contains("backsnap_events_total result=sent 2", arrived);
        Assert.Equal(1, Assert.Single(all, point => point.Metric == "backsnap_plan_duration_seconds").Value);
        var requests = Assert.Single(all, point => point.Metric == "backsnap_api_request_duration_seconds");
        Assert.Equal(("get", "s", 1), (requests.Tags["verb"], requests.Unit, requests.Value));
        Assert.Equal("sum", all.First(point => point.Metric == "backsnap_plans_total").Form);
        Assert.Contains(all, point => point.Metric == "process_resident_memory_bytes" && point.Unit == "By");

        static string Line(string name, IEnumerable<(string Name, string Value)> labels, double value) =>
            FormattableString.Invariant($"{name} {string.Join(",", labels.OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}"))} {value}");
    }

    [Theory]
    [InlineData("http/protobuf")]
    [InlineData("grpc")]
    public async Task What_is_left_is_sent_at_the_end(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(protocol == "grpc");
        // Long enough for a machine that is busy; the operator gives it a second.
        await using (var exporting = Exporting.Start(new TelemetryOptions(Traces: false, Metrics: true, default), Watched.Over(Watched.Cluster), To(receiver, protocol), TimeSpan.FromMinutes(1)))
        {
            Assert.Empty(receiver.Points);
        }

        Assert.Contains(receiver.Points, point => point.Metric == "backsnap_synced");
        Assert.Contains(receiver.Points, point => point.Metric == "backsnap_plans_total");
    }

    [Fact]
    public async Task Of_a_claim_that_is_gone_nothing_is_told_any_more()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var figures = Watched.Over(Watched.Cluster);
        await using var exporting = Exporting.Start(new TelemetryOptions(Traces: false, Metrics: true, default), figures, To(receiver, every: 50));
        await Eventually.Holds(() => receiver.Points.Any(OfClaim), "claims are told of");
        figures.Planned(ClusterState.Empty, Plan.Empty, Watched.Settings, TimeSpan.Zero);
        var since = receiver.Points.Max(point => point.Collection);
        await Eventually.Holds(() => receiver.Points.Any(point => point.Collection > since + 6 && point.Metric == "backsnap_synced"), "it is collected again");
        Assert.DoesNotContain(receiver.Points, point => point.Collection > since + 6 && OfClaim(point));

        static bool OfClaim(PointSeen point) => point.Metric == "backsnap_claim_info";
    }

    [Fact]
    public async Task A_collector_that_is_away_holds_up_nothing_for_long()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var gone = To(receiver);
        await receiver.DisposeAsync();
        var began = System.Diagnostics.Stopwatch.StartNew();
        await using (var exporting = Exporting.Start(new TelemetryOptions(Traces: true, Metrics: true, default), Watched.Busy(), gone))
        {
            using var span = Tracing.Round();
        }

        Assert.InRange(began.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    private static IConfiguration To(OtlpReceiver receiver, string protocol = "http/protobuf", int every = 60_000) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Url,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol,
        ["OTEL_METRIC_EXPORT_INTERVAL"] = $"{every}",
        ["OTEL_SERVICE_NAME"] = "backsnap-of-a-test",
        ["OTEL_RESOURCE_ATTRIBUTES"] = "region=north,service.name=overruled",
    }).Build();
}
