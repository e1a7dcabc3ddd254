using System.Collections.Immutable;
using NodaTime;

namespace Backsnap.Host.Mover;

/// <summary>What a mover was asked to do.</summary>
internal enum Operation
{
    Backup,
    Resolve,
    Restore,
    Prune,
    Check,
}

/// <summary>What one run of the mover came to: the content of the termination message.</summary>
/// <param name="Operation">What was asked.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Warnings">What a person should know although it went well.</param>
internal sealed record MoverResult(Operation Operation, MoverOutcome Outcome, double Seconds, Warnings Warnings);

/// <summary>How a run of the mover ended, with what that end has to tell.</summary>
internal abstract record MoverOutcome
{
    private MoverOutcome()
    {
    }

    /// <summary>A snapshot is in the repository.</summary>
    /// <param name="Unread">Files that could not be read: when there are any, the backup is partial.</param>
    /// <param name="Forget">What retention did; null where it was not asked for, or withheld.</param>
    /// <param name="Withheld">Why retention did not run.</param>
    public sealed record Saved(SnapshotInfo Snapshot, BackupFigures Figures, int Unread, ForgetReport? Forget, Withheld? Withheld = null) : MoverOutcome;

    /// <summary>A restore would use this snapshot.</summary>
    public sealed record Found(SnapshotInfo Snapshot) : MoverOutcome;

    /// <summary>The snapshot's content is in the target.</summary>
    public sealed record PutBack(SnapshotInfo Snapshot, RestoreFigures Figures) : MoverOutcome;

    /// <summary>What no snapshot needs is gone from the repository.</summary>
    public sealed record Pruned(PruneFigures Figures) : MoverOutcome;

    /// <summary>The repository is sound, as far as it was looked at.</summary>
    /// <param name="Subset">Which part of the data was read; null for none.</param>
    public sealed record Checked(CheckFigures Figures, string? Subset) : MoverOutcome;

    /// <summary>Nothing was reached.</summary>
    /// <param name="Available">What could have been asked for, newest first, where the answer to a question was no.</param>
    public sealed record Failed(Failure Failure, ImmutableArray<SnapshotInfo> Available) : MoverOutcome;

    public static MoverOutcome Of(Failure failure) => new Failed(failure, []);

    /// <summary>The process's exit code.</summary>
    public int ExitCode => this switch
    {
        Saved saved => saved.Unread > 0 ? FailureKind.Incomplete : 0,
        Found => 0,
        PutBack => 0,
        Pruned => 0,
        Checked => 0,
        Failed failed => failed.Failure.Kind.ExitCode,
    };
}

/// <summary>Warnings: how many there were, and the first of them.</summary>
internal sealed record Warnings(int Count, ImmutableArray<string> First)
{
    public const int Kept = 10;

    public static readonly Warnings None = new(0, []);

    public Warnings Add(string warning) => new(Count + 1, First.Length < Kept ? First.Add(warning) : First);
}

/// <summary>What became of retention after a backup; an error here does not make the backup a failure.</summary>
internal sealed record ForgetReport(int Kept, int Removed, string? Error);

/// <summary>One snapshot as restic lists it.</summary>
/// <param name="Id">64 hexadecimal digits.</param>
/// <param name="Figures">Its summary, where the restic that made it kept one (0.17 and newer).</param>
internal sealed record SnapshotInfo(
    string Id, Instant Time, string Host, ImmutableArray<string> Paths, ImmutableArray<string> Tags, BackupFigures? Figures)
{
    /// <summary>The id of the snapshot that this one was compared with when it was made; null for the first, and where it is not known.</summary>
    public string? Parent { get; init; }

    /// <summary>The id that it had before it was given other tags.</summary>
    public string? Original { get; init; }

    /// <summary>Whether it is of a block device.</summary>
    public bool IsOfDevice => Paths is [VolumePath.DeviceImage];

    /// <summary>The id as people write it.</summary>
    public string ShortId => Id.Length > 8 ? Id[..8] : Id;

    /// <summary>Whether its id, or the one it had before, begins so.</summary>
    public bool IsNamed(string prefix) =>
        Id.StartsWith(prefix, StringComparison.Ordinal) || Original?.StartsWith(prefix, StringComparison.Ordinal) == true;
}
