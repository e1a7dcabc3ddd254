using System.Collections.Concurrent;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests.Running;

/// <summary>
/// Watches a tenant's namespace for as long as a test lasts and notes whatever of Backsnap's appears in it, were it for a moment: where movers have a
/// namespace of their own, nothing may but the VolumeSnapshot, and no Secret at all.
/// </summary>
internal sealed class Witness : IDisposable
{
    private static readonly ListOptions Ours = new() { LabelSelector = "app.kubernetes.io/managed-by=backsnap" };

    private readonly ConcurrentDictionary<string, byte> seen = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();

    public Witness(IKubernetesApi api, string ns)
    {
        _ = Watch(api, Resources.Secrets, ns, ListOptions.All);
        _ = Watch(api, Resources.Jobs, ns, Ours);
        _ = Watch(api, Resources.Pods, ns, Ours);
        _ = Watch(api, Resources.PersistentVolumeClaims, ns, Ours);
    }

    /// <summary>Says what was seen.</summary>
    public void Testify(Func<string> story) => Assert.True(seen.IsEmpty, $"in the tenant's namespace there were {string.Join(", ", seen.Keys)}\n{story()}");

    public void Dispose()
    {
        stop.Cancel();
        stop.Dispose();
    }

    private async Task Watch<T>(IKubernetesApi api, KubeResource<T> resource, string ns, ListOptions options)
        where T : class, IKubernetesObject
    {
        try
        {
            await foreach (var news in api.FollowAsync(resource, ns, options, stop.Token))
            {
                var items = news switch
                {
                    FollowEvent<T>.Synced synced => synced.Items,
                    FollowEvent<T>.Changed changed => [changed.Object],
                    FollowEvent<T>.Removed removed => [removed.Object],
                    FollowEvent<T>.Trouble => [],
                };
                foreach (var item in items)
                {
                    seen.TryAdd($"{resource.Kind} {item.Metadata.Name}", 0);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }
}
