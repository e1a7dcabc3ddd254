using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Backups;

/// <summary>How a backup or a restore ended.</summary>
public enum Result
{
    /// <summary>Everything was saved or restored.</summary>
    Succeeded,

    /// <summary>A snapshot was saved, but some files could not be read.</summary>
    SucceededWithWarnings,

    /// <summary>Nothing that counts was saved or restored.</summary>
    Failed,
}

/// <summary>
/// Where a backup stands, as its status says. In words: Pending → Snapshotting → Provisioning → Running → finished. The word
/// is written before the phase's objects are made, so that a backup that holds a place is seen to hold it after any crash.
/// </summary>
public abstract record BackupPhase
{
    private BackupPhase() { }

    /// <summary>Nobody has looked at it yet: no status.</summary>
    public sealed record New : BackupPhase;

    /// <summary>Accepted; it waits for a place or for its claim.</summary>
    public sealed record Pending : BackupPhase;

    /// <summary>Its VolumeSnapshot is being taken.</summary>
    public sealed record Snapshotting(Instant StartedAt) : BackupPhase;

    /// <summary>The snapshot is ready; the temporary claim and the mover's pod are being made.</summary>
    public sealed record Provisioning(Instant StartedAt) : BackupPhase;

    /// <summary>The mover runs.</summary>
    public sealed record Running(Instant StartedAt) : BackupPhase;

    /// <summary>Over, for good.</summary>
    public sealed record Finished(Result Result, Option<Instant> StartedAt, Instant At) : BackupPhase;

    /// <summary>The phase's word in <c>status.phase</c>.</summary>
    public string Word => this switch
    {
        New => "",
        Pending => nameof(Pending),
        Snapshotting => nameof(Snapshotting),
        Provisioning => nameof(Provisioning),
        Running => nameof(Running),
        Finished finished => finished.Result == Result.Failed ? nameof(Result.Failed) : nameof(Result.Succeeded),
    };

    /// <summary>Whether it holds a place among the running backups.</summary>
    public bool HoldsPlace => this is Snapshotting or Provisioning or Running;

    /// <summary>Whether it is over.</summary>
    public bool IsFinished => this is Finished;
}

/// <summary>What a finished backup saved, as its status says; nothing is decided by it.</summary>
/// <param name="Files">The files in its snapshot.</param>
/// <param name="BytesAdded">What it added to the repository, before compression.</param>
/// <param name="BytesProcessed">The bytes in its snapshot.</param>
/// <param name="Warnings">How much could not be read, or done afterwards.</param>
public sealed record SavedFigures(long Files, long BytesAdded, long BytesProcessed, int Warnings);

/// <summary>A PVCBackup: the wish for one backup of one claim, and what became of it.</summary>
/// <param name="Id">Which object.</param>
/// <param name="Generation">Of the spec that was seen.</param>
/// <param name="Claim">What to back up; always in the object's own namespace.</param>
/// <param name="Ttl">How long the object is kept after it finished; the text where it is no duration.</param>
/// <param name="Placement">Where the mover may run.</param>
/// <param name="Slot">The scheduled instant that it serves; None for one made by hand.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Message">The message in its status.</param>
/// <param name="Conditions">The conditions in its status; once it is over, only those that still say something.</param>
public sealed record Backup(
    Identity Id, long Generation, ClaimRef Claim, Option<Either<string, Duration>> Ttl, Placement Placement, Option<Instant> Slot, BackupPhase Phase,
    string Message, Seq<Condition> Conditions)
{
    /// <summary>The annotation <see cref="Marks.ScheduleInForce"/>: under which schedule it was made. None for one made by hand or by an older version.</summary>
    public Option<string> MadeUnder { get; init; }

    /// <summary>The reason in its status: a stable CamelCase word; empty where there is none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Which attempt at its slot it is, from 1 (the annotation <see cref="Marks.Attempt"/>).</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>What it saved, in figures; None where its status tells none.</summary>
    public Option<SavedFigures> Figures { get; init; }

    /// <summary>Whether somebody wants it stopped (the annotation <see cref="Marks.Stop"/>).</summary>
    public bool StopAsked { get; init; }

    /// <summary>Whether it ended with a snapshot in the repository.</summary>
    public bool IsSuccess => Phase is BackupPhase.Finished { Result: Result.Succeeded or Result.SucceededWithWarnings };

    /// <summary>When it finished, if it did.</summary>
    public Option<Instant> FinishedAt => Phase is BackupPhase.Finished finished ? Prelude.Some(finished.At) : Option<Instant>.None;
}
