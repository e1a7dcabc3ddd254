using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Checks;

/// <summary>
/// The laws of movers in a namespace of their own: what may be made in a tenant's namespace and what in theirs, who a child there belongs to, and
/// when a volume may be touched.
/// </summary>
internal static class IsolationLaws
{
    /// <summary>Whether an action keeps to the selected namespaces: those of its own target, or of the object that it is for.</summary>
    public static bool IsWithin(PlannedAction action, Settings settings)
    {
        var (target, sake) = (action.Target.Namespace, SakeOf(action));
        return settings.Scope.Covers(sake) && (target == sake || settings.MoverNamespace.Exists(movers => target == movers || target.Value.Length == 0));
    }

    /// <summary>The laws that an object to be made breaks.</summary>
    public static Seq<Violation> Creation(Manifest manifest, Evidence seen, Settings settings) => manifest.For.Match(
        made => manifest.IsElsewhere ? Elsewhere(manifest, made, seen) : settings.IsolatesMoversOf(made.Id.Namespace) ? AtTenant(manifest, made, seen) : Seq<Violation>(),
        () => Seq<Violation>());

    /// <summary>The laws that a step of handing a volume over breaks.</summary>
    public static Seq<Violation> Change(PlannedAction.ChangeVolume change, Evidence seen, Instant now) => seen.Volume(change.Of.Uid).Match(
        volume => change.Change switch
        {
            VolumeChange.Keep keep => Unless(IsKept(volume, keep, seen), "only the volume that a restore has filled is kept for it", volume),
            VolumeChange.Give give => Unless(IsGiven(volume, give, seen), "a volume is given only to the claim that was made for its restore, and only while it is free", volume),
            VolumeChange.Release release => Unless(IsReleased(volume, release, seen, now), "a volume gets its policy back when it has its claim or its restore is over", volume),
        },
        () => Break("no volume is changed that was not seen", change.Of.Name));

    /// <summary>Whether what an unfinished restore has made in the movers' namespace may go: its data are there, and their volume does not go along.</summary>
    public static bool IsSpent(PlannedAction.Delete delete, Evidence seen) =>
        delete.Of.IsElsewhere && delete.Of.Controller.Bind(owner => seen.Restore(owner.Uid)).Exists(restore => restore.Filled.IsSome
            && (delete.Kind != ObjectKind.Claim || seen.VolumesOf(restore.Id.Uid).Any(volume => volume.ReclaimPolicy == "Retain" && Holds(volume, delete.Of.Uid))));

    /// <summary>Whether a stored snapshot would go while another object still leads to it.</summary>
    public static Seq<Violation> Deletion(PlannedAction.Delete delete, Evidence seen) =>
        delete.Kind == ObjectKind.VolumeSnapshot && !delete.Of.IsElsewhere && delete.Of.Controller.Exists(owner => seen.HasRebound(owner.Uid))
            ? Break("the stored snapshot goes last", $"{delete.Of.Namespace}/{delete.Of.Name}")
            : Seq<Violation>();

    /// <summary>Whether a restore's claim has the volume that was filled for it.</summary>
    public static bool IsHandedOver(Uid restore, Evidence seen) =>
        seen.Restore(restore).Exists(found => found.Filled.IsSome && seen.Claim(found.Id.Namespace, found.Target.Name).Exists(claim => claim.Phase is ClaimPhase.Bound && claim.Restoring.Contains(restore)));

    private static Seq<Violation> Elsewhere(Manifest manifest, Beneficiary made, Evidence seen)
    {
        var owner = NodePaths.At(manifest.Body, "metadata", "annotations", Marks.Owner).Bind(StatedOwner.Read);
        var stated = owner.Exists(found => found.Uid == made.Id.Uid && found.Namespace.Contains(made.Id.Namespace)) && NodePaths.At(manifest.Body, "metadata", "labels", Marks.ManagedBy).Contains(Marks.Backsnap)
            && NodePaths.Inner(manifest.Body, "metadata", "ownerReferences").IsNone
            ? Seq<Violation>()
            : Break("a child elsewhere states its owner, and has no ownerReference", Title(manifest));
        return manifest.Kind == ObjectKind.SnapshotContent ? stated.Then(Content(manifest, made, seen)) : stated;
    }

    private static Seq<Violation> Content(Manifest manifest, Beneficiary made, Evidence seen)
    {
        var handle = NodePaths.At(manifest.Body, "spec", "source", "snapshotHandle");
        return handle.Exists(name => seen.IsSnapshotOf(made.Id.Uid, name)) && NodePaths.At(manifest.Body, "spec", "deletionPolicy").Contains("Retain")
            ? Seq<Violation>()
            : Break("a stored snapshot is brought in only for the backup that it was taken for, and never to be deleted by that", Title(manifest));
    }

    private static Seq<Violation> AtTenant(Manifest manifest, Beneficiary made, Evidence seen) =>
        manifest.Kind == ObjectKind.VolumeSnapshot
        || (manifest.Kind == ObjectKind.Claim && NodePaths.At(manifest.Body, "metadata", "annotations", Marks.Restoring).Contains(made.Id.Uid.Value)
            && seen.Restore(made.Id.Uid).Exists(restore => restore.Filled.IsSome))
            ? Seq<Violation>()
            : Break("nothing enters a tenant's namespace but its VolumeSnapshot and the claim for a filled volume", Title(manifest));

    private static bool IsKept(VolumeFacts volume, VolumeChange.Keep keep, Evidence seen) =>
        volume.Id.Controller.IsNone && keep.FormerPolicy == volume.ReclaimPolicy && keep.For.Kind == ObjectKind.PvcRestore
        && seen.Restore(keep.For.Id.Uid).Exists(restore => restore.Filled.IsSome && !restore.Phase.IsFinished)
        && volume.Holder.Bind(holder => holder.Uid).Bind(seen.Claim).Exists(claim => claim.Id.IsElsewhere && claim.Id.IsChildOf(keep.For.Id.Uid));

    private static bool IsGiven(VolumeFacts volume, VolumeChange.Give give, Evidence seen) =>
        volume.Phase is VolumePhase.Released && volume.Holder.Bind(holder => holder.Uid).Bind(seen.Claim).IsNone
        && volume.Id.Controller.Bind(owner => seen.Restore(owner.Uid)).Exists(restore => !restore.Phase.IsFinished && restore.TargetRef == give.To
            && seen.Claim(give.Uid).Exists(claim => claim.Ref == give.To && claim.Restoring.Contains(restore.Id.Uid)));

    private static bool IsReleased(VolumeFacts volume, VolumeChange.Release release, Evidence seen, Instant now) =>
        release.Policy == volume.FormerPolicy.IfNone("Delete")
        && volume.Id.Controller.Exists(owner => owner.IsOurs && (
            seen.IsFinished(owner.Uid)
            || (seen.IsGone(owner) && (seen.HasDeparted(owner) || now - volume.Id.Created >= Duration.FromMinutes(10)))
            || volume.Holder.Bind(holder => holder.Uid).Bind(seen.Claim).Exists(claim => claim.Phase is ClaimPhase.Bound && claim.Restoring.Contains(owner.Uid) && !claim.Id.IsElsewhere)));

    private static NamespaceName SakeOf(PlannedAction action) => action switch
    {
        PlannedAction.Create create => SakeOf(create.Object),
        PlannedAction.CreateCredentials create => SakeOf(create.Object),
        PlannedAction.DeleteCredentials delete => delete.For.Id.Namespace,
        PlannedAction.ChangeVolume { Change: VolumeChange.Keep keep } => keep.For.Id.Namespace,
        PlannedAction.ChangeVolume change => change.Of.ForNamespace,
        PlannedAction.Delete delete => delete.Of.ForNamespace,
        PlannedAction.SetStatus set => set.Of.Namespace,
        PlannedAction.RemoveAnnotation remove => remove.Of.Namespace,
    };

    private static NamespaceName SakeOf(Manifest manifest) => manifest.For.Map(made => made.Id.Namespace).IfNone(manifest.Namespace);

    private static bool Holds(VolumeFacts volume, Uid claim) => volume.Holder.Bind(holder => holder.Uid).Contains(claim);

    private static string Title(Manifest manifest) => $"{manifest.Kind} {manifest.Namespace}/{manifest.Name}";

    private static Seq<Violation> Unless(bool kept, string law, VolumeFacts volume) => kept ? Seq<Violation>() : Break(law, volume.Id.Name);

    private static Seq<Violation> Break(string law, string detail) => Seq1(new Violation(law, detail));
}
