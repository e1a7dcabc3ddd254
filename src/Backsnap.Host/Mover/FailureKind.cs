using System.Collections.Immutable;

namespace Backsnap.Host.Mover;

/// <summary>
/// What kept a mover from its end, as the operator, its Job's pod failure policy and a person need to know it. The exit codes up to 12
/// are restic's own (10 since 0.17.0, 12 since 0.17.1); those from 20 on are Backsnap's reading of what restic reports as 1.
/// </summary>
/// <param name="ExitCode">The mover's exit code: one for each kind, stable for ever.</param>
/// <param name="Reason">A stable word for conditions, Events and metrics.</param>
/// <param name="Sentence">What happened, for a person, without the full stop.</param>
/// <param name="WayOut">What to do about it: a whole sentence.</param>
public sealed record FailureKind(int ExitCode, string Reason, string Sentence, string WayOut)
{
    /// <summary>Anything that no other kind names.</summary>
    public static readonly FailureKind Other = new(1, "ResticFailed", "restic failed", "The mover's log has restic's own words.");

    /// <summary>There is no repository where one was expected. A restore never makes one.</summary>
    public static readonly FailureKind RepositoryMissing = new(
        10, "RepositoryMissing", "There is no repository", "Check the repository's address and the names of the source claim and its namespace.");

    /// <summary>Another restic holds a lock that excludes this one.</summary>
    public static readonly FailureKind Locked = new(
        11, "RepositoryLocked", "The repository is locked", "Wait for the holder to finish; if it is gone, its lock is stale after 30 minutes.");

    /// <summary>The repository is there and its password is another.</summary>
    public static readonly FailureKind WrongPassword = new(
        12, "WrongPassword", "The repository's password is wrong", "Set RESTIC_PASSWORD to the password that the repository was made with.");

    /// <summary>The repository has no snapshot that answers to what was asked.</summary>
    public static readonly FailureKind NoSnapshot = new(
        13, "NoSnapshotMatches", "No snapshot matches", "Choose one of the snapshots that there are.");

    /// <summary>A check found that parts of the repository are missing or are not what they should be.</summary>
    public static readonly FailureKind RepositoryDamaged = new(
        14, "RepositoryDamaged", "The repository is damaged", "Follow restic's troubleshooting guide; snapshots that do not need the damaged parts can be restored.");

    /// <summary>The store does not know the key, or its signature is wrong.</summary>
    public static readonly FailureKind WrongCredentials = new(
        20, "WrongCredentials", "The store refuses the credentials", "Check the access key and the secret key.");

    /// <summary>The store knows the key, which may not do this.</summary>
    public static readonly FailureKind AccessDenied = new(
        21, "AccessDenied", "The store denies access", "Grant the key list, read and write on the repository, and delete on its locks.");

    /// <summary>The store is there, the bucket or container is not.</summary>
    public static readonly FailureKind BucketMissing = new(
        22, "BucketMissing", "The bucket does not exist", "Make the bucket, or correct its name.");

    /// <summary>The store has no room for more.</summary>
    public static readonly FailureKind QuotaExceeded = new(
        23, "QuotaExceeded", "The store is full", "Free space or raise the quota; the next attempt continues.");

    /// <summary>The store's certificate is not trusted, or one side does not speak TLS.</summary>
    public static readonly FailureKind TlsFailed = new(
        24, "TlsFailed", "The secure connection to the store failed", "Check the scheme of the address and the certificate authority (RESTIC_CACERT).");

    /// <summary>Nothing answers at the store's address, or not in time.</summary>
    public static readonly FailureKind Unreachable = new(
        25, "StoreUnreachable", "The store cannot be reached", "Check the address, the name's resolution and network policies.");

    /// <summary>The store asks for fewer requests.</summary>
    public static readonly FailureKind Throttled = new(
        26, "StoreThrottled", "The store asks to slow down", "The next attempt may succeed; run fewer backups at once if it does not.");

    /// <summary>The request itself cannot be carried out as it was written.</summary>
    public static readonly FailureKind BadConfiguration = new(
        27, "BadConfiguration", "The mover's configuration is wrong", "Correct the setting that the message names.");

    /// <summary>The store takes our requests for old ones: one of the two clocks is wrong.</summary>
    public static readonly FailureKind ClockSkewed = new(
        28, "ClockSkewed", "The store's clock and this node's differ too much", "Set the clock of the node, or of the store.");

    /// <summary>What is restored does not fit into the volume.</summary>
    public static readonly FailureKind VolumeFull = new(
        29, "VolumeFull", "The volume that is restored into is full", "Restore into a larger claim (targetPvcSize).");

    /// <summary>A signal asked the mover to stop before it was done.</summary>
    public static readonly FailureKind Interrupted = new(
        130, "Interrupted", "The mover was told to stop before it was done", "Run it again: restic continues with what it has already stored.");

    /// <summary>Every kind, each with an exit code and a reason of its own.</summary>
    public static ImmutableArray<FailureKind> All { get; } =
    [
        Other, RepositoryMissing, Locked, WrongPassword, NoSnapshot, RepositoryDamaged, WrongCredentials, AccessDenied, BucketMissing, QuotaExceeded, TlsFailed,
        Unreachable, Throttled, BadConfiguration, ClockSkewed, VolumeFull, Interrupted,
    ];

    /// <summary>What the mover exits with when a backup is kept although some files could not be read (restic's own code).</summary>
    public const int Incomplete = 3;
}
