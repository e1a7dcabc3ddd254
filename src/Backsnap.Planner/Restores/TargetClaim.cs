using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Restores;

/// <summary>Where the claim that a restore fills stands.</summary>
internal abstract record TargetClaim
{
    private TargetClaim() { }

    /// <summary>Not there; it can be made.</summary>
    public sealed record Absent : TargetClaim;

    /// <summary>There, and made for this very restore.</summary>
    public sealed record Ours(Claim Claim) : TargetClaim;

    /// <summary>There, and somebody's: it is never written to.</summary>
    public sealed record Taken(Claim Claim) : TargetClaim;

    /// <summary>Not there, but another restore has begun to make it, or was asked to before this one.</summary>
    public sealed record Promised(Restore To) : TargetClaim;

    /// <summary>Looks.</summary>
    public static TargetClaim Look(Restore restore, Survey survey) => survey.Claim(restore.TargetRef).Match<TargetClaim>(
        claim => claim.Restoring.Contains(restore.Id.Uid) ? new Ours(claim) : new Taken(claim),
        () => survey.RestoresInto[restore.TargetRef].OrderBy(Turn).ToSeq().HeadOrNone().Filter(first => first.Id.Uid != restore.Id.Uid).Match<TargetClaim>(
            first => new Promised(first),
            () => new Absent()));

    // Who has begun goes first, then who was asked first; a name decides between those of the same second.
    private static (bool, Instant, string) Turn(Restore restore) => (restore.Phase is RestorePhase.New or RestorePhase.Pending, restore.Id.Created, restore.Id.Name);

    /// <summary>
    /// The claim to make: what the PVCRestore says, else what the source claim is like while it exists, else what the snapshot
    /// remembers. A storage class that only the snapshot remembers and that this cluster has not is left to the cluster's default.
    /// </summary>
    public static Either<string, Manifest> Manifest(Restore restore, SavedSnapshot pinned, Survey survey, Settings settings) =>
        Facts(restore, pinned, survey, settings).Map(found => VolumeManifests.Target(restore.Id, restore.Target.Name, found.Size, found.Facts, restore.Placement));

    /// <summary>The claim in the movers' namespace that is filled in its stead: of the same size, class and modes.</summary>
    public static Either<string, Manifest> Filling(Restore restore, Parent parent, SavedSnapshot pinned, Survey survey, Settings settings) =>
        Facts(restore, pinned, survey, settings).Map(found => VolumeManifests.Filling(parent, parent.NameOfChild(), found.Size, found.Facts));

    private static Either<string, (Quantity Size, ClaimFacts Facts)> Facts(Restore restore, SavedSnapshot pinned, Survey survey, Settings settings)
    {
        var remembered = ClaimFacts.FromTags(pinned.Tags);
        var facts = Asked(restore, settings)
            .Or(survey.Claim(restore.Source).Map(ClaimFacts.Of).IfNone(ClaimFacts.Unknown))
            .Or(remembered with { Class = remembered.Class.Filter(name => survey.Cluster.StorageClasses.ContainsKey(name)) });
        return facts.Size.ToEither($"nothing says how large claim {restore.TargetRef} must be: the source claim is gone and the snapshot does not remember it; set spec.targetPvcSize")
            .Map(size => (size, facts with { Mode = IsDevice(pinned) ? VolumeMode.Block : FilesMode(facts) }));
    }

    /// <summary>Whether the snapshot is of a block device: only the snapshot itself knows, a claim of that name may be another one today.</summary>
    public static bool IsDevice(SavedSnapshot pinned) => ClaimFacts.FromTags(pinned.Tags).Mode.Contains(VolumeMode.Block);

    // Files need a file system, whatever the source claim is today; where nothing is known the cluster's default is one.
    private static Option<VolumeMode> FilesMode(ClaimFacts facts) => facts.Mode.Map(_ => VolumeMode.Filesystem);

    /// <summary>The first eight digits, as restic prints ids.</summary>
    public static string Short(SavedSnapshot snapshot) => snapshot.Id[..Math.Min(8, snapshot.Id.Length)];

    private static ClaimFacts Asked(Restore restore, Settings settings) => new(
        restore.Target.Size.Bind(size => size.ToOption()), restore.Target.Class | settings.StorageClass, restore.Target.AccessModes, None);
}
