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
/// namespaces all, of Jobs, pods and snapshots only those with our label, and of Events those that tell why a pod has not its volumes.
/// Secrets are looked at only in the movers' own namespace.
/// </summary>
internal sealed class Followers(
    IKubernetesApi api, IReadOnlyList<NamespaceName> only, ChannelWriter<Sighting> sightings, ILogger<Followers> log, bool maintenance = false, bool events = false, Option<NamespaceName> movers = default)
{
    private static readonly ListOptions Ours = new() { LabelSelector = $"{Marks.ManagedBy}={Marks.Backsnap}" };

    /// <summary>Follows until cancelled.</summary>
    public Task Run(CancellationToken cancel) => Task.WhenAll(
        Everywhere(Resources.Namespaces, cache => cache.Namespaces, cancel),
        Everywhere(Resources.PersistentVolumes, cache => cache.Volumes, cancel),
        Everywhere(Resources.StorageClasses, cache => cache.StorageClasses, cancel),
        Everywhere(Resources.VolumeSnapshotClasses, cache => cache.SnapshotClasses, cancel),
        Namespaced(Resources.PersistentVolumeClaims, cache => cache.Claims, ListOptions.All, cancel),
        AlsoAtMovers(Resources.PersistentVolumeClaims, cache => cache.Claims, ListOptions.All, cancel),
        Namespaced(Resources.PvcBackups, cache => cache.Backups, ListOptions.All, cancel),
        Namespaced(Resources.PvcRestores, cache => cache.Restores, ListOptions.All, cancel),
        Namespaced(Resources.VolumeSnapshots, cache => cache.Snapshots, Ours, cancel),
        AlsoAtMovers(Resources.VolumeSnapshots, cache => cache.Snapshots, Ours, cancel),
        movers.IsSome ? Everywhere(Resources.VolumeSnapshotContents, cache => cache.SnapshotContents, cancel) : Task.CompletedTask,
        AtMovers(Resources.Jobs, cache => cache.Jobs, Ours, cancel),
        AtMovers(Resources.Pods, cache => cache.Pods, Ours, cancel),
        movers.IsSome ? AtMovers(Resources.Secrets, cache => cache.Secrets, Ours, cancel) : Task.CompletedTask,
        maintenance ? Namespaced(Resources.PvcMaintenances, cache => cache.Maintenances, ListOptions.All, cancel) : Task.CompletedTask,
        events ? AtMovers(Resources.Events, cache => cache.FailedMounts, AtPods("FailedMount"), cancel, AtOurPod) : Task.CompletedTask,
        events ? AtMovers(Resources.Events, cache => cache.FailedAttachments, AtPods("FailedAttachVolume"), cancel, AtOurPod) : Task.CompletedTask);

    // Selected by the server: of all Events in a cluster these are few.
    private static ListOptions AtPods(string reason) => new() { FieldSelector = $"involvedObject.kind=Pod,reason={reason}" };

    // Events carry no label of ours. One of a pod that is not known yet is kept; the pod's coming is news then.
    private static bool AtOurPod(ClusterCache cache, Event seen) => cache.Pods.Has(seen.InvolvedObject?.Namespace, seen.InvolvedObject?.Name);

    private Task Everywhere<TSource, TRead>(KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table, CancellationToken cancel)
        where TSource : class, IKubernetesObject
        where TRead : notnull => Follow(resource, null, table, ListOptions.All, cancel);

    private Task Namespaced<TSource, TRead>(
        KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table, ListOptions options, CancellationToken cancel,
        Func<ClusterCache, TSource, bool>? matters = null)
        where TSource : class, IKubernetesObject
        where TRead : notnull => only.Count == 0
            ? Follow(resource, null, table, options, cancel, matters)
            : Task.WhenAll(only.Select(ns => Follow(resource, ns.Value, table, options, cancel, matters)));

    // Where movers have a namespace of their own, Jobs, pods and Secrets are followed there alone: nowhere else is there a right to.
    private Task AtMovers<TSource, TRead>(
        KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table, ListOptions options, CancellationToken cancel,
        Func<ClusterCache, TSource, bool>? matters = null)
        where TSource : class, IKubernetesObject
        where TRead : notnull => movers.Match(
            home => Follow(resource, home.Value, table, options, cancel, matters),
            () => Namespaced(resource, table, options, cancel, matters));

    private Task AlsoAtMovers<TSource, TRead>(
        KubeResource<TSource> resource, Func<ClusterCache, ObjectTable<TSource, TRead>> table, ListOptions options, CancellationToken cancel)
        where TSource : class, IKubernetesObject
        where TRead : notnull => movers.Filter(_ => only.Count > 0).Match(home => Follow(resource, home.Value, table, options, cancel), () => Task.CompletedTask);

    private async Task Follow<TSource, TRead>(
        KubeResource<TSource> resource, string? ns, Func<ClusterCache, ObjectTable<TSource, TRead>> table, ListOptions options, CancellationToken cancel,
        Func<ClusterCache, TSource, bool>? matters = null)
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
                    await sightings.WriteAsync(cache => table(cache).Put(changed.Object) && (matters is null || matters(cache, changed.Object)), cancel);
                    break;
                case FollowEvent<TSource>.Removed removed:
                    await sightings.WriteAsync(cache => table(cache).Remove(removed.Object.Metadata) && (matters is null || matters(cache, removed.Object)), cancel);
                    break;
                case FollowEvent<TSource>.Trouble trouble:
                    log.LogWarning("Following {Kind} met trouble, next try in {Seconds:0} s: {Why}", resource.QualifiedName, trouble.RetryIn.TotalSeconds, trouble.Reason.Explain());
                    break;
            }
        }
    }
}
