namespace Backsnap.Kubernetes;

/// <summary>Which objects, and in what portions.</summary>
public sealed record ListOptions
{
    /// <summary>All objects, 500 at a time.</summary>
    public static ListOptions All { get; } = new();

    /// <summary><c>app.kubernetes.io/managed-by=backsnap</c>; null for any labels.</summary>
    public string? LabelSelector { get; init; }

    /// <summary><c>metadata.name=x</c>; null for any fields.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects in one answer; 0 for all at once.</summary>
    public int PageSize { get; init; } = 500;
}

/// <summary>Which changes, and from when.</summary>
public sealed record WatchOptions
{
    /// <summary>Changes after this version; null for the present objects first, then changes.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>As in <see cref="ListOptions"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>As in <see cref="ListOptions"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Seconds after which the server ends the watch; null: five to ten minutes, spread by chance.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>Ask for the present objects as Added, then a bookmark with <c>initialEventsEnd</c> (a streaming list).</summary>
    public bool SendInitialEvents { get; init; }
}

/// <summary>Under which conditions to delete, and what becomes of the dependents.</summary>
public sealed record DeleteOptions
{
    /// <summary>Delete only the object with this uid: never a namesake that came after it.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this very version.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>What becomes of dependents; null for the server's default, which for Jobs orphans the pods.</summary>
    public Propagation? Propagation { get; init; }

    /// <summary>Seconds that a pod gets to end; null for its own setting.</summary>
    public long? GracePeriodSeconds { get; init; }
}

/// <summary>What becomes of the dependents of a deleted object.</summary>
public enum Propagation
{
    /// <summary>The garbage collector deletes them afterwards.</summary>
    Background,

    /// <summary>They are deleted first; the object stays until they are gone.</summary>
    Foreground,

    /// <summary>They stay.</summary>
    Orphan,
}

/// <summary>Which log, and how much of it.</summary>
public sealed record LogOptions
{
    /// <summary>The container; null when the pod has only one.</summary>
    public string? Container { get; init; }

    /// <summary>Go on until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>The last so many lines; null for all.</summary>
    public int? TailLines { get; init; }

    /// <summary>No more than so many bytes, counted from where the answer begins; null for all.</summary>
    public int? LimitBytes { get; init; }

    /// <summary>The log of the container's run before its last restart.</summary>
    public bool Previous { get; init; }
}

/// <summary>How a patch is to be read.</summary>
public abstract record PatchKind
{
    private PatchKind()
    {
    }

    internal abstract string ContentType { get; }

    /// <summary>RFC 7396: fields given replace, null removes, arrays are replaced whole.</summary>
    public sealed record MergePatch : PatchKind
    {
        internal override string ContentType => "application/merge-patch+json";
    }

    /// <summary>RFC 6902: a list of operations; a <c>test</c> in it makes the patch conditional.</summary>
    public sealed record JsonPatch : PatchKind
    {
        internal override string ContentType => "application/json-patch+json";
    }

    /// <summary>The whole object as the manager wants it; creates it when it is not there.</summary>
    /// <param name="FieldManager">Who owns the fields.</param>
    /// <param name="Force">Take fields from other managers instead of failing with Conflict.</param>
    public sealed record ServerSideApply(string FieldManager, bool Force) : PatchKind
    {
        internal override string ContentType => "application/apply-patch+yaml";
    }
}
