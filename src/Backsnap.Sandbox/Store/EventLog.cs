using System.Threading.Channels;

namespace Backsnap.Sandbox.Store;

/// <summary>The answer to a subscription.</summary>
internal abstract record Subscribed
{
    private Subscribed() { }

    /// <summary>The news follows.</summary>
    public sealed record To(Subscription Subscription) : Subscribed;

    /// <summary>What lay between is forgotten; list again.</summary>
    public sealed record Expired(ApiError Error) : Subscribed;
}

/// <summary>A stream of news; it ends when disposed.</summary>
internal sealed class Subscription : IDisposable
{
    private readonly Channel<StoreEvent> channel = Channel.CreateUnbounded<StoreEvent>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Func<StoreEvent.Bookmark> bookmark;
    private readonly Action<Subscription> leave;
    private readonly ResourceType? type;
    private readonly string? ns;

    public Subscription(ResourceType? type, string? ns, Func<StoreEvent.Bookmark> bookmark, Action<Subscription> leave)
    {
        this.type = type;
        this.ns = ns;
        this.bookmark = bookmark;
        this.leave = leave;
    }

    public ChannelReader<StoreEvent> Events => channel.Reader;

    public ResourceType? Type => type;

    /// <summary>Puts a bookmark behind the news so far.</summary>
    public void AskBookmark() => bookmark();

    /// <summary>Called by the log, in the order of the resourceVersions.</summary>
    public void Tell(StoreEvent news)
    {
        if (news is not StoreEvent.Change change || Concerns(change.Stored))
        {
            channel.Writer.TryWrite(news);
        }
    }

    public bool Concerns(StoredObject stored) => (type is null || stored.Type == type) && (ns is null || stored.Namespace == ns);

    public void Dispose()
    {
        leave(this);
        channel.Writer.TryComplete();
    }
}

/// <summary>The resourceVersions, the last of the news, and who wants to hear more. Guarded by the store's lock.</summary>
internal sealed class EventLog(int length, Action<StoreEvent.Change>? written = null)
{
    /// <summary>Not zero: resourceVersion 0 means "any" to the API, and 1 must be able to be too old.</summary>
    private const long Start = 100;

    private readonly List<StoreEvent.Change> history = [];
    private readonly HashSet<Subscription> subscriptions = [];
    private long forgotten = Start;

    public long Latest { get; private set; } = Start;

    public long Next() => ++Latest;

    public void Append(StoreEvent.Change change)
    {
        history.Add(change);
        written?.Invoke(change);
        if (history.Count > 2 * length)
        {
            forgotten = history[^(length + 1)].ResourceVersion;
            history.RemoveRange(0, history.Count - length);
        }

        foreach (var subscription in subscriptions)
        {
            subscription.Tell(change);
        }
    }

    public Subscribed Subscribe(ResourceType type, string? ns, long? since, IReadOnlyList<StoredObject> present, Lock gate)
    {
        if (since < forgotten)
        {
            return new Subscribed.Expired(ApiError.Expired(since.Value, forgotten));
        }

        var subscription = Join(type, ns, gate);
        foreach (var stored in present)
        {
            subscription.Tell(new StoreEvent.Added(stored));
        }

        if (since is { } version)
        {
            foreach (var change in history.Skip(FirstAfter(version)))
            {
                subscription.Tell(change);
            }
        }

        return new Subscribed.To(subscription);
    }

    public Subscription SubscribeAll(IReadOnlyList<StoredObject> present, Lock gate)
    {
        var subscription = Join(null, null, gate);
        foreach (var stored in present)
        {
            subscription.Tell(new StoreEvent.Added(stored));
        }

        return subscription;
    }

    private Subscription Join(ResourceType? type, string? ns, Lock gate)
    {
        Subscription? joined = null;
        joined = new Subscription(type, ns, Bookmark, Leave);
        subscriptions.Add(joined);
        return joined;

        StoreEvent.Bookmark Bookmark()
        {
            lock (gate)
            {
                var bookmark = new StoreEvent.Bookmark(Latest);
                joined!.Tell(bookmark);
                return bookmark;
            }
        }

        void Leave(Subscription subscription)
        {
            lock (gate)
            {
                subscriptions.Remove(subscription);
            }
        }
    }

    private int FirstAfter(long version)
    {
        var (low, high) = (0, history.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = history[middle].ResourceVersion > version ? (low, middle) : (middle + 1, high);
        }

        return low;
    }
}
