namespace Backsnap.Kubernetes;

/// <summary>One line of a watch.</summary>
/// <typeparam name="T">The kind.</typeparam>
public abstract record WatchEvent<T>
    where T : class, IKubernetesObject
{
    private WatchEvent()
    {
    }

    /// <summary>An object came, or came to match the selector.</summary>
    /// <param name="Object">The object.</param>
    public sealed record Added(T Object) : WatchEvent<T>;

    /// <summary>An object changed.</summary>
    /// <param name="Object">The object as it is now.</param>
    public sealed record Modified(T Object) : WatchEvent<T>;

    /// <summary>An object went, or no longer matches the selector.</summary>
    /// <param name="Object">Its last state, with the resourceVersion of the deletion.</param>
    public sealed record Deleted(T Object) : WatchEvent<T>;

    /// <summary>Nothing more up to this version.</summary>
    /// <param name="ResourceVersion">Where a watch can go on from.</param>
    /// <param name="InitialEventsEnd">True once, when all present objects were sent (<see cref="WatchOptions.SendInitialEvents"/>).</param>
    public sealed record Bookmark(string ResourceVersion, bool InitialEventsEnd) : WatchEvent<T>;

    /// <summary>The watch failed, or was cut; it is the last event.</summary>
    /// <param name="Reason">Why; Expired means that a new list is needed.</param>
    public sealed record Error(ApiError Reason) : WatchEvent<T>;
}

/// <summary>What a follower of a kind learns, for ever.</summary>
/// <typeparam name="T">The kind.</typeparam>
public abstract record FollowEvent<T>
    where T : class, IKubernetesObject
{
    private FollowEvent()
    {
    }

    /// <summary>All objects there are: at the start, and whenever changes may have been missed. Others known before are gone.</summary>
    /// <param name="Items">The objects.</param>
    public sealed record Synced(IReadOnlyList<T> Items) : FollowEvent<T>;

    /// <summary>An object came or changed.</summary>
    /// <param name="Object">The object as it is now.</param>
    public sealed record Changed(T Object) : FollowEvent<T>;

    /// <summary>An object went.</summary>
    /// <param name="Object">Its last state.</param>
    public sealed record Removed(T Object) : FollowEvent<T>;

    /// <summary>What is known may be out of date until the next event.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="RetryIn">When it is tried again.</param>
    public sealed record Trouble(ApiError Reason, TimeSpan RetryIn) : FollowEvent<T>;
}
