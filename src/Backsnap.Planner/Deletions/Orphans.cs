using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Movers;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Deletions;

/// <summary>
/// Removes children whose PVCBackup, PVCRestore or PVCMaintenance is gone. The cluster's garbage collector does that as a rule, and first; what it left behind
/// after a while is found by label, and proved ours by the uid of its owner. What has the label and no owner of ours is never deleted: it is told.
/// </summary>
internal static class Orphans
{
    /// <summary>How old an object must be: a view may lag behind, and an owner that was just made may not have been seen.</summary>
    public static Duration Age { get; } = Duration.FromMinutes(10);

    /// <summary>The deletions and notices.</summary>
    public static Plan Steps(Survey survey, Settings settings, Instant now) => Plan.Concat(Labelled(survey.Cluster, survey.LabelledClaims)
        .Where(item => !item.Id.Deleting && settings.Scope.Covers(item.Id.ForNamespace) && survey.IsOpen(item.Id.Namespace) && !item.Id.Controller.Exists(owner => owner.IsOurs && survey.Knows(owner)))
        .OrderBy(item => $"{item.Id.Namespace}/{item.Id.Name} {item.Kind}", StringComparer.Ordinal)
        .Select(item => !HasDeparted(item.Id, survey) && now < item.Id.Created + Age ? Plan.Empty with { WakeAt = item.Id.Created + Age } : Judge(item.Kind, item.Id, survey))
        .Concat(Volumes(survey, settings, now)));

    // A volume whose handing over nobody leads any more gets its policy back; if no claim has it, it goes by that.
    private static IEnumerable<Plan> Volumes(Survey survey, Settings settings, Instant now) => survey.VolumesOf.SelectMany(group => group)
        .Where(volume => !volume.Id.Deleting && settings.Scope.Covers(volume.Id.ForNamespace) && !volume.Id.Controller.Exists(survey.Knows))
        .OrderBy(volume => volume.Id.Name, StringComparer.Ordinal)
        .Select(volume => !HasDeparted(volume.Id, survey) && now < volume.Id.Created + Age
            ? Plan.Empty with { WakeAt = volume.Id.Created + Age }
            : Plan.Do(Restores.HandOver.GiveBack(volume, "the PVCRestore that handed it over is gone")));

    // Nobody collects what lives elsewhere than its owner; but there the owner's end, where it was seen, is as good as its age.
    private static bool HasDeparted(Identity id, Survey survey) => id.IsElsewhere && id.Controller.Exists(owner => survey.Cluster.Departed.Contains(owner.Uid));

    private static Plan Judge(ObjectKind kind, Identity id, Survey survey) => id.Controller.Filter(owner => owner.IsOurs).Match(
        owner => survey.TroubleOf(ObjectKind.OfOwner(owner), id with { Name = owner.Name, Namespace = id.ForNamespace }).Match(
            trouble => Plan.Wait(kind, id, $"the API server refused to delete it: {trouble.Why}", Some(trouble.Until)),
            () => Removal.MayGo(kind, id, owner.Uid, survey)
                ? Plan.Do(Removal.Delete(kind, id, $"its {owner.Kind} {owner.Name} is gone, and nobody removed it"))
                : Plan.Empty),
        () => Plan.Tell(
            kind, id, "NotOwned",
            $"it has Backsnap's label {Marks.ManagedBy}={Marks.Backsnap} but belongs to no PVCBackup or PVCRestore, so Backsnap never deletes it; if nobody needs it: kubectl delete {kind.Plural} -n {id.Namespace} {id.Name}; else take the label away"));

    private static IEnumerable<(ObjectKind Kind, Identity Id)> Labelled(ClusterState cluster, IEnumerable<Claim> claims) =>
        cluster.Snapshots.AsEnumerable().Select(snapshot => (ObjectKind.VolumeSnapshot, snapshot.Id))
            .Concat(claims.Select(claim => (ObjectKind.Claim, claim.Id)))
            .Concat(cluster.Jobs.AsEnumerable().Select(job => (ObjectKind.Job, job.Id)))
            .Concat(cluster.Secrets.AsEnumerable().Select(secret => (ObjectKind.Secret, secret)))
            .Concat(cluster.SnapshotContents.AsEnumerable().Where(content => content.Id.Controller.IsSome).Select(content => (ObjectKind.SnapshotContent, content.Id)))
            .Where(item => item.Item2.Labels.Find(Marks.ManagedBy) == Some(Marks.Backsnap))
            .Select(item => (item.Item1, item.Item2));
}
