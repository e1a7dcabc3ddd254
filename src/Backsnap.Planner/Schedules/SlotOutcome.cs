using Backsnap.Domain.Backups;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner.Schedules;

/// <summary>What became of a slot, as far as the cluster's objects still tell.</summary>
public abstract record SlotOutcome
{
    private SlotOutcome() { }

    /// <summary>A PVCBackup serves or served it: of several attempts the newest.</summary>
    public sealed record Served(string Backup, BackupPhase Phase, string Message, int Attempt = 1) : SlotOutcome
    {
        /// <summary>What comes of it yet where it failed: the next attempt, or why there is none.</summary>
        public Option<string> Next { get; init; }
    }

    /// <summary>It is due, and is served as soon as nothing hinders it.</summary>
    public sealed record Due(Option<string> Hindrance) : SlotOutcome;

    /// <summary>It passed unserved.</summary>
    public sealed record Missed(string Why) : SlotOutcome;

    /// <summary>No PVCBackup is there for it, and it is too long ago for that to mean anything.</summary>
    public sealed record Unknown(string Why) : SlotOutcome;

    /// <summary>One word: how its PVCBackup ended or where it stands, or the name of the case.</summary>
    public string Word => this switch
    {
        Served { Phase: BackupPhase.Finished finished } => finished.Result.ToString(),
        Served { Phase: BackupPhase.New } => new BackupPhase.Pending().Word,
        Served served => served.Phase.Word,
        Due => nameof(Due),
        Missed => nameof(Missed),
        Unknown => nameof(Unknown),
    };
}

/// <summary>A slot that is not in the future.</summary>
public sealed record PastSlot(Instant At, SlotOutcome Outcome);
