using System.Collections.Concurrent;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests.Faults;

/// <summary>Notes every object that Backsnap makes for its work in a namespace, were it for a moment, and for whom: what was done twice is seen even when it is gone.</summary>
internal sealed class Chronicle : IDisposable
{
    private static readonly ListOptions Ours = new() { LabelSelector = "app.kubernetes.io/managed-by=backsnap" };

    private readonly ConcurrentDictionary<string, Made> made = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();

    public Chronicle(IKubernetesApi api, string ns)
    {
        _ = Watch(api, Resources.VolumeSnapshots, ns);
        _ = Watch(api, Resources.PersistentVolumeClaims, ns);
        _ = Watch(api, Resources.Jobs, ns);
    }

    /// <summary>Fails unless each of these PVCBackups had one VolumeSnapshot, one temporary claim and one Job, ever.</summary>
    public async Task OneOfEach(IEnumerable<PvcBackup> backups, Func<string> story)
    {
        // What is gone from the cluster was told to be, in the end.
        await Eventually.True(() => Task.FromResult(made.Values.All(item => item.Gone)), () => $"left behind: {string.Join(", ", made.Values.Where(item => !item.Gone))}\n{story()}");
        foreach (var backup in backups)
        {
            var of = made.Values.Where(item => item.Owner == backup.Metadata.Uid).ToList();
            Assert.True(
                of.Select(item => item.Kind).Order(StringComparer.Ordinal).SequenceEqual(["Job", "PersistentVolumeClaim", "VolumeSnapshot"]),
                $"for PVCBackup {backup.Metadata.Name} there were {string.Join(", ", of)}\n{story()}");
        }
    }

    /// <summary>How many objects of a kind were made for an owner, ever.</summary>
    public int Count(string kind, string? owner) => made.Values.Count(item => item.Kind == kind && item.Owner == owner);

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task Watch<T>(IKubernetesApi api, KubeResource<T> resource, string ns)
        where T : class, IKubernetesObject
    {
        try
        {
            await foreach (var news in api.FollowAsync(resource, ns, Ours, stop.Token))
            {
                switch (news)
                {
                    case FollowEvent<T>.Synced synced:
                        foreach (var item in synced.Items)
                        {
                            Note(resource.Kind, item, gone: false);
                        }

                        break;
                    case FollowEvent<T>.Changed changed:
                        Note(resource.Kind, changed.Object, gone: false);
                        break;
                    case FollowEvent<T>.Removed removed:
                        Note(resource.Kind, removed.Object, gone: true);
                        break;
                    case FollowEvent<T>.Trouble:
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private void Note(string kind, IKubernetesObject item, bool gone) => made[item.Metadata.Uid!] = new Made(
        kind, item.Metadata.Name!, item.Metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true)?.Uid, gone);

    private sealed record Made(string Kind, string Name, string? Owner, bool Gone)
    {
        public override string ToString() => $"{Kind} {Name}";
    }
}
