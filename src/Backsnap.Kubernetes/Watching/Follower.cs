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
/// <para>
/// Where the server can (its feature WatchList), the list is a watch that sends what is there first: it costs the server a small part of the memory,
/// and the follower a request less. Where it is refused, or does not come to its end, lists come in pages.
/// </para>
/// </remarks>
internal static class Follower
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    // A watch that lasted so long was healthy, whatever ended it.
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<FollowEvent<T>> FollowAsync<T>(
        IKubernetesApi api, KubeResource<T> resource, string? ns, ListOptions options, bool streams, TimeProvider time, Func<double> jitter,
        [EnumeratorCancellation] CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        string? version = null;
        var failures = 0;
        while (true)
        {
            ApiError? trouble = null;
            if (version is null && !streams)
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

            if (version is not null || streams)
            {
                var began = time.GetTimestamp();
                var progress = false;
                var present = version is null ? new Present<T>() : null;
                var watch = new WatchOptions
                {
                    ResourceVersion = version,
                    SendInitialEvents = present is not null,
                    LabelSelector = options.LabelSelector,
                    FieldSelector = options.FieldSelector,
                };
                await foreach (var seen in api.WatchAsync(resource, ns, watch, cancel).ConfigureAwait(false))
                {
                    if (seen is WatchEvent<T>.Error failed) trouble = failed.Reason;
                    else progress = true;
                    if (present is not null)
                    {
                        if (seen is not WatchEvent<T>.Bookmark { InitialEventsEnd: true } end)
                        {
                            present.Take(seen);
                            continue;
                        }

                        yield return new FollowEvent<T>.Synced(present.Items);
                        (version, present) = (end.ResourceVersion, null);
                        continue;
                    }

                    if (WentBack(version, VersionOf(seen)))
                    {
                        version = null;
                        break;
                    }

                    version = VersionOf(seen) ?? version;
                    if (EventOf(seen) is { } said) yield return said;
                }

                if (present is not null && (progress || !IsNotAboutStreams(trouble)))
                {
                    streams = false;
                    continue;
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

    // What a list in pages would have met as well.
    private static bool IsNotAboutStreams(ApiError? trouble) => trouble is
    {
        Kind: ApiErrorKind.Unreachable or ApiErrorKind.Timeout or ApiErrorKind.Unavailable or ApiErrorKind.TooManyRequests or ApiErrorKind.Forbidden or ApiErrorKind.Unauthorized or ApiErrorKind.NotFound
    };

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

    /// <summary>What a streaming list has told of so far; in the midst of it things may change already.</summary>
    private sealed class Present<T>
        where T : class, IKubernetesObject
    {
        private readonly Dictionary<(string? Namespace, string? Name), T> items = [];

        public IReadOnlyList<T> Items => [.. items.Values];

        public void Take(WatchEvent<T> seen)
        {
            switch (seen)
            {
                case WatchEvent<T>.Added(var found):
                    items[Key(found)] = found;
                    break;
                case WatchEvent<T>.Modified(var found):
                    items[Key(found)] = found;
                    break;
                case WatchEvent<T>.Deleted(var gone):
                    items.Remove(Key(gone));
                    break;
                case WatchEvent<T>.Bookmark or WatchEvent<T>.Error:
                    break;
            }
        }

        private static (string?, string?) Key(T found) => (found.Metadata.Namespace, found.Metadata.Name);
    }
}
