using System.Collections.Immutable;
using System.Globalization;
using Backsnap.Domain.Volumes;

namespace Backsnap.Host.Mover;

/// <summary>Why retention did not run after a backup, which is saved all the same.</summary>
/// <param name="Reason">A stable word: VolumeEmpty, VolumeShrunk or SnapshotsUnlisted.</param>
/// <param name="Message">What happened and what lifts it, for a person.</param>
/// <param name="Reference">The snapshot that the new one was compared with; null where there is none to name.</param>
internal sealed record Withheld(string Reason, string Message, SnapshotInfo? Reference);

/// <summary>
/// Withholds retention while a volume holds much less than it did: a volume that lost its content must not take the good snapshots with it.
/// The new snapshot is compared with the newest one that was no loss itself, so that a second empty backup does not pass because the first
/// was empty too.
/// </summary>
/// <remarks>
/// Which snapshots were losses is found anew from the repository each time; nothing is kept that a kill between two writes could lose. Each
/// snapshot records its parent, the one before it. While retention is withheld nothing is forgotten, so back to the last good snapshot all
/// parents are there; a snapshot whose parent is gone was made, or followed, by a run whose retention was not withheld, and counts as good.
/// </remarks>
internal static class ShrinkGuard
{
    /// <summary>Judges the new snapshot; null when retention may run.</summary>
    /// <param name="saved">The new snapshot.</param>
    /// <param name="listed">The snapshots of the same host and path; the new one may be among them.</param>
    /// <param name="rule">What counts as a loss.</param>
    public static Withheld? Judge(SnapshotInfo saved, ImmutableArray<SnapshotInfo> listed, ShrinkRule rule)
    {
        var others = listed.Where(other => other.Id != saved.Id).OrderBy(other => other.Time).ThenBy(other => other.Id, StringComparer.Ordinal).ToImmutableArray();
        if (others.IsEmpty)
            return null;
        var reference = Lineage(others).AsEnumerable().Aggregate((good, next) => IsLoss(next, good, rule) ? good : next);
        return IsLoss(saved, reference, rule) ? Describe(saved, reference) : null;
    }

    private static bool IsLoss(SnapshotInfo snapshot, SnapshotInfo reference, ShrinkRule rule) =>
        rule.IsLoss(snapshot.Figures, reference.Figures) && rule.Acknowledged?.Covers(snapshot) != true;

    // From the newest back through the parents that are still there, told in the order of time.
    private static ImmutableArray<SnapshotInfo> Lineage(ImmutableArray<SnapshotInfo> others)
    {
        // Where the volume lies at another path each time, restic finds no parents.
        if (others[^1].Parent is null)
            return others;
        var lineage = ImmutableArray.CreateBuilder<SnapshotInfo>();
        for (SnapshotInfo? at = others[^1]; at is not null && lineage.Count < others.Length; at = others.FirstOrDefault(other => at.Parent is { } parent && other.IsNamed(parent)))
            lineage.Add(at);
        lineage.Reverse();
        return lineage.ToImmutable();
    }

    private static Withheld Describe(SnapshotInfo saved, SnapshotInfo reference)
    {
        var before = reference.Figures is { } figures ? $"held {Amount(figures)}" : "had content";
        var (reason, now) = saved.Figures is { IsEmpty: false } left
            ? ("VolumeShrunk", $"the volume has shrunk to {Amount(left)}")
            : ("VolumeEmpty", "the volume is empty");
        return new Withheld(
            reason,
            $"{now}, but {before} in snapshot {reference.ShortId} of {Rfc3339.Write(reference.Time)}: no snapshot is forgotten while it stays so; "
            + $"if that is right, acknowledge snapshot {saved.ShortId}",
            reference);
    }

    private static string Amount(BackupFigures figures) =>
        string.Create(CultureInfo.InvariantCulture, $"{figures.FilesProcessed} files, {Sizes.Text(figures.BytesProcessed)}");
}
