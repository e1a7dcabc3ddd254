using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Operators;

/// <summary>
/// What one operator sees of the cluster: a list of each kind that it follows, then every change in order. Faults hide events from it, or
/// hold them back; of one kind none overtakes another, of two kinds any may.
/// </summary>
internal sealed class View : IDisposable
{
    private static readonly Duration Relisted = Duration.FromMinutes(5);
    private static readonly Duration Delay = Duration.FromSeconds(3);

    private readonly List<Feed> feeds = [];
    private readonly List<Pending> pending = [];
    private readonly ClusterModel cluster;
    private readonly Faults faults;
    private readonly Func<int> count;
    private int newest;

    /// <summary>Looks at a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="faults">What goes wrong with the view.</param>
    /// <param name="count">Gives the next event its number.</param>
    public View(ClusterModel cluster, Faults faults, Func<int> count)
    {
        (this.cluster, this.faults, this.count) = (cluster, faults, count);
        cluster.Store.Changed += Hear;
    }

    /// <summary>When something that is held back is to be seen.</summary>
    public Instant? Next => pending.Count == 0 ? null : pending.Min(held => held.Until);

    /// <summary>Follows a kind.</summary>
    public ChannelReader<FollowEvent<T>> Open<T>(KubeResource<T> kind, string? ns, ListOptions options)
        where T : class, IKubernetesObject
    {
        var feed = new Feed<T>(kind, ns, Selector.Parse(options.LabelSelector, "metadata.labels."), Selector.Parse(options.FieldSelector, ""));
        feeds.Add(feed);
        feed.List(cluster.Store);
        return feed.Reader;
    }

    /// <summary>Shows what may be seen by now.</summary>
    public void Show()
    {
        var shown = true;
        while (shown && pending.Count > 0)
        {
            shown = false;
            var blocked = new HashSet<Feed>();
            for (var i = 0; i < pending.Count; i++)
            {
                var held = pending[i];
                if (!blocked.Contains(held.Feed) && (held.Until <= cluster.Clock.Now || (held.ByLag && newest - held.Number >= faults.Lag)))
                {
                    pending.RemoveAt(i--);
                    held.Feed.Tell(held.Change);
                    shown = true;
                }
                else
                {
                    blocked.Add(held.Feed);
                }
            }
        }
    }

    /// <summary>Looks away.</summary>
    public void Dispose()
    {
        cluster.Store.Changed -= Hear;
        pending.Clear();
        feeds.ForEach(feed => feed.Close());
    }

    private void Hear(Change change)
    {
        foreach (var feed in feeds)
        {
            if (feed.Kind == change.Object.Kind && feed.Concerns(change))
            {
                Take(feed, change);
            }
        }
    }

    private void Take(Feed feed, Change change)
    {
        newest = count();
        switch (faults.OfEvent(newest))
        {
            case ViewFault.Hidden:
                cluster.Clock.After(Relisted, () => Relist(feed));
                break;
            case ViewFault.Delayed:
                pending.Add(new Pending(newest, feed, change, cluster.Clock.Now + Delay, ByLag: false));
                break;
            case null when faults.Lag > 0:
                pending.Add(new Pending(newest, feed, change, cluster.Clock.Now + faults.Patience, ByLag: true));
                Show();
                break;
            case null when pending.Any(held => held.Feed == feed):
                pending.Add(new Pending(newest, feed, change, pending.Where(held => held.Feed == feed).Max(held => held.Until), ByLag: false));
                break;
            case null:
                feed.Tell(change);
                break;
        }
    }

    private void Relist(Feed feed)
    {
        pending.RemoveAll(held => held.Feed == feed);
        feed.List(cluster.Store);
    }

    private sealed record Pending(int Number, Feed Feed, Change Change, Instant Until, bool ByLag);

    private abstract class Feed
    {
        public abstract KubeResource Kind { get; }

        public abstract bool Concerns(Change change);

        public abstract void Tell(Change change);

        public abstract void List(Store store);

        public abstract void Close();
    }

    private sealed class Feed<T>(KubeResource<T> kind, string? ns, Selector labels, Selector fields) : Feed
        where T : class, IKubernetesObject
    {
        // Whoever waits for the next event goes on at once, in the middle of the write: no thread is involved.
        private readonly Channel<FollowEvent<T>> events = Channel.CreateUnbounded<FollowEvent<T>>(
            new UnboundedChannelOptions { AllowSynchronousContinuations = true, SingleReader = true });

        public override KubeResource Kind => kind;

        public ChannelReader<FollowEvent<T>> Reader => events.Reader;

        public override bool Concerns(Change change) => Matches(change.Object) || (change.Before is { } before && Matches(before));

        public override void Tell(Change change)
        {
            var seen = change.Object.As(kind);
            events.Writer.TryWrite(change.Kind == ChangeKind.Deleted || !Matches(change.Object) ? new FollowEvent<T>.Removed(seen) : new FollowEvent<T>.Changed(seen));
        }

        public override void List(Store store) => events.Writer.TryWrite(new FollowEvent<T>.Synced([.. store.All(kind).Where(Matches).Select(found => found.As(kind))]));

        public override void Close() => events.Writer.TryComplete();

        private bool Matches(Stored found) => (ns is null || found.Namespace == ns) && labels.Matches(found.Json) && fields.Matches(found.Json);
    }
}

/// <summary>A label or field selector: paths and the values that they must, or must not, have.</summary>
internal sealed record Selector(IReadOnlyList<(string[] Path, string Value, bool Equal)> Terms)
{
    /// <summary>Reads <c>a=b,c!=d</c>; null selects everything.</summary>
    public static Selector Parse(string? text, string under) => new([.. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(term =>
    {
        var unequal = term.IndexOf("!=", StringComparison.Ordinal);
        var (name, value) = unequal >= 0 ? (term[..unequal], term[(unequal + 2)..]) : (term[..term.IndexOf('=', StringComparison.Ordinal)], term[(term.LastIndexOf('=') + 1)..]);
        name = name.TrimEnd('=');
        return (under.Length == 0 ? name.Split('.') : [.. under.TrimEnd('.').Split('.'), name], value, unequal < 0);
    })]);

    /// <summary>Whether an object is meant.</summary>
    public bool Matches(JsonObject found) => Terms.All(term => (found.Text(term.Path) ?? found.Number(term.Path)?.ToString(CultureInfo.InvariantCulture) ?? "") == term.Value == term.Equal);
}
