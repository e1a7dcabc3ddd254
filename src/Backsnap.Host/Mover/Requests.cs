using System.Collections.Immutable;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>Whose snapshots are meant: those of one host that record exactly one path.</summary>
/// <param name="Repository">Any address that restic takes; it may hold a password.</param>
/// <param name="Host">The claim's namespace: restic's host, whatever the pod is called.</param>
/// <param name="Path">The volume's place as the snapshots record it and as this process finds it.</param>
internal sealed record Source(string Repository, string Host, VolumePath Path)
{
    /// <summary>Whether the volume is a block device: then the path is that of its image in the snapshots, and of the device on disk.</summary>
    public bool IsDevice { get; init; }
}

/// <summary>What all operations have in common beside their source.</summary>
/// <param name="RetryLock">How long restic waits for a lock, in its own notation ("5m").</param>
/// <param name="ProbeLimit">How long the first contact with the repository may take.</param>
/// <param name="DeadHolders">Hosts that are proven gone: their locks are not waited for.</param>
internal sealed record Patience(string RetryLock, TimeSpan ProbeLimit, ImmutableArray<DeadHolder> DeadHolders);

/// <summary>Save the volume.</summary>
/// <param name="Selection">What of the volume is left out.</param>
/// <param name="Keep">Which snapshots retention keeps; null for all.</param>
/// <param name="Shrink">When retention is withheld because the volume lost content.</param>
/// <param name="Time">What the snapshot's time shall be: when the volume was frozen, rather than when it was read.</param>
internal sealed record BackupRequest(
    Source Source, ImmutableArray<string> Tags, BackupSelection Selection, Retention? Keep, ShrinkRule Shrink, Instant? Time, Patience Patience);

/// <summary>Find the snapshot that a restore will use.</summary>
/// <param name="Query">Which one.</param>
/// <param name="Foreign">Whether a snapshot of another host or path may answer; only one that is named by its id does.</param>
internal sealed record ResolveRequest(Source Source, SnapshotQuery Query, bool Foreign, Patience Patience);

/// <summary>Put one snapshot's content into the volume.</summary>
/// <param name="SnapshotId">All 64 digits: what was resolved, and no other.</param>
/// <param name="Foreign">Whether it may be of another host or path.</param>
internal sealed record RestoreRequest(Source Source, string SnapshotId, bool Foreign, Patience Patience);
