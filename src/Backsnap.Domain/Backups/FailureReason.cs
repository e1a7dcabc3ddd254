using System.Collections.Frozen;

namespace Backsnap.Domain.Backups;

/// <summary>What mends a failure.</summary>
public enum Remedy
{
    /// <summary>Perhaps nothing but time: the same thing tried again may succeed.</summary>
    AnotherTry,

    /// <summary>Somebody who changes something: until then every try ends the same, and may do harm (a wrong password locks accounts).</summary>
    Somebody,
}

/// <summary>
/// The words in <c>status.reason</c> of a PVCBackup that failed, and what mends each. They are stable: alerts and scripts read them. A test
/// holds the list against all that the planner and the mover can say.
/// </summary>
public static class FailureReason
{
    /// <summary>The API server refuses, for want of a right, what the backup needs.</summary>
    public const string Forbidden = nameof(Forbidden);

    /// <summary>What the spec asks for cannot be done.</summary>
    public const string InvalidSpec = nameof(InvalidSpec);

    private static readonly FrozenDictionary<string, Remedy> Remedies = new Dictionary<string, Remedy>(StringComparer.Ordinal)
    {
        // What stands in the way of the snapshot.
        ["ClaimNotFound"] = Remedy.AnotherTry,
        ["ClaimNotBound"] = Remedy.AnotherTry,
        ["ClaimIsBeingRestored"] = Remedy.AnotherTry,
        ["ClaimIsBeingDeleted"] = Remedy.Somebody,
        ["ClaimIsTemporary"] = Remedy.Somebody,
        ["ClaimLost"] = Remedy.Somebody,
        ["CannotSnapshot"] = Remedy.Somebody,
        ["SnapshotDeleted"] = Remedy.AnotherTry,
        ["SnapshotDeadlineExceeded"] = Remedy.AnotherTry,

        // Somebody wanted it so.
        ["Stopped"] = Remedy.Somebody,

        // What stands in the way of the mover.
        ["InvalidRepositorySecret"] = Remedy.Somebody,
        ["NameTaken"] = Remedy.Somebody,
        [Forbidden] = Remedy.Somebody,
        [InvalidSpec] = Remedy.Somebody,
        ["CannotProvision"] = Remedy.AnotherTry,
        ["PodDidNotStart"] = Remedy.AnotherTry,

        // What became of the Job; the words of its controller among them.
        ["DeadlineExceeded"] = Remedy.AnotherTry,
        ["BackoffLimitExceeded"] = Remedy.AnotherTry,
        ["PodFailurePolicy"] = Remedy.AnotherTry,
        ["JobFailed"] = Remedy.AnotherTry,
        ["JobDeleted"] = Remedy.AnotherTry,
        ["OutOfMemory"] = Remedy.AnotherTry,
        ["ResultUnknown"] = Remedy.AnotherTry,

        // What the mover met.
        ["ResticFailed"] = Remedy.AnotherTry,
        ["RepositoryLocked"] = Remedy.AnotherTry,
        ["QuotaExceeded"] = Remedy.AnotherTry,
        ["StoreUnreachable"] = Remedy.AnotherTry,
        ["StoreThrottled"] = Remedy.AnotherTry,
        ["ClockSkewed"] = Remedy.AnotherTry,
        ["Interrupted"] = Remedy.AnotherTry,
        ["MoverFailed"] = Remedy.AnotherTry,
        ["RepositoryMissing"] = Remedy.Somebody,
        ["RepositoryDamaged"] = Remedy.Somebody,
        ["WrongPassword"] = Remedy.Somebody,
        ["WrongCredentials"] = Remedy.Somebody,
        ["AccessDenied"] = Remedy.Somebody,
        ["BucketMissing"] = Remedy.Somebody,
        ["TlsFailed"] = Remedy.Somebody,
        ["BadConfiguration"] = Remedy.Somebody,
        ["NoSnapshotMatches"] = Remedy.Somebody,
        ["VolumeFull"] = Remedy.Somebody,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What mends a failure. A word from elsewhere, or of another version, is worth another try: their number is bounded.</summary>
    public static Remedy RemedyOf(string reason) => Remedies.GetValueOrDefault(reason, Remedy.AnotherTry);

    /// <summary>Every word, in no order.</summary>
    public static IEnumerable<string> All => Remedies.Keys;

    /// <summary>Whether a word is one of the list.</summary>
    public static bool IsKnown(string reason) => Remedies.ContainsKey(reason);
}
