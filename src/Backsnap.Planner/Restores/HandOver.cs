using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Restores;

/// <summary>
/// Hands a volume that was filled in the movers' namespace over to the claim of the restore. Each step is found from what is there, and only what
/// it needs is done: the volume is kept (policy Retain); mover and filling claim go; the claim of the restore is made, naming the volume; the
/// volume is given to that very claim, by uid; and when the two are bound, the volume gets its policy back. Until the claim has its volume the
/// data can be written again from the repository, so that giving up at any step loses nothing.
/// </summary>
internal static class HandOver
{
    /// <summary>The status that says that the data are there, and outlives the mover that reported it.</summary>
    public static Plan Begin(Restore restore, Instant startedAt, Instant at, Instant now, MoverReport report) =>
        Plan.Do(RestoreStatus.Filled(restore, startedAt, at, now, report));

    /// <summary>The next step.</summary>
    public static Plan Step(Restore restore, FilledVolume filled, Instant startedAt, Survey survey, Settings settings, Instant now)
    {
        var deadline = filled.At + settings.Deadlines.ClaimBound + settings.Deadlines.PodStart;
        var target = TargetClaim.Look(restore, survey);
        var volume = survey.VolumesOf[restore.Id.Uid].ToSeq().HeadOrNone();
        return target switch
        {
            TargetClaim.Ours ours when IsDone(ours.Claim, volume) => Plan.Do(RestoreStatus.HandedOver(restore, startedAt, now, filled)),
            TargetClaim.Taken => Fail(
                restore, startedAt, now, "TargetExists", $"claim {restore.TargetRef} was made by somebody else meanwhile; it is left as it is, and nothing was written to it"),
            TargetClaim.Promised promised => Fail(restore, startedAt, now, "TargetExists", $"PVCRestore {promised.To.Id.Name} restores into claim {restore.TargetRef} already; nothing was written to it"),
            TargetClaim.Absent or TargetClaim.Ours when now >= deadline => Fail(
                restore, startedAt, now, "HandOverFailed",
                $"the volume was filled, but not handed over to claim {restore.TargetRef} within {GoDuration.Print(deadline - filled.At)}: {volume.Match(found => Where(found, target), () => "its volume was not seen")}"
                + (target is TargetClaim.Ours ? "; delete the claim before another try" : "")),
            TargetClaim.Absent or TargetClaim.Ours => volume.Match(
                found => Lead(restore, found, target, survey, settings),
                () => Keep(restore, startedAt, survey, settings, now)) + (Plan.Empty with { WakeAt = Some(deadline) }),
        };
    }

    /// <summary>Ends the handing over of a volume: it gets the policy back that it had. A volume whose claim is gone then goes, where that is its policy.</summary>
    public static PlannedAction GiveBack(VolumeFacts volume, string why) => new PlannedAction.ChangeVolume(volume.Id, new VolumeChange.Release(volume.FormerPolicy.IfNone("Delete")), why);

    private static bool IsDone(Claim target, Option<VolumeFacts> volume) => target.Phase is ClaimPhase.Bound && volume.IsNone;

    private static Plan Keep(Restore restore, Instant startedAt, Survey survey, Settings settings, Instant now) =>
        Filling(restore, survey).Bind(claim => claim.VolumeName).Bind(survey.Volume).Bind(found => found.Facts).Match(
            volume => volume.SecretsIn.Contains(settings.MoversFor(restore.Id.Namespace).Value)
                ? Fail(
                    restore, startedAt, now, "CannotHandOver",
                    $"volume {volume.Id.Name} cannot be handed over: its driver reads Secrets of namespace {settings.MoversFor(restore.Id.Namespace)} for it (the storage class says so by ${{pvc.namespace}}); restore into another class with spec.storageClassName")
                : Plan.Do(new PlannedAction.ChangeVolume(
                    volume.Id, new VolumeChange.Keep(new Beneficiary(ObjectKind.PvcRestore, restore.Id), volume.ReclaimPolicy), $"the volume with the restored data is to outlive the claim that it was filled through")),
            () => Wait(restore, "the volume that was filled is not seen yet"));

    private static Plan Lead(Restore restore, VolumeFacts volume, TargetClaim target, Survey survey, Settings settings) =>
        Filling(restore, survey).Match(
            filling => Plan.Do(Part(restore, filling, survey)) + Wait(restore, $"claim {filling.Ref} is to let go of volume {volume.Id.Name}"),
            () => target is TargetClaim.Ours ours
                ? Give(restore, volume, ours.Claim, survey)
                : volume.Phase is VolumePhase.Released
                    ? Plan.Do(new PlannedAction.Create(VolumeManifests.TargetOf(restore.Id, restore.Target.Name, volume, restore.Placement), $"volume {volume.Id.Name} with the restored data is for it"))
                    : Wait(restore, $"volume {volume.Id.Name} is not yet free"));

    // The claim stays while the mover's pod is there, be it one that has ended.
    private static Seq<PlannedAction> Part(Restore restore, Claim filling, Survey survey)
    {
        var uid = restore.Id.Uid;
        var why = $"PVCRestore {restore.Id.Name} has filled its volume";
        return Sequences.Join(
            Removal.Of(ObjectKind.Job, survey.JobsOf[uid].Select(job => job.Id), uid, survey, why),
            Removal.Of(ObjectKind.Secret, survey.SecretsOf[uid], uid, survey, why),
            Removal.Of(ObjectKind.Claim, [filling.Id], uid, survey, why));
    }

    private static Plan Give(Restore restore, VolumeFacts volume, Claim target, Survey survey) =>
        volume.Holder.Bind(holder => holder.Uid).Contains(target.Id.Uid)
            ? target.Phase is ClaimPhase.Bound && volume.Phase is VolumePhase.Bound
                ? Plan.Do(GiveBack(volume, $"it is bound to claim {target.Ref}"))
                : Wait(restore, $"claim {target.Ref} and volume {volume.Id.Name} are not yet bound")
            // By uid, so that it goes to no other claim of that name; free, so that it is nobody's.
            : volume.Phase is VolumePhase.Released && !volume.Holder.Bind(holder => holder.Uid).Exists(uid => survey.Cluster.Claims.Exists(claim => claim.Id.Uid == uid))
                ? Plan.Do(new PlannedAction.ChangeVolume(volume.Id, new VolumeChange.Give(target.Ref, target.Id.Uid), $"it holds what PVCRestore {restore.Id.Name} restores"))
                : Wait(restore, $"volume {volume.Id.Name} is not yet free");

    private static Option<Claim> Filling(Restore restore, Survey survey) => survey.ClaimsOf[restore.Id.Uid].Where(claim => claim.Id.IsElsewhere).ToSeq().HeadOrNone();

    private static string Where(VolumeFacts volume, TargetClaim target) =>
        $"volume {volume.Id.Name} is {volume.Phase}{volume.Holder.Map(holder => $" for claim {holder.Ref}").IfNone("")}"
        + (target is TargetClaim.Ours ours ? $", the claim is {ours.Claim.Phase}" : ", the claim is not there");

    private static Plan Wait(Restore restore, string what) => Plan.Wait(ObjectKind.PvcRestore, restore.Id, what, None);

    private static Plan Fail(Restore restore, Instant startedAt, Instant now, string reason, string message) =>
        Plan.Do(RestoreStatus.Failed(restore, Some(startedAt), now, now, reason, message, None));
}
