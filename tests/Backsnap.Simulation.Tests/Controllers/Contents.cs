using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>
/// The half of the snapshot controller that knows VolumeSnapshotContents: one behind every snapshot that is taken, and those that somebody made for
/// a VolumeSnapshot that names them. It is at work only in a cluster where movers have a namespace of their own; elsewhere nobody looks at contents.
/// </summary>
internal sealed class Contents(ClusterModel cluster) : Controller(cluster)
{
    private static readonly Duration Second = Duration.FromSeconds(1);

    protected override string Name => "snapshot-controller";

    private bool IsAtWork => Store.Find(Resources.Namespaces, "", Stored.Movers) is not null;

    public override void Hear(Change change)
    {
        if (!IsAtWork)
        {
            return;
        }

        var found = change.Object;
        if (found.Kind == Resources.VolumeSnapshots && IsStatic(found) && change.Kind == ChangeKind.Added)
        {
            Later(found, Second, Bind);
        }
        else if (found.Kind == Resources.VolumeSnapshotContents && change.Kind == ChangeKind.Added
            && Store.Find(Resources.VolumeSnapshots, Text(found, "namespace"), Text(found, "name")) is { } waiting && IsStatic(waiting))
        {
            Later(waiting, Second, Bind);
        }
        else if (found.Kind == Resources.VolumeSnapshots && !IsStatic(found) && change.Kind == ChangeKind.Modified && found.Json.Flag("status", "readyToUse"))
        {
            Tell(found);
        }
        else if (found.Kind == Resources.VolumeSnapshots && !IsStatic(found) && change.Kind == ChangeKind.Deleted
            && Store.Find(Resources.VolumeSnapshotContents, "", $"snapcontent-{found.Uid}") is { } own)
        {
            Store.Purge(own, Name);
        }
    }

    /// <summary>Whether a VolumeSnapshot names its content instead of a claim.</summary>
    public static bool IsStatic(Stored snapshot) => snapshot.Json.Text("spec", "source", "volumeSnapshotContentName") is not null;

    private void Tell(Stored snapshot)
    {
        if (Store.Find(Resources.VolumeSnapshotContents, "", $"snapcontent-{snapshot.Uid}") is null)
        {
            Store.Create(Resources.VolumeSnapshotContents, "", new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = $"snapcontent-{snapshot.Uid}" },
                ["spec"] = new JsonObject
                {
                    ["deletionPolicy"] = "Delete",
                    ["driver"] = "csi.example.com",
                    ["source"] = new JsonObject { ["volumeHandle"] = "a volume" },
                    ["volumeSnapshotClassName"] = snapshot.Json.Text("spec", "volumeSnapshotClassName"),
                    ["volumeSnapshotRef"] = new JsonObject { ["namespace"] = snapshot.Namespace, ["name"] = snapshot.Name, ["uid"] = snapshot.Uid },
                },
            }, Name);
            Store.Update(Store.Find(Resources.VolumeSnapshotContents, "", $"snapcontent-{snapshot.Uid}")!, Name, json => json["status"] = new JsonObject { ["snapshotHandle"] = snapshot.Uid, ["readyToUse"] = true });
        }
    }

    private void Bind(Stored snapshot)
    {
        var content = Store.Find(Resources.VolumeSnapshotContents, "", snapshot.Json.Text("spec", "source", "volumeSnapshotContentName") ?? "");
        if (snapshot.Deleting || content is null || Text(content, "namespace") != snapshot.Namespace || Text(content, "name") != snapshot.Name
            || content.Json.Text("spec", "source", "snapshotHandle") is not { } handle || Cluster.Volumes.OfSnapshot(handle) is not { } held)
        {
            return;
        }

        Cluster.Volumes.Take(snapshot.Uid, held);
        if (Cluster.Sources.TryGetValue(handle, out var origin))
        {
            Cluster.Sources[snapshot.Uid] = origin;
        }

        Store.Update(content, Name, json => json.Make("spec", "volumeSnapshotRef")["uid"] = snapshot.Uid);
        Store.Update(snapshot, Name, json =>
        {
            json.Make("metadata")["finalizers"] = new JsonArray("snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection");
            json["status"] = new JsonObject { ["boundVolumeSnapshotContentName"] = content.Name, ["creationTime"] = Now, ["readyToUse"] = true, ["restoreSize"] = "1Gi" };
        });
    }

    private static string Text(Stored content, string part) => content.Json.Text("spec", "volumeSnapshotRef", part) ?? "";
}
