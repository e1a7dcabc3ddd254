using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Movers;

/// <summary>How a mover's run ended, in its own words (the container's termination message).</summary>
public enum MoverOutcome
{
    /// <summary>All that was asked for is done.</summary>
    Succeeded,

    /// <summary>A snapshot was saved, but some files could not be read.</summary>
    Partial,

    /// <summary>Not done.</summary>
    Failed,
}

/// <summary>A snapshot in the repository. The id has 64 hexadecimal digits.</summary>
public sealed record SavedSnapshot(string Id, Option<Instant> Time, Seq<string> Tags);

/// <summary>What a backup moved: files by kind, bytes added to the repository (before compression) and bytes looked at.</summary>
public sealed record BackupFigures(long FilesNew, long FilesChanged, long FilesUnmodified, long FilesProcessed, long BytesAdded, long BytesProcessed);

/// <summary>What a restore wrote.</summary>
public sealed record RestoreFigures(long FilesRestored, long BytesRestored);

/// <summary>Retention was not run: the reason as a stable word, and a sentence with the snapshot that the new one was compared with.</summary>
public sealed record RetentionWithheld(string Reason, string Message);

/// <summary>
/// The mover's result. Warnings are the first few of <paramref name="WarningCount"/>; <paramref name="Available"/> are the newest snapshots
/// that there are, where none of them was the one asked for.
/// </summary>
public sealed record MoverReport(
    MoverOutcome Outcome, int ExitCode, string Reason, string Message, Option<SavedSnapshot> Snapshot, Option<BackupFigures> Backup,
    Option<RestoreFigures> Restore, long WarningCount, Seq<string> Warnings, Seq<SavedSnapshot> Available)
{
    /// <summary>Why retention was not run after a backup.</summary>
    public Option<RetentionWithheld> Withheld { get; init; }

    /// <summary>Why retention failed; the backup is saved all the same.</summary>
    public Option<string> RetentionError { get; init; }
}
