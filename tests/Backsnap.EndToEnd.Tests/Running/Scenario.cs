using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Rights;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>
/// One test's part of the cluster: a namespace of its own, the operators that it started for it, and the words in which a test tells its
/// story. Disposing stops the operators and deletes the namespace.
/// </summary>
/// <remarks>
/// On the embedded cluster the operators have a service account of their own with the rights that are shipped, and a request that is refused for want of a
/// right fails the test.
/// </remarks>
internal sealed class Scenario : IAsyncDisposable
{
    private readonly TestCluster cluster;
    private readonly List<BacksnapProcess> operators = [];
    private readonly List<string> namespaces = [];
    private readonly Witness? witness;
    private readonly CredentialScan scan;
    private readonly bool wholeCluster;
    private OperatorAccount? account;
    private int jobs;

    private Scenario(TestCluster cluster, string ns, bool isolated, bool wholeCluster)
    {
        (this.cluster, this.wholeCluster, Namespace, Movers) = (cluster, wholeCluster, ns, !isolated ? ns : wholeCluster ? ShippedRights.Movers : ns + "-movers");
        witness = isolated ? new Witness(cluster.Api, ns) : null;
        scan = CredentialScan.Begin(cluster.Record);
        scan.GuardFile(cluster.SecretFile);
    }

    public string Namespace { get; }

    /// <summary>Where movers run: the namespace itself, or one of their own.</summary>
    public string Movers { get; }

    public IKubernetesApi Api => cluster.Api;

    /// <summary>The kubeconfig of the operators.</summary>
    public string Kubeconfig => account?.Kubeconfig ?? cluster.Kubeconfig;

    /// <summary>The operators' own namespace, where there is one: else the tests'.</summary>
    public string Home => account?.Home ?? Namespace;

    /// <summary>The operators' service account; there is none on a cluster that was not made for the tests.</summary>
    public OperatorAccount Account => account ?? throw new InvalidOperationException("only on the embedded cluster");

    public string Repository => cluster.Repository;

    /// <summary>The operators that were started for it.</summary>
    public IReadOnlyList<BacksnapProcess> Operators => operators;

    /// <summary>A new namespace.</summary>
    /// <param name="isolated">Whether movers run in a second one (<c>--mover-namespace</c>).</param>
    public static async Task<Scenario> Begin(bool isolated = false)
    {
        var scenario = new Scenario(await TestCluster.Get(), $"backsnap-e2e-{Guid.NewGuid().ToString("N")[..8]}", isolated, wholeCluster: false);
        await scenario.Settle();
        return scenario;
    }

    /// <summary>A cluster of its own, with operators for all of it, under the very names that are shipped. Only embedded.</summary>
    public static async Task<Scenario> BeginAlone(bool isolated)
    {
        var scenario = new Scenario(await TestCluster.Own(), ShippedRights.Tenant, isolated, wholeCluster: true);
        await scenario.Settle();
        return scenario;
    }

    /// <summary>The flags of an operator that looks only at this namespace.</summary>
    public IEnumerable<string> Flags(params string[] more) =>
    [
        // A test that names other namespaces than its own is about more than one tenant's rights.
        .. more.Contains("--kubeconfig") ? [] : new[] { "--kubeconfig", more.Contains("--namespaces") ? cluster.Kubeconfig : Kubeconfig },
        .. wholeCluster || more.Contains("--namespaces") ? [] : new[] { "--namespaces", Namespace },
        "--log-level", "debug",
        .. more.Contains("--health-probe-bind-address") ? [] : new[] { "--health-probe-bind-address", "0" },
        .. more.Contains("--metrics-bind-address") ? [] : new[] { "--metrics-bind-address", "0" },
        .. more.Contains("--image") ? [] : new[] { "--image", E2ESettings.Image },
        .. more.Contains("--repository") ? [] : new[] { "--repository", cluster.Repository },
        .. more.Contains("--secret-file") ? [] : new[] { "--secret-file", cluster.SecretFile },
        .. Movers != Namespace ? new[] { "--mover-namespace", Movers } : [],
        .. !more.Contains("--snapshotclass") && E2ESettings.SnapshotClass is { } chosen ? new[] { "--snapshotclass", chosen } : [],
        .. more,
    ];

    /// <summary>Says what must be found in no place but Secrets, beside what stands in the files with credentials that operators are given.</summary>
    public void Guard(params string[] credentials) => scan.Guard(credentials);

    /// <summary>Starts an operator.</summary>
    public BacksnapProcess StartOperator(params string[] more) => StartOperator(new Dictionary<string, string>(), more);

    /// <summary>Starts an operator with these environment variables.</summary>
    public BacksnapProcess StartOperator(IReadOnlyDictionary<string, string> environment, params string[] more)
    {
        scan.GuardFlags(more);
        scan.Metrics(out var address);
        var started = BacksnapProcess.Start(Flags(more.Contains("--metrics-bind-address") ? more : [.. more, "--metrics-bind-address", address]).Prepend("run"), environment);
        operators.Add(started);
        return started;
    }

    /// <summary>Creates a claim and fills it with a tree that is the same for the same seed.</summary>
    public async Task<PersistentVolumeClaim> FilledClaim(string name, int seed, string? schedule = "")
    {
        await Create(Resources.PersistentVolumeClaims, Namespace, Manifests.Claim(Namespace, name, "64Mi", schedule));
        await Tree(name, "make", "/data", "--seed", $"{seed}", "--label", $"{Namespace}/{name}");
        return await Get(Resources.PersistentVolumeClaims, name);
    }

    /// <summary>Creates a claim of a raw device.</summary>
    public Task BlockClaim(string name)
    {
        var claim = Manifests.Claim(Namespace, name, "8Mi", schedule: "");
        claim["spec"]!["volumeMode"] = "Block";
        return Create(Resources.PersistentVolumeClaims, Namespace, claim);
    }

    /// <summary>What a shell prints that has a claim's device as <c>/dev/disk</c>.</summary>
    public Task<string> Device(string claim, string script)
    {
        var name = $"device-{Interlocked.Increment(ref jobs)}";
        return Output(name, Manifests.DeviceJob(Namespace, name, claim, script), [script]);
    }

    /// <summary>What restic itself prints, told of a claim's repository; it runs in the cluster, with the credentials of the tests.</summary>
    public async Task<string> Restic(string claim, params string[] arguments)
    {
        var name = $"restic-{Interlocked.Increment(ref jobs)}";
        await Create(Resources.Secrets, Namespace, Manifests.Secret(Namespace, name, new Dictionary<string, string>(CredentialScan.Entries(cluster.SecretFile))));
        return await Output(name, Manifests.ResticJob(Namespace, name, name, ["-r", $"{Repository}/{Namespace}/{claim}", "--no-cache", "--no-lock", .. arguments]), arguments);
    }

    /// <summary>Changes some of a claim's files.</summary>
    public Task Edit(string claim, int seed) => Tree(claim, "edit", "/data", "--seed", $"{seed}");

    /// <summary>Every entry of a claim with its content's hash, mode, owner, links and times.</summary>
    public async Task<string> Fingerprint(string claim) => string.Join('\n', (await Tree(claim, "fingerprint", "/data"))
        .Split('\n').Where(line => !line.Contains("lost+found", StringComparison.Ordinal)));

    /// <summary>
    /// The fingerprint that a perfect backup of a claim restores: that of a claim which the storage driver itself makes from a snapshot.
    /// Drivers lose things of their own (the CSI hostpath driver's snapshots are tar files: no nanoseconds, no extended attributes), and
    /// nothing that is lost there can come back from a backup. On the embedded cluster it must be the source's own fingerprint.
    /// </summary>
    public async Task<string> SnapshotFingerprint(string claim)
    {
        var name = $"reference-{Interlocked.Increment(ref jobs)}";
        await Create(Resources.VolumeSnapshots, Namespace, Manifests.Snapshot(Namespace, name, claim, await SnapshotClass(claim)));
        await Eventually.True(
            async () => (await Get(Resources.VolumeSnapshots, name)).Status?.ReadyToUse == true,
            () => $"the reference snapshot of {claim} is not ready");
        await Create(Resources.PersistentVolumeClaims, Namespace, Manifests.ClaimFromSnapshot(Namespace, name, "64Mi", name));
        var fingerprint = await Fingerprint(name);
        await DeleteClaim(name);
        await Delete(Resources.VolumeSnapshots, name);
        if (E2ESettings.IsEmbedded)
        {
            Assert.Equal(await Fingerprint(claim), fingerprint);
        }

        return fingerprint;
    }

    /// <summary>Asks for a backup by hand and waits for its end.</summary>
    public async Task<PvcBackup> BackUp(string name, string claim, string? ttl = null)
    {
        await Create(Resources.PvcBackups, Namespace, Manifests.Backup(Namespace, name, claim, ttl));
        return await Finished(Resources.PvcBackups, name, backup => backup.Status?.Result);
    }

    /// <summary>Asks for a restore and waits for its end.</summary>
    public async Task<PvcRestore> Restore(string name, JsonObject spec)
    {
        await Create(Resources.PvcRestores, Namespace, Manifests.Restore(Namespace, name, spec));
        return await Finished(Resources.PvcRestores, name, restore => restore.Status?.Result);
    }

    /// <summary>Asks for maintenance and waits for its end.</summary>
    public async Task<PvcMaintenance> Maintain(string name, JsonObject spec)
    {
        await Create(Resources.PvcMaintenances, Namespace, Manifests.Maintenance(Namespace, name, spec));
        return await Finished(Resources.PvcMaintenances, name, maintenance => maintenance.Status?.Result);
    }

    /// <summary>Deletes a claim and waits until it is gone.</summary>
    public async Task DeleteClaim(string name)
    {
        await Delete(Resources.PersistentVolumeClaims, name);
        await Eventually.True(
            async () => await Api.GetAsync(Resources.PersistentVolumeClaims, Namespace, name, CancellationToken.None) is ApiResult<PersistentVolumeClaim>.Failed { Error.Kind: ApiErrorKind.NotFound },
            () => $"claim {name} is still there");
    }

    /// <summary>Waits until nothing is left of what Backsnap makes for its work, and asks what was seen of it where it had no business.</summary>
    public async Task Clean()
    {
        IReadOnlyList<string> left = [];
        witness?.Testify(Story);
        await Eventually.True(async () => (left = await Temporary()).Count == 0, () => $"left behind: {string.Join(", ", left)}\n{Story()}");
    }

    /// <summary>What is there of what Backsnap makes for its work.</summary>
    public async Task<IReadOnlyList<string>> Temporary()
    {
        var ours = new ListOptions { LabelSelector = "app.kubernetes.io/managed-by=backsnap" };
        return
        [
            .. (await All(Resources.VolumeSnapshots)).Select(item => $"VolumeSnapshot {item.Metadata.Name}"),
            .. (await All(Resources.PersistentVolumeClaims)).Select(item => $"PersistentVolumeClaim {item.Metadata.Name}"),
            .. (await All(Resources.Jobs)).Select(item => $"Job {item.Metadata.Name}"),
            .. (await All(Resources.Pods)).Select(item => $"Pod {item.Metadata.Name}"),
            .. (await All(Resources.Secrets)).Select(item => $"Secret {item.Metadata.Name}"),
            .. await OfCluster(),
        ];

        async Task<IEnumerable<T>> All<T>(KubeResource<T> resource)
            where T : class, IKubernetesObject => [.. await List(resource, ours), .. Movers == Namespace ? [] : await ListAt(resource, Movers, ours)];
    }

    // What is of the whole cluster bears this namespace in what it says of its owner.
    private async Task<IEnumerable<string>> OfCluster()
    {
        if (Movers == Namespace)
        {
            return [];
        }

        var contents = (await Api.ListAsync(Resources.VolumeSnapshotContents, null, ListOptions.All, CancellationToken.None)).Match(list => list.Items, Fail<IReadOnlyList<VolumeSnapshotContent>>);
        var volumes = (await Api.ListAsync(Resources.PersistentVolumes, null, ListOptions.All, CancellationToken.None)).Match(list => list.Items, Fail<IReadOnlyList<PersistentVolume>>);
        return
        [
            .. contents.Where(item => item.Spec?.VolumeSnapshotRef?.Namespace is { } at && namespaces.Contains(at)).Select(item => $"VolumeSnapshotContent {item.Metadata.Name}"),
            .. volumes.Where(item => item.Spec?.ClaimRef?.Namespace == Movers || (item.Metadata.Annotations?.GetValueOrDefault("backsnap.skyb.it/owner") is { } owner && owner.Contains($"/{Namespace}/", StringComparison.Ordinal)))
                .Select(item => $"PersistentVolume {item.Metadata.Name}"),
        ];
    }

    /// <summary>All objects of a kind in the namespace.</summary>
    public async Task<IReadOnlyList<T>> List<T>(KubeResource<T> resource, ListOptions? options = null)
        where T : class, IKubernetesObject =>
        (await Api.ListAsync(resource, Namespace, options ?? ListOptions.All, CancellationToken.None)).Match(list => list.Items, Fail<IReadOnlyList<T>>);

    /// <summary>All objects of a kind in any namespace.</summary>
    public async Task<IReadOnlyList<T>> ListAt<T>(KubeResource<T> resource, string ns, ListOptions options)
        where T : class, IKubernetesObject =>
        (await Api.ListAsync(resource, ns, options, CancellationToken.None)).Match(list => list.Items, Fail<IReadOnlyList<T>>);

    /// <summary>One object.</summary>
    public async Task<T> Get<T>(KubeResource<T> resource, string name)
        where T : class, IKubernetesObject =>
        (await Api.GetAsync(resource, Namespace, name, CancellationToken.None)).Match(found => found, Fail<T>);

    /// <summary>Creates an object.</summary>
    public async Task<T> Create<T>(KubeResource<T> resource, string? ns, JsonObject manifest)
        where T : class, IKubernetesObject =>
        (await Api.CreateAsync(resource, ns, Manifests.Bytes(manifest), CancellationToken.None)).Match(made => made, Fail<T>);

    /// <summary>Changes an object by a merge patch.</summary>
    public async Task Patch<T>(KubeResource<T> resource, string name, JsonObject patch)
        where T : class, IKubernetesObject =>
        (await Api.PatchAsync(resource, Namespace, name, new PatchKind.MergePatch(), Manifests.Bytes(patch), null, CancellationToken.None)).Match(_ => 0, Fail<int>);

    /// <summary>Deletes an object.</summary>
    public async Task Delete<T>(KubeResource<T> resource, string name)
        where T : class, IKubernetesObject =>
        (await Api.DeleteAsync(resource, Namespace, name, new DeleteOptions { Propagation = Propagation.Background }, CancellationToken.None)).Match(_ => 0, Fail<int>);

    /// <summary>Waits until an object of ours has a result.</summary>
    public async Task<T> Finished<T>(KubeResource<T> resource, string name, Func<T, string?> result)
        where T : class, IKubernetesObject
    {
        var last = await Get(resource, name);
        await Eventually.True(async () => result(last = await Get(resource, name)) is not null, () => $"{resource.Kind} {name} has no result: {last}\n{Story()}");
        return last;
    }

    /// <summary>Changes an annotation of the namespace; null removes it.</summary>
    public async Task Annotate(string annotation, string? value)
    {
        var change = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [annotation] = value } } };
        (await Api.PatchAsync(Resources.Namespaces, null, Namespace, new PatchKind.MergePatch(), Manifests.Bytes(change), null, CancellationToken.None)).Match(_ => 0, Fail<int>);
    }

    /// <summary>The log of a pod; of a mover's, where movers run.</summary>
    public async Task<string> Log(string pod, string? ns = null) => await (await Api.PodLogAsync(ns ?? Namespace, pod, new LogOptions(), CancellationToken.None)).Match(
        async lines =>
        {
            var all = new List<string>();
            await foreach (var line in lines)
            {
                all.Add(line);
            }

            return string.Join('\n', all);
        },
        error => Task.FromResult(error.Explain()));

    /// <summary>What the operators printed: for a test that fails.</summary>
    public string Story() => string.Join("\n---\n", operators.Select(running => running.Output));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await scan.Scrape();
        foreach (var running in operators)
        {
            await running.DisposeAsync();
        }

        witness?.Dispose();
        try
        {
            await (account is { WasCurtailed: false } ? account.NothingWasRefused(Story) : Task.CompletedTask);
        }
        finally
        {
            await Vanish();
        }
    }

    private async Task Settle()
    {
        var system = wholeCluster ? ShippedRights.Home : Namespace + "-system";
        foreach (var ns in new[] { Namespace, Movers }.Concat(E2ESettings.IsEmbedded ? [system] : []).Distinct())
        {
            namespaces.Add(ns);
            await Create(Resources.Namespaces, null, Manifests.Namespace(ns));
        }

        account = E2ESettings.IsEmbedded
            ? await OperatorAccount.Install(
                cluster, Movers != Namespace, namespaced: !wholeCluster,
                ns => ns == ShippedRights.Home ? system : ns == ShippedRights.Movers ? Movers : Namespace,
                wholeCluster ? "" : "-" + Namespace)
            : null;
    }

    private async Task Vanish()
    {
        foreach (var ns in namespaces)
        {
            await Api.DeleteAsync(Resources.Namespaces, null, ns, new DeleteOptions(), CancellationToken.None);
        }

        await (account?.Remove() ?? Task.CompletedTask);
        scan.Testify();
        await (wholeCluster ? cluster.DisposeAsync().AsTask() : Task.CompletedTask);
    }

    private async Task<string> SnapshotClass(string claim)
    {
        if (E2ESettings.SnapshotClass is { } chosen)
        {
            return chosen;
        }

        var volume = (await Get(Resources.PersistentVolumeClaims, claim)).Spec!.VolumeName!;
        var driver = (await Api.GetAsync(Resources.PersistentVolumes, null, volume, CancellationToken.None)).Match(found => found.Spec?.Csi?.Driver, Fail<string?>);
        var classes = (await Api.ListAsync(Resources.VolumeSnapshotClasses, null, ListOptions.All, CancellationToken.None)).Match(list => list.Items, Fail<IReadOnlyList<VolumeSnapshotClass>>);
        return classes.First(found => found.Driver == driver).Metadata.Name!;
    }

    private Task<string> Tree(string claim, params string[] arguments)
    {
        var name = $"tree-{Interlocked.Increment(ref jobs)}";
        return Output(name, Manifests.TreeJob(Namespace, name, claim, arguments), arguments);
    }

    private async Task<string> Output(string name, JsonObject job, string[] arguments)
    {
        await Create(Resources.Jobs, Namespace, job);
        var state = "";
        await Eventually.True(
            async () => (state = await State(name)) is "Complete" or "Failed",
            () => $"Job {name} ({string.Join(' ', arguments)}) did not end");
        var pod = (await List(Resources.Pods, new ListOptions { LabelSelector = $"batch.kubernetes.io/job-name={name}" }))[0].Metadata.Name!;
        var log = await Log(pod);
        Assert.True(state == "Complete", $"Job {name} ({string.Join(' ', arguments)}) ended as {state}:\n{log}");
        await Delete(Resources.Jobs, name);
        await Eventually.True(
            async () => (await List(Resources.Pods, new ListOptions { LabelSelector = $"batch.kubernetes.io/job-name={name}" })).Count == 0,
            () => $"the pod of Job {name} is still there");
        return log;
    }

    private async Task<string> State(string job) =>
        ((await Get(Resources.Jobs, job)).Status?.Conditions ?? []).FirstOrDefault(condition => condition is { Status: "True", Type: "Complete" or "Failed" })?.Type ?? "";

    private static T Fail<T>(ApiError error)
    {
        Assert.Fail(error.Explain());
        return default!;
    }
}
