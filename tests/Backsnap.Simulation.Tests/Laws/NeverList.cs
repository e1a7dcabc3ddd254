using System.Text.Json.Nodes;
using Backsnap.Domain.Objects;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Controllers;
using NodaTime.Text;

namespace Backsnap.Simulation.Tests.Laws;

/// <summary>
/// The design's "Never" list, held at every write against what is true in the cluster, not against what an operator has seen of it. It
/// shares no code with the planner, nor with the planner's own check of its plans.
/// </summary>
internal sealed class NeverList
{
    private readonly ClusterModel cluster;
    private readonly Func<string, bool> isOperator;
    private readonly Dictionary<(string Owner, string Operation), List<Saved>> reports = [];
    private readonly HashSet<string> ours = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> successes = new(StringComparer.Ordinal);
    private readonly List<string> broken = [];

    /// <summary>Watches a cluster.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="isOperator">Whether a name in the record of writes is an operator's.</param>
    public NeverList(ClusterModel cluster, Func<string, bool> isOperator)
    {
        (this.cluster, this.isOperator) = (cluster, isOperator);
        cluster.Store.Changed += Judge;
        cluster.Movers.Wronged += what => Break("a mover reads only temporary claims and writes only claims made for its restore", what);
        cluster.Movers.Reported += (owner, operation, saved) => (reports.TryGetValue((owner, operation), out var known) ? known : reports[(owner, operation)] = []).Add(saved);
    }

    /// <summary>How many backups may hold a place at once.</summary>
    public int MostRunning { get; set; } = int.MaxValue;

    /// <summary>Whether two operators may act at once; then two that saw the same free place may both have given it away.</summary>
    public bool Overlapping { get; set; }

    /// <summary>Whether movers have a namespace of their own.</summary>
    public bool Isolated { get; set; }

    /// <summary>What was broken, in order; each with its time.</summary>
    public IReadOnlyList<string> Broken => broken;

    /// <summary>Notes a law that was broken.</summary>
    public void Break(string law, string how)
    {
        if (broken.Count < 20)
        {
            broken.Add($"{InstantPattern.General.Format(cluster.Clock.Now)} {law}: {how}");
        }
    }

    private void Judge(Change change)
    {
        var found = change.Object;
        if (change.Kind == ChangeKind.Added && IsOwn(found))
        {
            ours.Add(found.Uid);
        }

        if (!isOperator(change.Actor) || found.Kind == Resources.EventsV1 || found.Kind == Resources.Leases)
        {
            return;
        }

        if (found.Kind != Resources.Secrets && (found.Json.ToJsonString() is var text) && (text.Contains("swordfish", StringComparison.Ordinal) || text.Contains("c3dvcmRmaXNo", StringComparison.Ordinal)))
        {
            Break("credentials stand only in Secrets", found.Title);
        }

        switch (change)
        {
            case { Kind: ChangeKind.Added }:
                Creation(found);
                break;
            case { Kind: ChangeKind.Deleted } or { Object.Deleting: true, Before.Deleting: false }:
                Deletion(change.Before!);
                break;
            case { Kind: ChangeKind.Modified, Before: { } before }:
                Modification(before, found);
                break;
        }
    }

    private void Creation(Stored made)
    {
        var parent = made.Controller;
        if (made.Name.Length > 63)
        {
            Break("names fit into 63 characters", made.Title);
        }

        if (made.Kind == Resources.PvcBackups || made.Kind == Resources.PvcMaintenances)
        {
            return;
        }

        if (Isolated && made.Namespace != Stored.Movers && made.Kind != Resources.VolumeSnapshots && made.Kind != Resources.VolumeSnapshotContents
            && (made.Kind != Resources.PersistentVolumeClaims || made.Json.Text("spec", "volumeName") is null))
        {
            Break("nothing enters a tenant's namespace but its VolumeSnapshot and the restored claim", made.Title);
        }

        if (made.Kind == Resources.VolumeSnapshotContents && made.Json.Text("spec", "deletionPolicy") != "Retain")
        {
            Break("a stored snapshot that was brought in is never deleted by that", made.Title);
        }

        if (made.Kind == Resources.PersistentVolumeClaims && parent is null)
        {
            if (made.Annotation(Marks.Restoring) is not { } restore || !ours.Contains(restore))
            {
                Break("a claim is made only for a backup or a restore", made.Title);
            }
        }
        else if (parent is null || !ours.Contains(parent))
        {
            Break("every child names its owner by uid", made.Title);
        }

        if (made.Kind == Resources.VolumeSnapshots
            && cluster.Store.Find(Resources.PersistentVolumeClaims, made.Namespace, made.Json.Text("spec", "source", "persistentVolumeClaimName") ?? "") is { } source
            && (source.Annotation(Marks.Restoring) is not null || source.Controller is not null) && !Overlapping)
        {
            Break("a claim that is being restored, or is temporary, is never backed up", $"{made.Title} of {source.Title}");
        }
    }

    private void Modification(Stored before, Stored after)
    {
        if (IsOwn(after))
        {
            if (!Same(before, after, "spec") || !Same(before, after, "metadata"))
            {
                Break("of a PVCBackup or PVCRestore only the status is written", after.Title);
            }

            Status(before, after);
        }
        else if (after.Kind == Resources.PersistentVolumes)
        {
            Volume(before, after);
        }
        else if (after.Kind == Resources.PersistentVolumeClaims)
        {
            var released = before.Annotation(Marks.Restoring);
            if (!Same(before, after, "spec") || !Same(before, after, "status") || released is null || after.Annotation(Marks.Restoring) is not null)
            {
                Break("of a claim only the restore's mark is taken away", after.Title);
            }
            else if (cluster.Store.Find(released)?.Json.Text("status", "phase") != "Succeeded")
            {
                Break("a claim is released only when its restore has succeeded", after.Title);
            }
        }
        else
        {
            Break("nothing else is ever changed, least of all a Job", after.Title);
        }
    }

    // A volume is kept for a restore that has filled it, and given only from nobody to the claim that the restore has made.
    private void Volume(Stored before, Stored after)
    {
        var restore = after.Controller ?? before.Controller;
        if (restore is null || !ours.Contains(restore))
        {
            Break("only a volume that is being handed over is changed", after.Title);
        }

        if (after.Json.Text("spec", "claimRef", "uid") is var to && to != before.Json.Text("spec", "claimRef", "uid")
            && (cluster.Store.Find(before.Json.Text("spec", "claimRef", "uid")) is not null || cluster.Store.Find(to) is not { } claim || claim.Annotation(Marks.Restoring) != restore))
        {
            Break("a volume that is nobody's is given to the claim of its restore, and no other", after.Title);
        }
    }

    private void Status(Stored before, Stored after)
    {
        var (was, now) = (before.Json.Text("status", "phase"), after.Json.Text("status", "phase"));
        if (was is "Succeeded" or "Failed")
        {
            Break("what is finished stays as it ended", $"{after.Title} was {was}");
        }

        if (after.Kind == Resources.PvcRestores && before.Json.Text("status", "snapshot") is { } pinned && after.Json.Text("status", "snapshot") != pinned)
        {
            Break("a pinned snapshot stays", after.Title);
        }

        if (now == "Succeeded" && after.Kind != Resources.PvcMaintenances)
        {
            Success(after);
        }

        if (after.Kind == Resources.PvcBackups && HoldsPlace(after) && !HoldsPlace(before))
        {
            Crowd(after);
        }
    }

    private void Success(Stored after)
    {
        var snapshot = after.Json.Text("status", "snapshot");
        var operation = after.Kind == Resources.PvcBackups ? "backup" : "restore";
        if (reports.GetValueOrDefault((after.Uid, operation))?.Find(saved => saved.Id == snapshot) is not { } report)
        {
            Break("a success is what a mover reported", $"{after.Title} says {snapshot ?? "no snapshot"}");
            return;
        }

        if (after.Kind == Resources.PvcRestores)
        {
            var target = cluster.Store.Find(Resources.PersistentVolumeClaims, after.Namespace, after.Json.Text("spec", "targetPvc") ?? after.Json.Text("spec", "sourcePvc") ?? "");
            if (target is not null && target.Annotation(Marks.Restoring) == after.Uid && cluster.Volumes.Of(target.Uid) != report.Content)
            {
                Break("a restored claim holds what its snapshot holds", $"{after.Title}: {cluster.Volumes.Of(target.Uid)}, not {report.Content}");
            }
        }
        else if (after.Annotation(Marks.Slot) is { } slot)
        {
            var key = $"{after.Namespace}/{after.Json.Text("spec", "pvc")} {slot}";
            successes[key] = successes.GetValueOrDefault(key) + 1;
            if (successes[key] > 1)
            {
                Break("a slot has one success", key);
            }
        }
    }

    private void Crowd(Stored entering)
    {
        var running = cluster.Store.All(Resources.PvcBackups)
            .Where(backup => HoldsPlace(backup) && !backup.Deleting && cluster.Store.Find(Resources.Namespaces, "", backup.Namespace) is { Deleting: false }).ToList();
        if (running.Count > (Overlapping ? 2 * MostRunning : MostRunning))
        {
            Break("no more backups run at once than allowed", $"{running.Count} with {entering.Name}, {MostRunning} may");
        }

        if (!Overlapping && running.Count(other => other.Namespace == entering.Namespace && other.Json.Text("spec", "pvc") == entering.Json.Text("spec", "pvc")) > 1)
        {
            Break("one claim has one running backup", entering.Title);
        }
    }

    private void Deletion(Stored victim)
    {
        if (IsOwn(victim))
        {
            if (!IsFinished(victim))
            {
                Break("no unfinished PVCBackup or PVCRestore is deleted", victim.Title);
            }

            if (victim.Kind == Resources.PvcBackups && victim.Json.Text("status", "phase") == "Succeeded")
            {
                LastSuccess(victim);
            }
        }
        else if (victim.Controller is not { } owner || !ours.Contains(owner))
        {
            Break("nothing is deleted that Backsnap did not make", victim.Title);
        }
        else if (victim.Kind == Resources.VolumeSnapshots && victim.Namespace != Stored.Movers && cluster.Store.Find(owner) is not null
            && cluster.Store.All(Resources.VolumeSnapshotContents).Any(content => content.Controller == owner))
        {
            Break("the stored snapshot goes last", victim.Title);
        }
        else if (victim.Kind == Resources.Secrets && cluster.Store.All(Resources.Jobs).Any(job => job.Controller == owner && !IsOver(job)) && cluster.Store.Find(owner) is { } user && !IsFinished(user))
        {
            Break("no mover loses the credentials that it may need", victim.Title);
        }
        else if (victim.Kind != Resources.Secrets && cluster.Store.Find(owner) is { } parent && !IsFinished(parent) && !(victim.Namespace == Stored.Movers && IsFilled(parent)))
        {
            Break("what an unfinished backup or restore needs is not deleted", $"{victim.Title} of {parent.Title}");
        }
    }

    private void LastSuccess(Stored victim)
    {
        var claim = victim.Json.Text("spec", "pvc") ?? "";
        if (cluster.Store.Find(Resources.PersistentVolumeClaims, victim.Namespace, claim) is null)
        {
            return;
        }

        var newer = cluster.Store.All(Resources.PvcBackups).Any(other =>
            other.Uid != victim.Uid && !other.Deleting && other.Namespace == victim.Namespace && other.Json.Text("spec", "pvc") == claim && other.Json.Text("status", "phase") == "Succeeded"
            && string.CompareOrdinal(other.Json.Text("status", "finishedAt"), victim.Json.Text("status", "finishedAt")) >= 0);
        if (!newer)
        {
            Break("the newest success of a claim is never deleted", victim.Title);
        }
    }

    private static bool IsOwn(Stored found) => found.Kind == Resources.PvcBackups || found.Kind == Resources.PvcRestores || found.Kind == Resources.PvcMaintenances;

    private static bool IsOver(Stored job) => job.Json.List("status", "conditions").Any(condition => condition.Text("type") is "Complete" or "Failed" && condition.Text("status") == "True");

    private static bool IsFinished(Stored found) => found.Json.Text("status", "phase") is "Succeeded" or "Failed";

    private static bool IsFilled(Stored restore) => restore.Json.List("status", "conditions").Any(condition => condition.Text("type") == "Filled" && condition.Text("status") == "True");

    private static bool HoldsPlace(Stored backup) => backup.Json.Text("status", "phase") is "Snapshotting" or "Provisioning" or "Running";

    private static bool Same(Stored before, Stored after, string part)
    {
        if (part != "metadata")
        {
            return JsonNode.DeepEquals(before.Json[part], after.Json[part]);
        }

        return JsonNode.DeepEquals(before.Json.At("metadata", "annotations"), after.Json.At("metadata", "annotations"))
            && JsonNode.DeepEquals(before.Json.At("metadata", "labels"), after.Json.At("metadata", "labels"));
    }
}
