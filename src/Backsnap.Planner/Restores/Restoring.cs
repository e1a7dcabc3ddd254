using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Planner.Movers;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Restores;

/// <summary>
/// Takes every PVCRestore one step on. First a mover finds the snapshot and pins it, before any claim is made: a restore of
/// nothing ends as Failed and leaves nothing behind, and what is saved later cannot become what is restored. Restores wait
/// for no backup.
/// </summary>
internal static class Restoring
{
    /// <summary>The plan for all restores.</summary>
    public static Plan Steps(Survey survey, Settings settings, Instant now) =>
        Plan.Concat(survey.Cluster.Restores
            .Filter(restore => settings.Scope.Covers(restore.Id.Namespace) && !restore.Id.Deleting && survey.IsOpen(restore.Id.Namespace))
            .OrderBy(restore => $"{restore.Id.Namespace}/{restore.Id.Name}", StringComparer.Ordinal)
            .Select(restore => survey.TroubleOf(ObjectKind.PvcRestore, restore.Id).Match(
                trouble => RestoreStep.Refused(restore, trouble, survey, OwnDeadlines.In(restore.TargetRef, survey, settings), now),
                () => Step(restore, survey, OwnDeadlines.In(restore.TargetRef, survey, settings), now))));

    private static Plan Step(Restore restore, Survey survey, Settings settings, Instant now) => restore.Phase switch
    {
        RestorePhase.New or RestorePhase.Pending => Accept(restore, survey, settings, now),
        RestorePhase.Resolving phase => RestoreStep.Resolve(restore, phase.StartedAt, survey, settings, now),
        RestorePhase.Provisioning phase => RestoreStep.Fill(restore, phase.StartedAt, survey, settings, now),
        RestorePhase.Running phase => RestoreStep.Fill(restore, phase.StartedAt, survey, settings, now),
        RestorePhase.Finished phase => After(restore, phase.Result, phase.At, survey, settings, now) + Expire(restore, phase.At, now),
    };

    /// <summary>Why a restore is refused. A refusal for what another watch may not have told yet (a claim that is just gone, a consent just given) has a little patience.</summary>
    public sealed record Refusal(string Reason, string Message, Duration Patience);

    private static Plan Accept(Restore restore, Survey survey, Settings settings, Instant now) =>
        (Objection(restore, survey, settings)
            | RepositoryAccess.For(restore, survey, settings).Match(Left: why => Some(new Refusal("NotAllowed", why, settings.Deadlines.View)), Right: _ => None) | Occupied(restore, survey, settings)).Match(
            refusal => now < restore.Id.Created + refusal.Patience
                ? Plan.Do(RestoreStatus.Pending(restore, now, refusal.Message)) + Plan.Wait(ObjectKind.PvcRestore, restore.Id, refusal.Message, Some(restore.Id.Created + refusal.Patience))
                : Plan.Do(RestoreStatus.Failed(restore, None, now, now, refusal.Reason, refusal.Message, None)),
            () => RestoreStep.Resolve(restore, now, survey, settings, now));

    /// <summary>
    /// What stands against making a mover for a restore that was accepted: its spec is held to its form, and the source's consent asked for, each time. The
    /// definition says that a source cannot be changed, but older ones, which may still be in a cluster, do not.
    /// </summary>
    public static Option<Refusal> Objection(Restore restore, Survey survey, Settings settings) =>
        Mistake(restore) | Permission.Refusal(restore, survey, settings).Map(why => new Refusal("NotAllowed", why, settings.Deadlines.View));

    private static Option<Refusal> Mistake(Restore restore) => Wrong(restore).Map(why => new Refusal("InvalidSpec", why, Duration.Zero));

    private static Option<string> Wrong(Restore restore) =>
        restore.Target.Size.Bind(size => size.Match(Left: Some, Right: _ => Option<string>.None)).Map(why => $"spec.targetPvcSize: {why}")
            | restore.AsOf.Bind(asOf => asOf.Match(Left: Some, Right: _ => Option<string>.None)).Map(why => $"spec.asOf: {why}")
            | (restore.AsOf.IsSome && restore.SnapshotId.IsSome ? Some("spec.asOf and spec.sourceSnapshot exclude each other: an id names one snapshot already") : None)
            // The names become a path in the repository; the CRD refuses others, but a path would lead past a namespace's consent.
            | (DnsName.IsSubdomain(restore.Source.Name) ? None : Some($"spec.sourcePvc: '{restore.Source.Name}' is not the name of a claim"))
            | (DnsName.IsLabel(restore.Source.Namespace.Value) ? None : Some($"spec.sourceNamespace: '{restore.Source.Namespace}' is not the name of a namespace"))
            | (DnsName.IsSubdomain(restore.Target.Name) ? None : Some($"spec.targetPvc: '{restore.Target.Name}' is not the name of a claim"))
            | restore.Ttl.Bind(ttl => ttl.Match(Left: Some, Right: _ => Option<string>.None)).Map(why => $"spec.ttl: {why}")
            | restore.SnapshotId.Filter(id => !IsSnapshotId(id)).Map(id => $"spec.sourceSnapshot: '{id}' is not a snapshot id: write 4 to 64 hexadecimal digits, or leave it out for the newest");

    private static bool IsSnapshotId(string id) => id.Length is >= 4 and <= 64 && id.All(char.IsAsciiHexDigitLower);

    private static Option<Refusal> Occupied(Restore restore, Survey survey, Settings settings) => TargetClaim.Look(restore, survey) switch
    {
        TargetClaim.Taken { Claim.Id.Deleting: true } => Some(new Refusal(
            "TargetExists", $"claim {restore.TargetRef} is being deleted but is still there: a pod may use it", settings.Deadlines.ClaimBound)),
        TargetClaim.Taken => Some(new Refusal(
            "TargetExists", $"claim {restore.TargetRef} exists; a restore never writes into a claim that was not made for it: delete the claim, or name another in spec.targetPvc",
            settings.Deadlines.View)),
        TargetClaim.Promised promised => Some(new Refusal(
            "TargetExists", $"PVCRestore {promised.To.Id.Name} restores into claim {restore.TargetRef} already; name another in spec.targetPvc", settings.Deadlines.View)),
        TargetClaim.Absent or TargetClaim.Ours => None,
    };

    // Only where somebody said so: an object that a person, or a tool that keeps objects as they are written, put there would come back and be carried out anew.
    private static Plan Expire(Restore restore, Instant finishedAt, Instant now) =>
        restore.Ttl.Bind(asked => asked.ToOption()).Filter(asked => asked > Duration.Zero).Match(
            ttl => now >= finishedAt + ttl
                ? Plan.Do(new PlannedAction.Delete(ObjectKind.PvcRestore, restore.Id, Unchanged: true, $"its time to live of {GoDuration.Print(ttl)} is over"))
                : Plan.Empty with { WakeAt = finishedAt + ttl },
            () => Plan.Empty);

    // The claim becomes the user's like any other only now: until here the annotation kept it from being backed up half full.
    private static Plan After(Restore restore, Result result, Instant finishedAt, Survey survey, Settings settings, Instant now)
    {
        var uid = restore.Id.Uid;
        var why = $"PVCRestore {restore.Id.Name} is finished";
        var release = result != Result.Failed && TargetClaim.Look(restore, survey) is TargetClaim.Ours { Claim.Id.Deleting: false } ours
            ? Seq1<PlannedAction>(new PlannedAction.RemoveAnnotation(ObjectKind.Claim, ours.Claim.Id, Marks.Restoring, $"PVCRestore {restore.Id.Name} has filled it"))
            : Seq<PlannedAction>();
        // A failed mover's pod, kept for its log, keeps the claim that it filled from going; in the movers' namespace nobody would ever take it away.
        var logsUntil = survey.JobsOf[uid].Any(job => job.Id.IsElsewhere && job.State is JobState.Failed) && result == Result.Failed ? Some(finishedAt + settings.FailedTtl) : None;
        return Plan.Do(Sequences.Join(
            release,
            survey.VolumesOf[uid].Select(volume => HandOver.GiveBack(volume, why)).ToSeq().Strict(),
            Delete(ObjectKind.Job, survey.JobsOf[uid].Where(job => result != Result.Failed || job.Outlived(finishedAt) || (job.Id.IsElsewhere && (job.State is JobState.Complete || logsUntil.Exists(until => now >= until)))).Select(job => job.Id)),
            Delete(ObjectKind.Claim, survey.ClaimsOf[uid].Select(claim => claim.Id).Where(id => id.IsElsewhere)),
            Delete(ObjectKind.Secret, survey.SecretsOf[uid]))) with
        { WakeAt = logsUntil.Filter(until => now < until) };

        Seq<PlannedAction> Delete(ObjectKind kind, IEnumerable<Identity> objects) => Removal.Of(kind, objects, uid, survey, why);
    }
}
