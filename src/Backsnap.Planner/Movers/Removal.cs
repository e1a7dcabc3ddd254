using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using LanguageExt;

namespace Backsnap.Planner.Movers;

/// <summary>
/// In which order the children of one owner go. What was brought into the movers' namespace goes from the inside out: the claim, the VolumeSnapshot
/// there, its content, and only then the tenant's VolumeSnapshot, with which the stored snapshot goes. Kubernetes protects a snapshot from
/// deletion while a claim is being made from it only within one namespace.
/// </summary>
internal static class Removal
{
    /// <summary>Whether a child of an owner stands in nobody's way any more.</summary>
    public static bool MayGo(ObjectKind kind, Identity child, Uid owner, Survey survey) =>
        kind == ObjectKind.VolumeSnapshot && child.IsElsewhere ? !IsBeingUsed(owner, survey)
        : kind == ObjectKind.SnapshotContent ? !Rebound(owner, survey).Any()
        : kind != ObjectKind.VolumeSnapshot || (!Rebound(owner, survey).Any() && !survey.ContentsOf[owner].Any());

    /// <summary>
    /// Deletes a child; of what others wait for, the end is awaited. A copy of credentials in a tenant's namespace goes by its name: which Secret has it
    /// by now cannot be looked at.
    /// </summary>
    public static PlannedAction Delete(ObjectKind kind, Identity child, string why) => child.Controller
        .Filter(owner => kind == ObjectKind.Secret && !child.IsElsewhere && ChildName.IsOfCredentials(child.Name, owner.Name, owner.Uid))
        .Match(
            owner => new PlannedAction.DeleteCredentials(
                child.Namespace, child.Name, new Beneficiary(ObjectKind.OfOwner(owner), child with { Name = owner.Name, Uid = owner.Uid, Controller = Option<Owner>.None }), why),
            () => ByUid(kind, child, why));

    private static PlannedAction ByUid(ObjectKind kind, Identity child, string why) =>
        new PlannedAction.Delete(kind, child, Unchanged: false, why) { Awaited = child.IsElsewhere && kind != ObjectKind.Job && kind != ObjectKind.Secret };

    /// <summary>Deletes those children that may go now and do not go already.</summary>
    public static Seq<PlannedAction> Of(ObjectKind kind, IEnumerable<Identity> children, Uid owner, Survey survey, string why) =>
        children.Where(child => !child.Deleting && MayGo(kind, child, owner, survey))
            .OrderBy(child => child.Name, StringComparer.Ordinal).ThenBy(child => child.Namespace.Value, StringComparer.Ordinal)
            .Select(child => Delete(kind, child, why))
            .ToSeq().Strict();

    // A claim that has its volume needs the snapshot no more; it may have to stay for a pod whose log is kept.
    private static bool IsBeingUsed(Uid owner, Survey survey) =>
        survey.ClaimsOf[owner].Any(claim => claim.Id.IsElsewhere && (!claim.Id.Deleting || claim.Phase is ClaimPhase.Pending));

    private static IEnumerable<Identity> Rebound(Uid owner, Survey survey) => survey.SnapshotsOf[owner].Select(snapshot => snapshot.Id).Where(id => id.IsElsewhere);
}
