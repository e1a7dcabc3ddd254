using System.Text;
using Backsnap.Kubernetes.Tests.Support;
using Backsnap.Sandbox;

namespace Backsnap.Kubernetes.Tests.EmbeddedCluster;

/// <summary>The client against an API server that this project did not write for it: the embedded cluster, over TLS, from its kubeconfig.</summary>
public sealed class EmbeddedClusterTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private SandboxCluster? _cluster;
    private KubernetesClient? _client;

    private KubernetesClient Client => _client!;

    public async Task InitializeAsync()
    {
        _cluster = await SandboxCluster.StartAsync(new SandboxOptions
        {
            DataDirectory = Path.Combine(_directory.Path, "data"),
            DefinitionFiles = [Path.Combine(RepositoryRoot(), "config", "crd", "bases")],
            WatchHistory = 20,
        });
        var kubeconfig = Path.Combine(_directory.Path, "kubeconfig");
        await _cluster.WriteKubeconfigAsync(kubeconfig);
        var connection = KubeConnection.Load(
            new ConnectionOptions { Kubeconfig = kubeconfig }, new KubeEnvironment(_ => null, _directory.Path)).Found();
        _client = new KubernetesClient(connection);
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }

    public void Dispose()
    {
        _client?.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_server_says_who_it_is_and_that_the_definitions_are_there()
    {
        Assert.StartsWith("v1.", (await Client.VersionAsync(default)).Value().GitVersion, StringComparison.Ordinal);
        var definitions = (await Client.ListAsync(Resources.CustomResourceDefinitions, null, ListOptions.All, default)).Value().Items;
        var backups = Assert.Single(definitions, d => d.Spec!.Names!.Kind == "PVCBackup");
        Assert.True(backups.IsEstablished && backups.Serves(Resources.BacksnapVersion));
    }

    [Fact]
    public async Task An_object_lives_from_creation_to_deletion()
    {
        var created = (await CreateAsync("one")).Value();
        Assert.NotNull(created.Metadata.Uid);
        Assert.Equal(ApiErrorKind.AlreadyExists, (await CreateAsync("one")).Error().Kind);

        var patched = (await Client.PatchAsync(
            Resources.PvcBackups, "default", "one", new PatchKind.MergePatch(),
            """{"status":{"phase":"Succeeded","result":"Succeeded","bytesAdded":5,"startedAt":"2026-11-22T10:00:00Z"}}"""u8.ToArray(), "status", default)).Value();
        Assert.Equal(("Succeeded", 5), (patched.Status!.Phase, patched.Status.BytesAdded!.Value));

        var tested = await Client.PatchAsync(
            Resources.PvcBackups, "default", "one", new PatchKind.JsonPatch(),
            Json($$"""[{"op":"test","path":"/metadata/resourceVersion","value":"{{patched.Metadata.ResourceVersion}}"},{"op":"replace","path":"/spec/ttl","value":"1h"}]"""),
            null, default);
        Assert.Equal("1h", tested.Value().Spec!.Ttl);
        Assert.Equal("Succeeded", tested.Value().Status!.Phase);

        var stranger = new DeleteOptions { Uid = "00000000-0000-0000-0000-000000000000" };
        Assert.Equal(ApiErrorKind.Conflict, (await Client.DeleteAsync(Resources.PvcBackups, "default", "one", stranger, default)).Error().Kind);
        var same = new DeleteOptions { Uid = created.Metadata.Uid, Propagation = Propagation.Background };
        Assert.IsType<DeleteOutcome.Deleted>((await Client.DeleteAsync(Resources.PvcBackups, "default", "one", same, default)).Value());
        var gone = (await Client.GetAsync(Resources.PvcBackups, "default", "one", default)).Error();
        Assert.Equal((ApiErrorKind.NotFound, false), (gone.Kind, gone.ResourceMissing));
    }

    [Fact]
    public async Task A_claim_applied_by_the_server_is_created_then_changed()
    {
        var apply = new PatchKind.ServerSideApply("backsnap", Force: true);
        var first = await ApplyAsync("1Mi");
        var second = await ApplyAsync("1Mi", "x");

        Assert.Equal("1Mi", first.Spec!.Resources!.Requests!["storage"]);
        Assert.Equal(first.Metadata.Uid, second.Metadata.Uid);
        Assert.Equal("x", second.Metadata.Labels!["app"]);

        async Task<PersistentVolumeClaim> ApplyAsync(string size, string? label = null) => (await Client.PatchAsync(
            Resources.PersistentVolumeClaims, "default", "data", apply,
            Json($$$"""
                {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data"{{{(label is null ? "" : $$""","labels":{"app":"{{label}}"}""")}}}},
                 "spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"{{{size}}}"} } } }
                """), null, default)).Value();
    }

    [Fact]
    public async Task A_lease_is_taken_once_at_a_time()
    {
        const string lease = """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"leader"},"spec":{"holderIdentity":"a","leaseDurationSeconds":15,"renewTime":"2026-11-22T08:47:34.000000Z"}}""";
        var stored = (await Client.CreateAsync(Resources.Leases, "default", Json(lease), default)).Value();
        var mine = Json(lease.Replace("\"name\":\"leader\"", $"\"name\":\"leader\",\"resourceVersion\":\"{stored.Metadata.ResourceVersion}\"", StringComparison.Ordinal));

        Assert.True((await Client.ReplaceAsync(Resources.Leases, "default", "leader", Json(Encoding.UTF8.GetString(mine.Span).Replace("\"a\"", "\"b\"", StringComparison.Ordinal)), null, default)).IsOk);
        Assert.Equal(ApiErrorKind.Conflict, (await Client.ReplaceAsync(Resources.Leases, "default", "leader", mine, null, default)).Error().Kind);
    }

    [Fact]
    public async Task What_breaks_the_schema_is_refused_with_its_field()
    {
        var error = (await Client.CreateAsync(
            Resources.PvcBackups, "default",
            """{"apiVersion":"backsnap.skyb.it/v1alpha1","kind":"PVCBackup","metadata":{"name":"bad"},"spec":{"pvc":7}}"""u8.ToArray(), default)).Error();

        Assert.Equal(ApiErrorKind.Invalid, error.Kind);
        Assert.Contains("spec.pvc", error.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_join_to_the_whole_list()
    {
        foreach (var i in Enumerable.Range(0, 7)) (await CreateAsync($"b{i}")).Value();

        var list = (await Client.ListAsync(Resources.PvcBackups, null, new ListOptions { PageSize = 3 }, default)).Value();

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"b{i}"), list.Items.Select(i => i.Metadata.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_follower_sees_what_is_there_and_what_becomes_of_it()
    {
        (await CreateAsync("early")).Value();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var seen = new List<string>();
        await foreach (var e in Client.FollowAsync(Resources.PvcBackups, "default", ListOptions.All, deadline.Token))
        {
            seen.Add(Describe(e));
            if (seen.Count == 1) (await CreateAsync("late")).Value();
            if (seen.Count == 2) (await Client.DeleteAsync(Resources.PvcBackups, "default", "early", new DeleteOptions(), default)).Value();
            if (seen.Count == 3) break;
        }

        Assert.Equal(["synced early", "changed late", "removed early"], seen);
    }

    [Fact]
    public async Task A_version_that_the_server_has_forgotten_is_Expired()
    {
        var first = (await CreateAsync("b0")).Value().Metadata.ResourceVersion;
        foreach (var i in Enumerable.Range(1, 50)) (await CreateAsync($"b{i}")).Value();

        var events = await Client.WatchAsync(Resources.PvcBackups, null, new WatchOptions { ResourceVersion = first }, default).TakeAsync(1);

        Assert.Equal(ApiErrorKind.Expired, Assert.IsType<WatchEvent<PvcBackup>.Error>(events[0]).Reason.Kind);
    }

    [Fact]
    public async Task A_streaming_list_ends_with_its_bookmark()
    {
        (await CreateAsync("one")).Value();

        var options = new WatchOptions { SendInitialEvents = true };
        var events = await Client.WatchAsync(Resources.PvcBackups, "default", options, default).TakeAsync(2);

        Assert.Equal("one", Assert.IsType<WatchEvent<PvcBackup>.Added>(events[0]).Object.Metadata.Name);
        Assert.True(Assert.IsType<WatchEvent<PvcBackup>.Bookmark>(events[1]).InitialEventsEnd);
    }

    private Task<ApiResult<PvcBackup>> CreateAsync(string name) => Client.CreateAsync(
        Resources.PvcBackups, "default",
        Json($$$"""{"apiVersion":"backsnap.skyb.it/v1alpha1","kind":"PVCBackup","metadata":{"name":"{{{name}}}"},"spec":{"pvc":"data","ttl":"72h"} }"""),
        default);

    private static string Describe(FollowEvent<PvcBackup> seen) => seen switch
    {
        FollowEvent<PvcBackup>.Synced synced => "synced " + string.Join(',', synced.Items.Select(i => i.Metadata.Name)),
        FollowEvent<PvcBackup>.Changed changed => "changed " + changed.Object.Metadata.Name,
        FollowEvent<PvcBackup>.Removed removed => "removed " + removed.Object.Metadata.Name,
        FollowEvent<PvcBackup>.Trouble trouble => trouble.Reason.Explain(),
    };

    private static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    private static string RepositoryRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Backsnap.sln"))) directory = directory.Parent;
        return directory?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
