using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>
/// The snapshot controller and its driver: takes what the claim's volume holds at the moment at which it gets to it, and says so, or says
/// what is wrong, or says nothing, as the fate has it.
/// </summary>
internal sealed class Snapshotter(ClusterModel cluster) : Controller(cluster)
{
    private const string Protection = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection";
    private static readonly Duration Second = Duration.FromSeconds(1);

    protected override string Name => "snapshotter";

    public override void Hear(Change change)
    {
        if (change.Object.Kind != Resources.VolumeSnapshots)
        {
            return;
        }

        switch (change.Kind)
        {
            case ChangeKind.Added when Contents.IsStatic(change.Object):
                break;
            case ChangeKind.Added:
                Begin(change.Object);
                break;
            case ChangeKind.Modified when change.Object.Deleting && change.Before is { Deleting: false }:
                Later(change.Object, Second, LetGo);
                break;
            case ChangeKind.Deleted:
                Cluster.Volumes.DropSnapshot(change.Object.Uid);
                break;
            case ChangeKind.Modified:
                break;
        }
    }

    // Not while a claim is being made from it.
    private void LetGo(Stored snapshot)
    {
        if (Store.All(Resources.PersistentVolumeClaims).Any(claim => claim.Namespace == snapshot.Namespace && claim.Json.Text("status", "phase") == "Pending" && claim.Json.Text("spec", "dataSource", "name") == snapshot.Name))
        {
            Later(snapshot, Second * 10, LetGo);
        }
        else
        {
            Store.Update(snapshot, Name, json => json.Make("metadata").Remove("finalizers"));
        }
    }

    private void Begin(Stored snapshot)
    {
        switch (Cluster.Fates.Snapshot(snapshot))
        {
            case SnapshotFate.Ready ready:
                Later(snapshot, Second, Bind);
                Later(snapshot, Duration.Max(ready.After, Second), Take);
                break;
            case SnapshotFate.ReadyAfterError late:
                Later(snapshot, Second, found => Complain(found, late.Error));
                Later(snapshot, Duration.Max(late.After, Second * 2), Take);
                break;
            case SnapshotFate.Stuck stuck:
                Later(snapshot, Second, found => Complain(found, stuck.Error));
                break;
            case SnapshotFate.Ignored:
                break;
        }
    }

    private void Bind(Stored snapshot) => Store.Update(snapshot, Name, json =>
    {
        json.Make("metadata")["finalizers"] = new JsonArray(Protection);
        var status = json.Make("status");
        status["boundVolumeSnapshotContentName"] = $"snapcontent-{snapshot.Uid}";
        status["readyToUse"] = false;
    });

    private void Take(Stored snapshot)
    {
        var claim = Store.Find(Resources.PersistentVolumeClaims, snapshot.Namespace, snapshot.Json.Text("spec", "source", "persistentVolumeClaimName") ?? "");
        if (snapshot.Deleting)
        {
            return;
        }

        if (claim is null || Cluster.Volumes.Of(claim.Uid) is not { } content)
        {
            Complain(snapshot, "the source claim has no volume");
            return;
        }

        Cluster.Volumes.Take(snapshot.Uid, content);
        Cluster.Sources[snapshot.Uid] = claim.Uid;
        Store.Update(snapshot, Name, json =>
        {
            json.Make("metadata")["finalizers"] = new JsonArray(Protection);
            var status = json.Make("status");
            status["boundVolumeSnapshotContentName"] = $"snapcontent-{snapshot.Uid}";
            status["creationTime"] = Now;
            status["readyToUse"] = true;
            status["restoreSize"] = claim.Json.Text("status", "capacity", "storage") ?? "1Gi";
            status.Remove("error");
        });
    }

    private void Complain(Stored snapshot, string error) => Store.Update(snapshot, Name, json =>
    {
        var status = json.Make("status");
        status["readyToUse"] = false;
        status["error"] = new JsonObject { ["message"] = error, ["time"] = Now };
    });
}
