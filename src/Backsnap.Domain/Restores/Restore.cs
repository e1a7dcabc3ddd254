using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;

namespace Backsnap.Domain.Restores;

/// <summary>
/// Where a restore stands, as its status says: Pending → Resolving → Provisioning → Running → finished. From Provisioning on the
/// snapshot is pinned: what is saved later cannot change what is restored.
/// </summary>
public abstract record RestorePhase
{
    private RestorePhase() { }

    /// <summary>Nobody has looked at it yet: no status.</summary>
    public sealed record New : RestorePhase;

    /// <summary>Accepted; nothing is made yet.</summary>
    public sealed record Pending : RestorePhase;

    /// <summary>A mover looks for the snapshot in the repository.</summary>
    public sealed record Resolving(Instant StartedAt) : RestorePhase;

    /// <summary>The snapshot is pinned; the target claim and the mover's pod are being made.</summary>
    public sealed record Provisioning(Instant StartedAt) : RestorePhase;

    /// <summary>The mover writes.</summary>
    public sealed record Running(Instant StartedAt) : RestorePhase;

    /// <summary>Over, for good.</summary>
    public sealed record Finished(Result Result, Option<Instant> StartedAt, Instant At) : RestorePhase;

    /// <summary>The phase's word in <c>status.phase</c>.</summary>
    public string Word => this switch
    {
        New => "",
        Pending => nameof(Pending),
        Resolving => nameof(Resolving),
        Provisioning => nameof(Provisioning),
        Running => nameof(Running),
        Finished finished => finished.Result == Result.Failed ? nameof(Result.Failed) : nameof(Result.Succeeded),
    };

    /// <summary>Whether it is over.</summary>
    public bool IsFinished => this is Finished;
}

/// <summary>What a restore's target claim is to be; what is absent is taken from the source claim, else from the snapshot.</summary>
public sealed record TargetWish(string Name, Option<Either<string, Quantity>> Size, Option<string> Class, Seq<string> AccessModes);

/// <summary>What a mover reported of the volume that it filled: kept in the status, for the mover and its report go before the volume is handed over.</summary>
/// <param name="At">When it was filled.</param>
/// <param name="Message">The mover's words.</param>
/// <param name="Figures">What was written.</param>
/// <param name="Warnings">What could not be restored as it was.</param>
public sealed record FilledVolume(Instant At, string Message, Option<RestoreFigures> Figures, Seq<string> Warnings);

/// <summary>A PVCRestore: the wish to bring one claim back, and what became of it.</summary>
/// <param name="Id">Which object.</param>
/// <param name="Generation">Of the spec that was seen.</param>
/// <param name="Source">Whose data; the claim need not exist any more.</param>
/// <param name="SnapshotId">A given restic snapshot.</param>
/// <param name="AsOf">The newest snapshot not after this instant; the text where it is none.</param>
/// <param name="Target">The claim to make, in the object's own namespace.</param>
/// <param name="Placement">Where the mover may run.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Pinned">The snapshot in its status, once it is known.</param>
/// <param name="Message">The message in its status.</param>
/// <param name="Conditions">The conditions in its status.</param>
public sealed record Restore(
    Identity Id, long Generation, ClaimRef Source, Option<string> SnapshotId, Option<Either<string, Instant>> AsOf, TargetWish Target, Placement Placement,
    RestorePhase Phase, Option<SavedSnapshot> Pinned, string Message, Seq<Condition> Conditions)
{
    /// <summary>How long the object is kept after it finished; the text where it is no duration; None for as long as nobody deletes it.</summary>
    public Option<Either<string, Duration>> Ttl { get; init; }

    /// <summary>The annotation <see cref="Marks.RepositorySecret"/>: a Secret of its namespace that opens the repository.</summary>
    public Option<string> RepositorySecret { get; init; }

    /// <summary>That the data are written and verified, where the volume is still to be handed over to the claim; None before that, and where the claim itself was filled.</summary>
    public Option<FilledVolume> Filled { get; init; }

    /// <summary>The claim that it makes and fills.</summary>
    public ClaimRef TargetRef { get; } = new(Id.Namespace, Target.Name);
}
