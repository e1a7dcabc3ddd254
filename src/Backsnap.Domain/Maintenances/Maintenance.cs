using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Maintenances;

/// <summary>Where a maintenance stands, as its status says: Pending → Running → finished. It needs no volume, only the repository.</summary>
public abstract record MaintenancePhase
{
    private MaintenancePhase() { }

    /// <summary>Nobody has looked at it yet: no status.</summary>
    public sealed record New : MaintenancePhase;

    /// <summary>Accepted; it waits until its repository is free.</summary>
    public sealed record Pending : MaintenancePhase;

    /// <summary>It has its place; the mover is being made or runs.</summary>
    public sealed record Running(Instant StartedAt) : MaintenancePhase;

    /// <summary>Over, for good.</summary>
    public sealed record Finished(Result Result, Option<Instant> StartedAt, Instant At) : MaintenancePhase;

    /// <summary>The phase's word in <c>status.phase</c>.</summary>
    public string Word => this switch
    {
        New => "",
        Pending => nameof(Pending),
        Running => nameof(Running),
        Finished finished => finished.Result == Result.Failed ? nameof(Result.Failed) : nameof(Result.Succeeded),
    };

    /// <summary>Whether it is over.</summary>
    public bool IsFinished => this is Finished;
}

/// <summary>A PVCMaintenance: the wish for one prune or check of one claim's repository, and what became of it.</summary>
/// <param name="Id">Which object.</param>
/// <param name="Generation">Of the spec that was seen.</param>
/// <param name="Claim">Whose repository; always of the object's own namespace. The claim itself need not exist any more.</param>
/// <param name="Kind">What to do; the text where it is neither.</param>
/// <param name="ReadData">For a check: which part of the data is read, beside the structure; the text where it is no part.</param>
/// <param name="Ttl">How long the object is kept after it finished; the text where it is no duration.</param>
/// <param name="Placement">Where the mover may run.</param>
/// <param name="Slot">The scheduled instant that it serves; None for one made by hand.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Reason">The reason in its status.</param>
/// <param name="Message">The message in its status.</param>
/// <param name="Conditions">The conditions in its status.</param>
public sealed record Maintenance(
    Identity Id, long Generation, ClaimRef Claim, Either<string, MaintenanceKind> Kind, Option<Either<string, ReadPart>> ReadData, Option<Either<string, Duration>> Ttl,
    Placement Placement, Option<Instant> Slot, MaintenancePhase Phase, string Reason, string Message, Seq<Condition> Conditions)
{
    /// <summary>Whether it ended well.</summary>
    public bool IsSuccess => Phase is MaintenancePhase.Finished { Result: Result.Succeeded or Result.SucceededWithWarnings };

    /// <summary>When it finished, if it did.</summary>
    public Option<Instant> FinishedAt => Phase is MaintenancePhase.Finished finished ? Prelude.Some(finished.At) : Option<Instant>.None;
}
