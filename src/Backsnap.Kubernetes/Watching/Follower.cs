using System.Globalization;
using System.Runtime.CompilerServices;

namespace Backsnap.Kubernetes;

/// <summary>
/// List and watch for ever, over any <see cref="IKubernetesApi"/>. The one thing it remembers is the last resourceVersion seen;
/// a bookmark moves it on too, so that a quiet kind does not fall out of the server's history.
/// </summary>
/// <remarks>
/// A server that was put back from a backup counts from a version that we are past. It may take our watch all the same, and say nothing
/// until it has counted so far again; but its bookmarks tell where it is, and one from before what we have seen means a new list.
/// </remarks>
internal static class Follower
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A watch that lasted so long was healthy, whatever ended it.
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<FollowEvent<T>> FollowAsync<T>(
        IKubernetesApi api, KubeResource<T> resource, string? ns, ListOptions options, TimeProvider time, Func<double> jitter,
        [EnumeratorCancellation] CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        string? version = null;
        var failures = 0;
        while (true)
        {
            ApiError? trouble = null;
            if (version is null)
            {
                var listed = await api.ListAsync(resource, ns, options, cancel).ConfigureAwait(false);
                if (listed is ApiResult<KubeList<T>>.Ok { Value: var list })
                {
                    version = list.ResourceVersion;
                    yield return new FollowEvent<T>.Synced(list.Items);
                }
                else
                {
                    trouble = listed.ErrorOrNull;
                }
            }

            if (version is not null)
            {
                var began = time.GetTimestamp();
                var progress = false;
                var watch = new WatchOptions
                {
                    ResourceVersion = version,
                    LabelSelector = options.LabelSelector,
                    FieldSelector = options.FieldSelector,
                };
                await foreach (var seen in api.WatchAsync(resource, ns, watch, cancel).ConfigureAwait(false))
                {
                    if (seen is WatchEvent<T>.Error failed) trouble = failed.Reason;
                    else progress = true;
                    if (WentBack(version, VersionOf(seen)))
                    {
                        version = null;
                        break;
                    }

                    version = VersionOf(seen) ?? version;
                    if (EventOf(seen) is { } said) yield return said;
                }

                if (trouble is { Kind: ApiErrorKind.Expired }) version = null;
                if (progress || time.GetElapsedTime(began) >= Healthy)
                {
                    failures = 0;
                    if (trouble is null) continue;
                }
            }

            // Servers end watches, restart and forget versions every day: the first time, go on at once. Only what lasts is trouble
            // and is paused for; an end without an error counts too, lest a watch that ends at once make this loop a busy one.
            failures++;
            if (failures == 1 && IsEveryday(trouble, resumable: version is not null)) continue;

            var pause = Retrying.Backoff(Math.Max(1, failures - 1), FirstPause, LongestPause, jitter());
            if (trouble?.RetryAfter is { } asked && asked > pause) pause = asked;
            if (trouble is not null) yield return new FollowEvent<T>.Trouble(trouble, pause);
            await Task.Delay(pause, time, cancel).ConfigureAwait(false);
        }
    }

    private static bool IsEveryday(ApiError? trouble, bool resumable) =>
        trouble is null or { Kind: ApiErrorKind.Expired } || (trouble.Kind == ApiErrorKind.Unreachable && resumable);

    // Only numbers can be compared; and those of one kind may be, by the word of the API since 1.35 and its practice before.
    private static bool WentBack(string? from, string? to) => ulong.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var before)
        && ulong.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out var now) && now < before;

    private static string? VersionOf<T>(WatchEvent<T> seen)
        where T : class, IKubernetesObject => seen switch
        {
            WatchEvent<T>.Added added => added.Object.Metadata.ResourceVersion,
            WatchEvent<T>.Modified modified => modified.Object.Metadata.ResourceVersion,
            WatchEvent<T>.Deleted deleted => deleted.Object.Metadata.ResourceVersion,
            WatchEvent<T>.Bookmark mark => mark.ResourceVersion,
            WatchEvent<T>.Error => null,
        };

    private static FollowEvent<T>? EventOf<T>(WatchEvent<T> seen)
        where T : class, IKubernetesObject => seen switch
        {
            WatchEvent<T>.Added added => new FollowEvent<T>.Changed(added.Object),
            WatchEvent<T>.Modified modified => new FollowEvent<T>.Changed(modified.Object),
            WatchEvent<T>.Deleted deleted => new FollowEvent<T>.Removed(deleted.Object),
            WatchEvent<T>.Bookmark or WatchEvent<T>.Error => null,
        };
}
