using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
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
    public static Seq<Violation> Check(ClusterState state, Settings settings, Plan plan) =>
        plan.Actions.Bind(action => Law(action, state, settings, plan)).Then(Together(state, settings, plan));

    private static Seq<Violation> Law(PlannedAction action, ClusterState state, Settings settings, Plan plan)
    {
        var target = action.Target;
        var scope = settings.Scope.Covers(target.Namespace)
            ? Seq<Violation>()
            : Break("touch only selected namespaces", $"{action.Verb} {target.Kind} {target.Namespace}/{target.Name}");
        var own = action switch
        {
            PlannedAction.Create create => Creation(create.Object, state, settings, plan),
            PlannedAction.CreateCredentials create => Credentials(create),
            PlannedAction.SetStatus set => Status(set, state),
            PlannedAction.RemoveAnnotation remove => Release(remove, state),
            PlannedAction.Delete delete => Deletion(delete, state),
        };
        return scope.Then(own);
    }

    private static Seq<Violation> Creation(Manifest manifest, ClusterState state, Settings settings, Plan plan)
    {
        var name = manifest.Name.Length <= DnsName.LabelLength || manifest.Kind == ObjectKind.Claim
            ? Seq<Violation>()
            : Break("names fit into 63 characters", manifest.Name);
        var secret = manifest.Kind == ObjectKind.Secret ? Break("credentials come only as a Secret's copy", manifest.Name) : Seq<Violation>();
        return Sequences.Join(
            name,
            secret,
            manifest.Kind == ObjectKind.VolumeSnapshot ? Snapshot(manifest, state) : Seq<Violation>(),
            manifest.Kind == ObjectKind.Claim ? Claim(manifest, state) : Seq<Violation>(),
            manifest.Kind == ObjectKind.Job ? Job(manifest, state, settings, plan) : Seq<Violation>());
    }

    private static Seq<Violation> Snapshot(Manifest manifest, ClusterState state) =>
        At(manifest.Body, "spec", "source", "persistentVolumeClaimName").Bind(source => FindClaim(state, manifest.Namespace, source))
            .Filter(source => source.Restoring.IsSome || source.IsTemporary)
            .Map(source => Break("never back up a claim that is being restored, nor a temporary one", source.Ref.ToString()))
            .IfNone(Seq<Violation>());

    private static Seq<Violation> Claim(Manifest manifest, ClusterState state) =>
        FindClaim(state, manifest.Namespace, manifest.Name).Match(
            existing => Break("never create a claim that exists", existing.Ref.ToString()),
            () => Seq<Violation>());

    private static Seq<Violation> Job(Manifest manifest, ClusterState state, Settings settings, Plan plan)
    {
        var pod = Inner(manifest.Body, "spec", "template", "spec");
        var plain = pod.Bind(found => Inner(found, "containers")).Map(Objects).IfNone(Seq<Node.Fields>())
            .Filter(field => field.Find("name").Exists(name => name is Node.Text text && settings.Mover.SecretKeys.Contains(text.Value)) && field.Find("value").IsSome)
            .Map(field => new Violation("credentials stand only in Secrets", $"Job {manifest.Name}: {field}"));
        var mounts = pod.Bind(found => Inner(found, "volumes")).Map(Objects).IfNone(Seq<Node.Fields>())
            .Bind(volume => At(volume, "persistentVolumeClaim", "claimName").ToSeq()).Strict();
        return plain.Then(mounts.Bind(claim => Mounted(manifest, claim, state, plan)));
    }

    // A mover may mount a temporary claim of its own backup, or a claim made for its own restore; never anything else.
    private static Seq<Violation> Mounted(Manifest job, string claim, ClusterState state, Plan plan)
    {
        var uid = Inner(job.Body, "metadata", "ownerReferences").Map(Objects).IfNone(Seq<Node.Fields>()).Bind(reference => At(reference, "uid").ToSeq()).HeadOrNone().IfNone("");
        var existing = FindClaim(state, job.Namespace, claim).Exists(found => found.Id.IsChildOf(new Uid(uid)) || found.Restoring.Contains(new Uid(uid)));
        var coming = plan.Actions.Exists(action => action is PlannedAction.Create { Object: var made } && made.Kind == ObjectKind.Claim && made.Namespace == job.Namespace && made.Name == claim);
        return existing || coming ? Seq<Violation>() : Break("a mover mounts only what was made for it", $"Job {job.Name} mounts claim {job.Namespace}/{claim}");
    }

    private static Seq<Violation> Credentials(PlannedAction.CreateCredentials create) =>
        Inner(create.Object.Body, "data").IsSome || Inner(create.Object.Body, "stringData").IsSome
            ? Break("a plan holds no credential", create.Object.Name)
            : Seq<Violation>();

    private static Seq<Violation> Status(PlannedAction.SetStatus set, ClusterState state)
    {
        var finished = state.Backups.Exists(backup => backup.Id.Uid == set.Of.Uid && backup.Phase.IsFinished)
            || state.Restores.Exists(restore => restore.Id.Uid == set.Of.Uid && restore.Phase.IsFinished)
            ? Break("what is finished stays as it ended", $"{set.Kind} {set.Of.Namespace}/{set.Of.Name}")
            : Seq<Violation>();
        var success = At(set.Status, "phase").Exists(phase => phase == nameof(Result.Succeeded)) && !Reported(set.Of.Uid, state)
            ? Break("no success is reported that a mover did not report", $"{set.Kind} {set.Of.Namespace}/{set.Of.Name}")
            : Seq<Violation>();
        return finished.Then(success);
    }

    private static bool Reported(Uid owner, ClusterState state)
    {
        var jobs = state.Jobs.Filter(job => job.Id.IsChildOf(owner) && job.State is not JobState.Unfinished).Map(job => job.Id.Uid).Strict();
        return state.Pods.Exists(pod => pod.Id.Controller.Exists(controller => jobs.Contains(controller.Uid))
            && pod.State is PodState.Ended end
            && end.Report.Exists(report => report.Outcome is MoverOutcome.Succeeded or MoverOutcome.Partial && report.Snapshot.IsSome));
    }

    private static Seq<Violation> Release(PlannedAction.RemoveAnnotation remove, ClusterState state) =>
        state.Claims.Find(claim => claim.Id.Uid == remove.Of.Uid).Bind(claim => claim.Restoring)
            .Bind(uid => state.Restores.Find(restore => restore.Id.Uid == uid))
            .Exists(restore => restore.Phase is Domain.Restores.RestorePhase.Finished { Result: not Result.Failed })
            ? Seq<Violation>()
            : Break("a claim is released only when its restore has succeeded", $"{remove.Of.Namespace}/{remove.Of.Name}");

    private static Seq<Violation> Deletion(PlannedAction.Delete delete, ClusterState state) =>
        delete.Kind == ObjectKind.PvcBackup
            ? LastSuccess(delete, state)
            : delete.Of.Controller.Exists(owner =>
                state.Backups.Exists(backup => backup.Id.Uid == owner.Uid && backup.Phase.IsFinished)
                || state.Restores.Exists(restore => restore.Id.Uid == owner.Uid && restore.Phase.IsFinished))
                ? Seq<Violation>()
                : Break("only children of finished objects of ours are deleted, by uid", $"{delete.Kind} {delete.Of.Namespace}/{delete.Of.Name}");

    private static Seq<Violation> LastSuccess(PlannedAction.Delete delete, ClusterState state) =>
        state.Backups.Find(backup => backup.Id.Uid == delete.Of.Uid).Match(
            victim => !victim.Phase.IsFinished
                ? Break("no unfinished PVCBackup is deleted", victim.Id.Name)
                : victim.IsSuccess && !state.Backups.Exists(other => other.Claim == victim.Claim && other.IsSuccess && !other.Id.Deleting && other.Id.Uid != victim.Id.Uid && other.FinishedAt >= victim.FinishedAt)
                    ? Break("the newest success of a claim is never deleted", $"{victim.Id.Namespace}/{victim.Id.Name}")
                    : Seq<Violation>(),
            () => Break("no PVCBackup is deleted that was not seen", delete.Of.Name));

    private static Seq<Violation> Together(ClusterState state, Settings settings, Plan plan)
    {
        var holding = state.Backups.Filter(backup => backup.Phase.HoldsPlace && !backup.Id.Deleting && settings.Scope.Covers(backup.Id.Namespace)).Map(backup => backup.Id.Uid).Strict();
        var entering = plan.Actions
            .Bind(action => action is PlannedAction.SetStatus set && set.Kind == ObjectKind.PvcBackup && At(set.Status, "phase").Exists(phase => phase == nameof(BackupPhase.Snapshotting)) ? Seq1(set.Of.Uid) : Seq<Uid>())
            .Filter(uid => !holding.Contains(uid)).Strict();
        var crowd = entering.Count > 0 && holding.Count + entering.Count > settings.MaxRunning
            ? Break("no more backups run at once than allowed", $"{holding.Count} run, {entering.Count} would begin, {settings.MaxRunning} may")
            : Seq<Violation>();
        var twice = plan.Actions
            .Filter(action => action is PlannedAction.Create or PlannedAction.CreateCredentials)
            .GroupBy(action => action.Target).Where(group => group.Count() > 1)
            .Select(group => new Violation("nothing is created twice", $"{group.Key.Kind} {group.Key.Namespace}/{group.Key.Name}"))
            .ToSeq().Strict();
        return crowd.Then(twice);
    }

    private static Option<Claim> FindClaim(ClusterState state, NamespaceName home, string name) =>
        state.Claims.Find(claim => claim.Id.Namespace == home && claim.Id.Name == name);

    private static Option<Node> Inner(Node node, params ReadOnlySpan<string> path)
    {
        var current = Some(node);
        foreach (var step in path)
        {
            var name = step;
            current = current.Bind(found => found is Node.Fields fields ? fields.Find(name) : None);
        }

        return current;
    }

    private static Option<string> At(Node node, params ReadOnlySpan<string> path) =>
        Inner(node, path).Bind(found => found is Node.Text text ? Some(text.Value) : None);

    // Every object within a node, at any depth.
    private static Seq<Node.Fields> Objects(Node node) => node switch
    {
        Node.Fields fields => Seq1(fields).Then(fields.Values.Bind(field => Objects(field.Value))),
        Node.Items items => items.Values.Bind(Objects),
        Node.Text or Node.Whole or Node.Flag or Node.Nothing => Seq<Node.Fields>(),
    };

    private static Seq<Violation> Break(string law, string detail) => Seq1(new Violation(law, detail));
}
