using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Backups;

/// <summary>
/// Brings a tenant's snapshot into the movers' namespace: the same stored snapshot gets a second VolumeSnapshotContent, which deletes nothing, and a
/// VolumeSnapshot there that is bound to it. The stored snapshot stays the tenant's VolumeSnapshot's, and goes with that, last of all
/// (<see cref="Movers.Removal"/>).
/// </summary>
internal static class Rebinding
{
    /// <summary>The snapshot in the movers' namespace once a claim can be made from it; before that, what is to be done or waited for.</summary>
    public static Either<Plan, Snapshot> Bring(Backup backup, Snapshot snapshot, Claim source, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var rebound = Find(backup, survey);
        var status = BackupStatus.Provisioning(backup, startedAt, now, $"VolumeSnapshot {snapshot.Id.Name} is ready; bringing it into namespace {settings.MoversFor(backup.Id.Namespace)}");
        return rebound.Filter(found => found.Ready && !found.Id.Deleting && survey.ContentsOf[backup.Id.Uid].Any()).Match(
            found => Right<Plan, Snapshot>(found),
            () => Left<Plan, Snapshot>(Stored(snapshot, survey).Match(
                stored => Plan.Do(status.Then(Missing(backup, stored.Content, stored.Handle, source, survey, settings))) + Wait(backup, survey),
                () => Plan.Do(status) + Plan.Wait(ObjectKind.PvcBackup, backup.Id, $"the handle of VolumeSnapshot {snapshot.Id.Name} was not seen yet", None))));
    }

    /// <summary>What keeps the snapshot from being usable in the movers' namespace, as far as the snapshot controller says it.</summary>
    public static Option<string> Diagnosis(Backup backup, Survey survey) =>
        Find(backup, survey).Bind(found => found.Error.Map(error => $"VolumeSnapshot {found.Id.Namespace}/{found.Id.Name}: {error}"));

    private static Option<Snapshot> Find(Backup backup, Survey survey) => survey.SnapshotsOf[backup.Id.Uid].Where(found => found.Id.IsElsewhere).ToSeq().HeadOrNone();

    // Both must name the other: a VolumeSnapshot alone could name any content of the cluster.
    private static Option<(SnapshotContent Content, string Handle)> Stored(Snapshot snapshot, Survey survey) =>
        snapshot.Content
            .Bind(name => survey.Contents.TryGetValue(name, out var found) ? Some(found) : None)
            .Filter(content => content.For.Contains(snapshot.Id.Uid))
            .Bind(content => content.Handle.Map(handle => (content, handle)));

    private static Seq<PlannedAction> Missing(Backup backup, SnapshotContent stored, string handle, Claim source, Survey survey, Settings settings)
    {
        var parent = BackupStep.MoverParent(backup, settings);
        var name = parent.NameOfChild();
        return Sequences.Join(
            survey.ContentsOf[backup.Id.Uid].Any() ? Seq<PlannedAction>() : Seq1<PlannedAction>(new PlannedAction.Create(
                VolumeManifests.Rebound(parent, name, stored, handle, source.Mode), $"the stored snapshot of {backup.Claim}, for the movers' namespace; it is kept when this is deleted")),
            Find(backup, survey).IsSome ? Seq<PlannedAction>() : Seq1<PlannedAction>(new PlannedAction.Create(
                VolumeManifests.ReboundSnapshot(parent, name, stored.Class), $"the snapshot of {backup.Claim} in the movers' namespace")));
    }

    private static Plan Wait(Backup backup, Survey survey) => Plan.Wait(
        ObjectKind.PvcBackup, backup.Id, Diagnosis(backup, survey).IfNone("the snapshot is not yet ready in the movers' namespace"), None);
}
