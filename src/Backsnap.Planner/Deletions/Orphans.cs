using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
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
    public static Plan Steps(Survey survey, Settings settings, Instant now) => Plan.Concat(Labelled(survey.Cluster)
        .Where(item => !item.Id.Deleting && settings.Scope.Covers(item.Id.Namespace) && survey.IsOpen(item.Id.Namespace) && !item.Id.Controller.Exists(owner => owner.IsOurs && survey.Knows(owner)))
        .OrderBy(item => $"{item.Id.Namespace}/{item.Id.Name} {item.Kind}", StringComparer.Ordinal)
        .Select(item => now < item.Id.Created + Age ? Plan.Empty with { WakeAt = item.Id.Created + Age } : Judge(item.Kind, item.Id, survey)));

    private static Plan Judge(ObjectKind kind, Identity id, Survey survey) => id.Controller.Filter(owner => owner.IsOurs).Match(
        owner => survey.TroubleOf(KindOf(owner), id with { Name = owner.Name }).Match(
            trouble => Plan.Wait(kind, id, $"the API server refused to delete it: {trouble.Why}", Some(trouble.Until)),
            () => Plan.Do(new PlannedAction.Delete(kind, id, Unchanged: false, $"its {owner.Kind} {owner.Name} is gone, and nobody removed it"))),
        () => Plan.Tell(
            kind, id, "NotOwned",
            $"it has Backsnap's label {Marks.ManagedBy}={Marks.Backsnap} but belongs to no PVCBackup or PVCRestore, so Backsnap never deletes it; if nobody needs it: kubectl delete {kind.Plural} -n {id.Namespace} {id.Name}; else take the label away"));

    private static ObjectKind KindOf(Owner owner) =>
        owner.Kind == ObjectKind.PvcBackup.Kind ? ObjectKind.PvcBackup
        : owner.Kind == ObjectKind.PvcMaintenance.Kind ? ObjectKind.PvcMaintenance
        : ObjectKind.PvcRestore;

    private static IEnumerable<(ObjectKind Kind, Identity Id)> Labelled(ClusterState cluster) =>
        cluster.Snapshots.AsEnumerable().Select(snapshot => (ObjectKind.VolumeSnapshot, snapshot.Id))
            .Concat(cluster.Claims.AsEnumerable().Select(claim => (ObjectKind.Claim, claim.Id)))
            .Concat(cluster.Jobs.AsEnumerable().Select(job => (ObjectKind.Job, job.Id)))
            .Concat(cluster.Secrets.AsEnumerable().Select(secret => (ObjectKind.Secret, secret)))
            .Where(item => item.Item2.Labels.Find(Marks.ManagedBy) == Some(Marks.Backsnap))
            .Select(item => (item.Item1, item.Item2));
}
