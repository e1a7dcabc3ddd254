using System.Threading.Channels;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using LanguageExt;
using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Operator;

/// <summary>A change to the cache; whether it was news.</summary>
internal delegate bool Sighting(ClusterCache cache);

/// <summary>
/// Follows every kind that planning needs and hands what is seen to the loop: of Backsnap's own kinds and of claims and
/// namespaces all, of Jobs, pods, snapshots and Secrets only those with our label.
/// </summary>
internal sealed class Followers(IKubernetesApi api, IReadOnlyList<NamespaceName> only, ChannelWriter<Sighting> sightings, ILogger<Followers> log, bool maintenance = false)
{
    private static readonly ListOptions Ours = new() { LabelSelector = $"{Marks.ManagedBy}={Marks.Backsnap}" };

    /// <summary>Follows until cancelled.</summary>
    public Task Run(CancellationToken cancel) => Task.WhenAll(
        Everywhere(Resources.Namespaces, cache => cache.Namespaces, cancel),
        Everywhere(Resources.PersistentVolumes, cache => cache.Volumes, cancel),
        Everywhere(Resources.StorageClasses, cache => cache.StorageClasses, cancel),
        Everywhere(Resources.VolumeSnapshotClasses, cache => cache.SnapshotClasses, cancel),
        Namespaced(Resources.PersistentVolumeClaims, cache => cache.Claims, ListOptions.All, cancel),
        Namespaced(Resources.PvcBackups, cache => cache.Backups, ListOptions.All, cancel),
        Namespaced(Resources.PvcRestores, cache => cache.Restores, ListOptions.All, cancel),
        Namespaced(Resources.VolumeSnapshots, cache => cache.Snapshots, Ours, cancel),
        Namespaced(Resources.Jobs, cache => cache.Jobs, Ours, cancel),
        Namespaced(Resources.Pods, cache => cache.Pods, Ours, cancel),
        Namespaced(Resources.Secrets, cache => cache.Secrets, Ours, cancel),
        maintenance ? Namespaced(Resources.PvcMaintenances, cache => cache.Maintenances, ListOptions.All, cancel) : Task.CompletedTask);

    private Task Everywhere<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table, CancellationToken cancel)
        where TSource : class, IKubernetesObject
        where TRead : notnull => Follow(resource, null, table, ListOptions.All, cancel);

    private Task Namespaced<TSource, TRead>(
        KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table, ListOptions options, CancellationToken cancel)
        where TSource : class, IKubernetesObject
        where TRead : notnull => only.Count == 0
            ? Follow(resource, null, table, options, cancel)
            : Task.WhenAll(only.Select(ns => Follow(resource, ns.Value, table, options, cancel)));

    private async Task Follow<TSource, TRead>(
        KubeResource<TSource> resource, string? ns, Func<ClusterCache, ObjectTable<TSource, TRead>> table, ListOptions options, CancellationToken cancel)
        where TSource : class, IKubernetesObject
        where TRead : notnull
    {
        await foreach (var seen in api.FollowAsync(resource, ns, options, cancel))
        {
            switch (seen)
            {
                case FollowEvent<TSource>.Synced synced:
                    await sightings.WriteAsync(cache => table(cache).Replace(synced.Items, ns), cancel);
                    break;
                case FollowEvent<TSource>.Changed changed:
                    await sightings.WriteAsync(cache => table(cache).Put(changed.Object), cancel);
                    break;
                case FollowEvent<TSource>.Removed removed:
                    await sightings.WriteAsync(cache => table(cache).Remove(removed.Object.Metadata), cancel);
                    break;
                case FollowEvent<TSource>.Trouble trouble:
                    log.LogWarning("Following {Kind} met trouble, next try in {Seconds:0} s: {Why}", resource.QualifiedName, trouble.RetryIn.TotalSeconds, trouble.Reason.Explain());
                    break;
            }
        }
    }
}
