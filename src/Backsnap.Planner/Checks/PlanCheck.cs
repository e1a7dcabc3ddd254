using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Index;
using LanguageExt;
using NodaTime;
using static Backsnap.Planner.Checks.NodePaths;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Checks;

/// <summary>A law that a plan breaks, and how.</summary>
public sealed record Violation(string Law, string Detail);

/// <summary>
/// Holds finished plans against what must never happen. It knows nothing of how plans are made: each law is stated once more,
/// from the outside. It runs in every test of the planner, and in the operator before anything is done: a plan that breaks a
/// law is refused as a whole.
/// </summary>
public static class PlanCheck
{
    /// <summary>All violations; none for a plan that may be carried out.</summary>
    /// <param name="state">What the plan was made from.</param>
    /// <param name="settings">The settings that it was made with.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="now">When it was made.</param>
    public static Seq<Violation> Check(ClusterState state, Settings settings, Plan plan, Instant now) => Check(ClusterIndex.Of(state), settings, plan, now);

    // Laws are about what is done: where nothing is, none is broken.
    internal static Seq<Violation> Check(ClusterIndex index, Settings settings, Plan plan, Instant now)
    {
        if (plan.Actions.IsEmpty)
        {
            return Seq<Violation>();
        }

        var seen = Evidence.Of(index, plan);
        return plan.Actions.Bind(action => Law(action, seen, settings, now)).Then(WholeLaws.Check(seen, settings, plan, now));
    }

    private static Seq<Violation> Law(PlannedAction action, Evidence seen, Settings settings, Instant now)
    {
        var target = action.Target;
        var scope = IsolationLaws.IsWithin(action, settings)
            ? Seq<Violation>()
            : Break("touch only selected namespaces", $"{action.Verb} {target.Kind} {target.Namespace}/{target.Name}");
        var own = action switch
        {
            PlannedAction.Create create => Creation(create.Object, seen, settings),
            PlannedAction.CreateCredentials create => CredentialLaws.Creation(create, settings).Then(IsolationLaws.Creation(create.Object, seen, settings)),
            PlannedAction.DeleteCredentials delete => CredentialLaws.Deletion(delete, seen),
            PlannedAction.SetStatus set => Status(set, seen),
            PlannedAction.RemoveAnnotation remove => Release(remove, seen),
            PlannedAction.ChangeVolume change => IsolationLaws.Change(change, seen, now),
            PlannedAction.Delete delete => Deletion(delete, seen, now).Then(IsolationLaws.Deletion(delete, seen)),
        };
        return scope.Then(own);
    }

    private static Seq<Violation> Creation(Manifest manifest, Evidence seen, Settings settings)
    {
        var name = manifest.Name.Length <= DnsName.LabelLength || manifest.Kind == ObjectKind.Claim
            ? Seq<Violation>()
            : Break("names fit into 63 characters", manifest.Name);
        var secret = manifest.Kind == ObjectKind.Secret ? Break("credentials come only as a Secret's copy", manifest.Name) : Seq<Violation>();
        return Sequences.Join(
            name,
            secret,
            IsolationLaws.Creation(manifest, seen, settings),
            manifest.Kind == ObjectKind.VolumeSnapshot ? Snapshot(manifest, seen) : Seq<Violation>(),
            manifest.Kind == ObjectKind.Claim ? Claim(manifest, seen) : Seq<Violation>(),
            manifest.Kind == ObjectKind.Job ? Job(manifest, seen, settings) : Seq<Violation>());
    }

    private static Seq<Violation> Snapshot(Manifest manifest, Evidence seen) =>
        At(manifest.Body, "spec", "source", "persistentVolumeClaimName").Bind(source => seen.Claim(manifest.Namespace, source))
            .Filter(source => source.Restoring.IsSome || source.IsTemporary)
            .Map(source => Break("never back up a claim that is being restored, nor a temporary one", source.Ref.ToString()))
            .IfNone(Seq<Violation>());

    private static Seq<Violation> Claim(Manifest manifest, Evidence seen) =>
        seen.Claim(manifest.Namespace, manifest.Name).Match(
            existing => Break("never create a claim that exists", existing.Ref.ToString()),
            () => Seq<Violation>());

    private static Seq<Violation> Job(Manifest manifest, Evidence seen, Settings settings)
    {
        var pod = Inner(manifest.Body, "spec", "template", "spec");
        var plain = pod.Bind(found => Inner(found, "containers")).Map(Objects).IfNone(Seq<Node.Fields>())
            .Filter(field => field.Find("name").Exists(name => name is Node.Text text && settings.Mover.SecretKeys.Contains(text.Value)) && field.Find("value").IsSome)
            .Map(field => new Violation("credentials stand only in Secrets", $"Job {manifest.Name}: {field}"));
        var mounts = pod.Bind(found => Inner(found, "volumes")).Map(Objects).IfNone(Seq<Node.Fields>())
            .Bind(volume => At(volume, "persistentVolumeClaim", "claimName").ToSeq()).Strict();
        return plain.Then(mounts.Bind(claim => Mounted(manifest, claim, seen)));
    }

    // A mover may mount a claim of its own backup, or one made for its own restore; never anything else. A claim that the same plan
    // makes for somebody else is something else too.
    private static Seq<Violation> Mounted(Manifest job, string claim, Evidence seen)
    {
        var owner = OwnerOf(job.Body);
        var existing = seen.Claim(job.Namespace, claim).Exists(found => owner.Exists(uid => found.Id.IsChildOf(uid) || found.Restoring.Contains(uid)));
        var coming = seen.Coming(job.Namespace, claim).Exists(made => owner.Exists(uid => OwnerOf(made.Body).Contains(uid) || RestoreOf(made.Body).Contains(uid)));
        return existing || coming ? Seq<Violation>() : Break("a mover mounts only what was made for it", $"Job {job.Name} mounts claim {job.Namespace}/{claim}");
    }

    private static Option<Uid> OwnerOf(Node body) =>
        Inner(body, "metadata", "ownerReferences").Map(Objects).IfNone(Seq<Node.Fields>()).Bind(reference => At(reference, "uid").ToSeq()).HeadOrNone().Map(uid => new Uid(uid))
        | At(body, "metadata", "annotations", Marks.Owner).Bind(StatedOwner.Read).Map(owner => owner.Uid);

    private static Option<Uid> RestoreOf(Node body) => At(body, "metadata", "annotations", Marks.Restoring).Map(uid => new Uid(uid));

    private static Seq<Violation> Status(PlannedAction.SetStatus set, Evidence seen)
    {
        var finished = seen.IsFinished(set.Of.Uid)
            ? Break("what is finished stays as it ended", $"{set.Kind} {set.Of.Namespace}/{set.Of.Name}")
            : Seq<Violation>();
        var success = At(set.Status, "phase").Exists(phase => phase == nameof(Result.Succeeded)) && !Reported(set, seen)
            ? Break("no success is reported that a mover did not report", $"{set.Kind} {set.Of.Namespace}/{set.Of.Name}")
            : Seq<Violation>();
        var filled = set.Kind == ObjectKind.PvcRestore && !Reported(set, seen) && seen.Restore(set.Of.Uid).Exists(restore => restore.Filled.IsNone)
            && Inner(set.Status, "conditions").Map(Objects).IfNone(Seq<Node.Fields>()).Exists(condition => At(condition, "type").Contains(Conditions.Filled))
            ? Break("no volume is called filled that a mover did not report", $"{set.Kind} {set.Of.Namespace}/{set.Of.Name}")
            : Seq<Violation>();
        return Sequences.Join(finished, success, filled);
    }

    // A backup that could not read every file is a success with warnings; a restore that could not write every file is none.
    private static bool Reported(PlannedAction.SetStatus set, Evidence seen) => IsolationLaws.IsHandedOver(set.Of.Uid, seen) || seen.ReportsFor(set.Of.Uid).Any(report => set.Kind == ObjectKind.PvcMaintenance
        ? report.Outcome is MoverOutcome.Succeeded or MoverOutcome.Partial
        : report.Snapshot.IsSome && (report.Outcome == MoverOutcome.Succeeded || (report.Outcome == MoverOutcome.Partial && set.Kind == ObjectKind.PvcBackup)));

    private static Seq<Violation> Release(PlannedAction.RemoveAnnotation remove, Evidence seen) =>
        seen.Claim(remove.Of.Uid).Bind(claim => claim.Restoring).Exists(seen.HasSucceeded)
            ? Seq<Violation>()
            : Break("a claim is released only when its restore has succeeded", $"{remove.Of.Namespace}/{remove.Of.Name}");

    private static Seq<Violation> Deletion(PlannedAction.Delete delete, Evidence seen, Instant now) =>
        delete.Kind == ObjectKind.PvcBackup
            ? LastSuccess(delete, seen)
            : delete.Kind == ObjectKind.PvcMaintenance || delete.Kind == ObjectKind.PvcRestore
            ? seen.IsFinished(delete.Of.Uid) ? Seq<Violation>() : Break($"no unfinished {delete.Kind} is deleted", $"{delete.Of.Namespace}/{delete.Of.Name}")
            : delete.Of.Controller.Exists(owner => seen.IsFinished(owner.Uid) || IsOrphan(delete.Of, owner, seen, now)) || IsolationLaws.IsSpent(delete, seen)
                ? Seq<Violation>()
                : Break("only children of finished objects of ours are deleted, by uid", $"{delete.Kind} {delete.Of.Namespace}/{delete.Of.Name}");

    // The view of one kind may lag behind that of another: what is young may have an owner that was not seen yet.
    private static bool IsOrphan(Identity child, Owner owner, Evidence seen, Instant now) =>
        owner.Group == "backsnap.skyb.it" && seen.IsGone(owner) && child.Labels.Find(Marks.ManagedBy) == Some("backsnap") && (now - child.Created >= Duration.FromMinutes(10) || (child.IsElsewhere && seen.HasDeparted(owner)));

    // What the same plan deletes is no reason to delete another: of two equally new successes one must stay.
    private static Seq<Violation> LastSuccess(PlannedAction.Delete delete, Evidence seen) =>
        seen.Backup(delete.Of.Uid).Match(
            victim => !victim.Phase.IsFinished
                ? Break("no unfinished PVCBackup is deleted", victim.Id.Name)
                : seen.Claim(victim.Claim.Namespace, victim.Claim.Name).IsNone
                    ? Seq<Violation>()
                    : victim.IsSuccess && !seen.SuccessesThatStay(victim.Claim).Any(other => other.FinishedAt >= victim.FinishedAt)
                        ? Break("the newest success of a claim that exists is never deleted", $"{victim.Id.Namespace}/{victim.Id.Name}")
                        : victim.Slot.IsSome && !seen.ScheduledThatStay(victim.Claim).Any(other => (other.Slot, other.Attempt).CompareTo((victim.Slot, victim.Attempt)) >= 0)
                            ? Break("the newest attempt at the newest slot of a claim that exists is never deleted", $"{victim.Id.Namespace}/{victim.Id.Name}")
                            : Seq<Violation>(),
            () => Break("no PVCBackup is deleted that was not seen", delete.Of.Name));

    private static Seq<Violation> Break(string law, string detail) => Seq1(new Violation(law, detail));
}
