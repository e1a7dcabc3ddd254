using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Volumes;

namespace Backsnap.Planner.Backups;

/// <summary>Whether a claim can be backed up as it stands. One answer for the schedule, the verdict and a backup by hand.</summary>
internal abstract record Suitability
{
    private Suitability() { }

    /// <summary>It can, with this snapshot class.</summary>
    public sealed record Suitable(Claim Claim, SnapshotClass Class) : Suitability;

    /// <summary>Not now; time may mend it. <paramref name="Patience"/> is how long a backup waits for that.</summary>
    public sealed record NotYet(string Reason, string Message, NodaTime.Duration Patience) : Suitability;

    /// <summary>Not as it is.</summary>
    public sealed record Unsuitable(string Reason, string Message) : Suitability;

    /// <summary>Judges a claim by name.</summary>
    public static Suitability Of(ClaimRef claim, Survey survey, Settings settings) =>
        survey.Claim(claim).Match(
            found => Of(found, survey, settings),
            () => new NotYet("ClaimNotFound", $"claim {claim} does not exist", settings.Deadlines.ClaimSeen));

    /// <summary>Judges a claim.</summary>
    public static Suitability Of(Claim claim, Survey survey, Settings settings) => claim switch
    {
        { IsTemporary: true } => new Unsuitable("ClaimIsTemporary", $"claim {claim.Ref} was made by Backsnap itself from a snapshot"),
        { Id.Deleting: true } => new Unsuitable("ClaimIsBeingDeleted", $"claim {claim.Ref} is being deleted"),
        { Restoring.IsSome: true } => new NotYet(
            "ClaimIsBeingRestored", $"claim {claim.Ref} is being restored, or was restored only in part (annotation {Marks.Restoring})", OwnDeadlines.Of(claim.Ref, survey, settings).Deadlines.ClaimBound),
        { Phase: ClaimPhase.Pending } => new NotYet("ClaimNotBound", $"claim {claim.Ref} has no volume yet", OwnDeadlines.Of(claim.Ref, survey, settings).Deadlines.ClaimBound),
        { Phase: ClaimPhase.Lost } => new Unsuitable("ClaimLost", $"the volume of claim {claim.Ref} is gone"),
        { Phase: ClaimPhase.Bound } => SnapshotSupport.ClassFor(claim, survey, settings.SnapshotClass).Match<Suitability>(
            Right: chosen => RepositoryAccess.For(claim.Ref, survey, settings).Match<Suitability>(
                Right: _ => new Suitable(claim, chosen),
                Left: why => new Unsuitable("InvalidRepositorySecret", $"claim {claim.Ref} cannot be backed up: {why}")),
            Left: why => new Unsuitable("CannotSnapshot", $"claim {claim.Ref} cannot be backed up: {why}")),
    };
}
