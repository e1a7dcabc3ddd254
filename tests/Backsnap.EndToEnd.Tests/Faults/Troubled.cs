using System.Net;
using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Host.Tests.Stores;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests.Faults;

/// <summary>A scenario whose one operator reaches the API server only through a <see cref="FaultProxy"/>; the test itself is not troubled.</summary>
internal sealed class Troubled : IAsyncDisposable
{
    private readonly Chronicle chronicle;
    private readonly string health = $"127.0.0.1:{LoopbackPort.Free()}";
    private BacksnapProcess? running;

    private Troubled(Scenario scenario, FaultProxy proxy) => (Scenario, Proxy, chronicle) = (scenario, proxy, new Chronicle(scenario.Api, scenario.Namespace));

    public Scenario Scenario { get; }

    public FaultProxy Proxy { get; }

    /// <summary>Chances of the test.</summary>
    public Seed Seed { get; } = new();

    /// <summary>The operator.</summary>
    public BacksnapProcess Operator => running ?? throw new InvalidOperationException("it was not started");

    public static async Task<Troubled> Begin()
    {
        var scenario = await Scenario.Begin();
        return new Troubled(scenario, await FaultProxy.Start(scenario.Kubeconfig));
    }

    /// <summary>Starts the operator, and waits until it has read the cluster. No fault has come so far.</summary>
    public async Task StartOperator(params string[] more)
    {
        running = Scenario.StartOperator(["--kubeconfig", Proxy.Kubeconfig, "--health-probe-bind-address", health, "--retention", "last=100", .. more]);
        await Eventually.True(async () => await Probe("readyz") == HttpStatusCode.OK, () => $"the operator is not ready\n{Story()}");
    }

    /// <summary>What the operator says of itself at <c>healthz</c> or <c>readyz</c>; null where it says nothing.</summary>
    public async Task<HttpStatusCode?> Probe(string path)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://{health}/{path}"));
            return answer.StatusCode;
        }
        catch (Exception silent) when (silent is HttpRequestException or TaskCanceledException)
        {
            return null;
        }
    }

    /// <summary>Asks for a backup by hand.</summary>
    public Task Ask(string name, string claim) => Scenario.Create(Resources.PvcBackups, Scenario.Namespace, Manifests.Backup(Scenario.Namespace, name, claim, null));

    /// <summary>Waits until every PVCBackup has a result, and fails unless each is a success.</summary>
    public async Task<IReadOnlyList<PvcBackup>> AllSucceed()
    {
        IReadOnlyList<PvcBackup> all = [];
        await Eventually.True(
            async () => (all = await Scenario.List(Resources.PvcBackups)).All(backup => backup.Status?.Result is not null),
            () => $"without a result: {string.Join(", ", all.Where(backup => backup.Status?.Result is null).Select(backup => $"{backup.Metadata.Name} ({backup.Status?.Message})"))}\n{Story()}");
        Assert.All(all, backup => Assert.True(backup.Status!.Result == "Succeeded", $"{backup.Metadata.Name}: {backup.Status.Message}\n{Story()}"));
        return all;
    }

    /// <summary>
    /// Fails unless all PVCBackups end well, nothing is left behind, and each had one VolumeSnapshot, one temporary claim, one Job and one restic snapshot,
    /// ever; and unless the operator that was started first is in good health.
    /// </summary>
    public async Task EndsWell()
    {
        var backups = await AllSucceed();
        await Scenario.Clean();
        await chronicle.OneOfEach(backups, Story);
        foreach (var claim in backups.GroupBy(backup => backup.Spec!.Pvc!))
        {
            var saved = await Saved(claim.Key);
            var told = claim.Select(backup => backup.Status!.Snapshot!);
            Assert.True(saved.Order(StringComparer.Ordinal).SequenceEqual(told.Order(StringComparer.Ordinal)), $"of {claim.Key} there are {string.Join(", ", saved)}, and told was {string.Join(", ", told)}\n{Story()}");
        }

        Assert.Single(Scenario.Operators);
        Assert.False(Operator.HasEnded, Story());
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await Probe("healthz"), await Probe("readyz")));
    }

    /// <summary>How many Jobs were made for an object, ever.</summary>
    public int JobsOf(IKubernetesObject item) => chronicle.Count("Job", item.Metadata.Uid);

    /// <summary>How to have the same chances again, what has befallen the operator, and what it printed.</summary>
    public string Story() => $"{Seed}\nfaults: {Proxy.Tally}\n{Scenario.Story()}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        chronicle.Dispose();
        await (running?.Stop() ?? Task.CompletedTask);
        await Proxy.DisposeAsync();
        await Scenario.DisposeAsync();
    }

    // The ids of a claim's snapshots, by restic itself.
    private async Task<IReadOnlyList<string>> Saved(string claim)
    {
        var listed = await Scenario.Restic(claim, "snapshots", "--json");
        return [.. JsonNode.Parse(listed[listed.IndexOf('[', StringComparison.Ordinal)..(listed.LastIndexOf(']') + 1)])!.AsArray().Select(snapshot => (string)snapshot!["id"]!)];
    }
}
