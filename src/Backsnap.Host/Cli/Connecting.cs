using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using Backsnap.Planner;

namespace Backsnap.Host.Cli;

/// <summary>Finds the cluster, and finds out at once whether it can be worked with: one clear sentence now instead of log lines for ever.</summary>
internal static class Connecting
{
    private static readonly ListOptions Nothing = new() { FieldSelector = "metadata.name=backsnap-preflight", PageSize = 1 };

    /// <summary>Who asks from a terminal, or at start, wants to know within seconds that nobody answers.</summary>
    public static ClientOptions Impatient { get; } = new() { MaxAttempts = 2, RequestTimeout = TimeSpan.FromSeconds(15) };

    /// <summary>The connection that the options name.</summary>
    public static ConnectionResult Find(OperatorOptions options, Func<string, string?> environment) => KubeConnection.Load(
        new ConnectionOptions
        {
            Kubeconfig = options.Kubeconfig.Length == 0 ? null : options.Kubeconfig,
            Context = options.Context.Length == 0 ? null : options.Context,
        },
        KubeEnvironment.Process with { Variable = environment });

    /// <summary>
    /// What the server answered: the sentences for what it refuses, and those for why there is no maintenance, and why Events are not followed, where
    /// that is so.
    /// </summary>
    internal sealed record Readiness(IReadOnlyList<string> Refusals, string? NoMaintenance, string? NoEvents);

    /// <summary>Asks the server for everything that planning reads. The kind that came last may be missing: then repositories are not maintained.</summary>
    public static async Task<Readiness> Preflight(IKubernetesApi api, Settings settings, CancellationToken cancel)
    {
        if (await api.VersionAsync(cancel) is ApiResult<ServerVersion>.Failed unreachable)
        {
            // Every API server knows its version; who does not is something else.
            return new([(unreachable.Error is { Kind: ApiErrorKind.NotFound } other ? other with { Kind = ApiErrorKind.Unexpected } : unreachable.Error).Explain()], null, null);
        }

        var ns = settings.Scope.Only.IsEmpty ? null : settings.Scope.Only.Head.Value;
        var movers = settings.MoverNamespace.MatchUnsafe<string?>(home => home.Value, () => ns);
        var (maintenance, events) = (WhyNoMaintenance(api, ns, cancel), WhyNoEvents(api, movers, cancel));
        var refusals = await Task.WhenAll(
            Ask(api, Resources.PvcBackups, ns, cancel), Ask(api, Resources.PvcRestores, ns, cancel), Ask(api, Resources.PersistentVolumeClaims, ns, cancel),
            Ask(api, Resources.VolumeSnapshots, ns, cancel), Ask(api, Resources.Jobs, movers, cancel), Ask(api, Resources.Pods, movers, cancel),
            Ask(api, Resources.Namespaces, null, cancel), Ask(api, Resources.PersistentVolumes, null, cancel), Ask(api, Resources.StorageClasses, null, cancel),
            Ask(api, Resources.VolumeSnapshotClasses, null, cancel),
            settings.MoverNamespace.IsSome ? Ask(api, Resources.VolumeSnapshotContents, null, cancel) : Task.FromResult<string?>(null),
            settings.MoverNamespace.IsSome ? Ask(api, Resources.Secrets, movers, cancel) : Task.FromResult<string?>(null));
        return new([.. refusals.OfType<string>().Distinct()], await maintenance, await events);
    }

    private static async Task<string?> WhyNoMaintenance(IKubernetesApi api, string? ns, CancellationToken cancel) =>
        (await api.ListAsync(Resources.PvcMaintenances, ns, Nothing, cancel)).ErrorOrNull is { } error
            ? $"repositories are neither pruned nor checked: {error.Explain()}"
            : null;

    private static async Task<string?> WhyNoEvents(IKubernetesApi api, string? ns, CancellationToken cancel) =>
        (await api.ListAsync(Resources.Events, ns, Nothing, cancel)).ErrorOrNull is { } error
            ? $"why a volume cannot be mounted is not told, as Events cannot be read: {error.Explain()}"
            : null;

    /// <summary>Reads everything once.</summary>
    public static async Task<ApiResult<ClusterCache>> ReadAll(IKubernetesApi api, Settings settings, CancellationToken cancel)
    {
        var only = settings.Scope.Only.Map(name => name.Value).ToArray();
        var maintenance = await WhyNoMaintenance(api, only.FirstOrDefault(), cancel) is null;
        var cache = new ClusterCache(only.Length, maintenance, settings.MoverNamespace, settings.Mover.TagLabels);
        var ours = new ListOptions { LabelSelector = $"{Marks.ManagedBy}={Marks.Backsnap}" };
        ApiError?[] failures =
        [
            await Take(Resources.Namespaces, [null], ListOptions.All, cache.Namespaces),
            await Take(Resources.PersistentVolumes, [null], ListOptions.All, cache.Volumes),
            await Take(Resources.StorageClasses, [null], ListOptions.All, cache.StorageClasses),
            await Take(Resources.VolumeSnapshotClasses, [null], ListOptions.All, cache.SnapshotClasses),
            await Take(Resources.PersistentVolumeClaims, WithMovers(), ListOptions.All, cache.Claims),
            await Take(Resources.PvcBackups, Places(), ListOptions.All, cache.Backups),
            await Take(Resources.PvcRestores, Places(), ListOptions.All, cache.Restores),
            await Take(Resources.VolumeSnapshots, WithMovers(), ours, cache.Snapshots),
            settings.MoverNamespace.IsSome ? await Take(Resources.VolumeSnapshotContents, [null], ListOptions.All, cache.SnapshotContents) : null,
            await Take(Resources.Jobs, AtMovers(), ours, cache.Jobs),
            await Take(Resources.Pods, AtMovers(), ours, cache.Pods),
            settings.MoverNamespace.IsSome ? await Take(Resources.Secrets, AtMovers(), ours, cache.Secrets) : null,
            maintenance ? await Take(Resources.PvcMaintenances, Places(), ListOptions.All, cache.Maintenances) : null,
        ];
        return failures.FirstOrDefault(failure => failure is not null) is { } first ? new ApiResult<ClusterCache>.Failed(first) : new ApiResult<ClusterCache>.Ok(cache);

        string?[] Places() => only.Length == 0 ? new string?[] { null } : only;

        string?[] WithMovers() => only.Length == 0 ? Places() : [.. only, .. settings.MoverNamespace.Map(home => (string?)home.Value).ToSeq()];

        string?[] AtMovers() => settings.MoverNamespace.Match(home => new string?[] { home.Value }, Places);

        async Task<ApiError?> Take<TSource, TRead>(KubeResource<TSource> resource, string?[] places, ListOptions options, ObjectTable<TSource, TRead> table)
            where TSource : class, IKubernetesObject
            where TRead : notnull
        {
            foreach (var place in places)
            {
                switch (await api.ListAsync(resource, place, options, cancel))
                {
                    case ApiResult<KubeList<TSource>>.Ok list:
                        table.Replace(list.Value.Items, place);
                        break;
                    case ApiResult<KubeList<TSource>>.Failed failed:
                        return failed.Error;
                }
            }

            return null;
        }
    }

    private static async Task<string?> Ask<T>(IKubernetesApi api, KubeResource<T> resource, string? ns, CancellationToken cancel)
        where T : class, IKubernetesObject =>
        (await api.ListAsync(resource, ns, Nothing, cancel)).ErrorOrNull?.Explain();
}
