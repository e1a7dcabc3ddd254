using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using NodaTime;

namespace Backsnap.Simulation.Tests.Controllers;

/// <summary>
/// The provisioner, the binder and the protection of claims in use. A claim of a class that waits for its first consumer waits for a pod;
/// a claim from a snapshot for the snapshot. A claim that a pod uses, be it one that has ended, stays Terminating until the pod is gone.
/// </summary>
internal sealed class Provisioner(ClusterModel cluster) : Controller(cluster)
{
    private static readonly Duration Second = Duration.FromSeconds(1);

    protected override string Name => "provisioner";

    public override void Hear(Change change)
    {
        var found = change.Object;
        if (found.Kind == Resources.PersistentVolumeClaims)
        {
            switch (change.Kind)
            {
                case ChangeKind.Added:
                    Consider(found);
                    break;
                case ChangeKind.Modified when found.Deleting && change.Before is { Deleting: false }:
                    Later(found, Second, Release);
                    break;
                case ChangeKind.Deleted:
                    var volume = Store.Find(Resources.PersistentVolumes, "", found.Json.Text("spec", "volumeName") ?? "");
                    if (volume is not null && volume.Json.Text("spec", "persistentVolumeReclaimPolicy") == "Retain")
                    {
                        Cluster.Volumes.Part(found.Uid, volume.Name);
                        Later(volume, Second, kept => Release(kept, found.Uid));
                        break;
                    }

                    Cluster.Volumes.Drop(found.Uid);
                    if (volume is not null)
                    {
                        Later(volume, Second, gone => Store.Delete(gone.Kind, "", gone.Name, gone.Uid, null, Name));
                    }

                    break;
                case ChangeKind.Modified:
                    break;
            }
        }
        else if (found.Kind == Resources.PersistentVolumes && change.Kind == ChangeKind.Modified)
        {
            Later(found, Second, Settle);
        }
        else if (found.Kind == Resources.Pods && change.Kind is ChangeKind.Added or ChangeKind.Deleted)
        {
            foreach (var claim in Mounts(found).Select(name => Store.Find(Resources.PersistentVolumeClaims, found.Namespace, name)).OfType<Stored>())
            {
                if (claim.Deleting)
                {
                    Later(claim, Second, Release);
                }
                else
                {
                    Consider(claim);
                }
            }
        }
        else if (found.Kind == Resources.VolumeSnapshots && change.Kind == ChangeKind.Modified && found.Json.Flag("status", "readyToUse"))
        {
            foreach (var claim in Store.All(Resources.PersistentVolumeClaims).Where(claim => claim.Namespace == found.Namespace && SourceOf(claim) == found.Name).ToList())
            {
                Consider(claim);
            }
        }
    }

    /// <summary>The claims that a pod mounts.</summary>
    public static IEnumerable<string> Mounts(Stored pod) =>
        pod.Json.List("spec", "volumes").Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>();

    private static string? SourceOf(Stored claim) => claim.Json.Text("spec", "dataSource", "kind") == "VolumeSnapshot" ? claim.Json.Text("spec", "dataSource", "name") : null;

    private IEnumerable<Stored> Users(Stored claim) => Store.All(Resources.Pods).Where(pod => pod.Namespace == claim.Namespace && Mounts(pod).Contains(claim.Name));

    private void Consider(Stored claim)
    {
        if (claim.Json.Text("status", "phase") == "Pending" && Cluster.Fates.Binds(claim) is { } pause)
        {
            Later(claim, pause, Bind);
        }
    }

    private void Bind(Stored claim)
    {
        if (claim.Json.Text("spec", "volumeName") is { } named)
        {
            if (Store.Find(Resources.PersistentVolumes, "", named) is { } wanted)
            {
                Settle(wanted);
            }

            return;
        }

        var source = SourceOf(claim);
        var snapshot = source is null ? null : Store.Find(Resources.VolumeSnapshots, claim.Namespace, source);
        var storage = Store.Find(Resources.StorageClasses, "", claim.Json.Text("spec", "storageClassName") ?? "");
        if (claim.Deleting || storage is null || claim.Json.Text("status", "phase") != "Pending"
            || (source is not null && (snapshot is null || !snapshot.Json.Flag("status", "readyToUse")))
            || (storage.Json.Text("volumeBindingMode") == "WaitForFirstConsumer" && !Users(claim).Any(pod => !pod.Deleting)))
        {
            return;
        }

        var volume = $"pvc-{claim.Uid}";
        var size = claim.Json.Text("spec", "resources", "requests", "storage") ?? "1Gi";
        Store.Create(Resources.PersistentVolumes, "", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = volume },
            ["spec"] = new JsonObject
            {
                ["csi"] = new JsonObject { ["driver"] = storage.Json.Text("provisioner"), ["volumeHandle"] = volume },
                ["capacity"] = new JsonObject { ["storage"] = size },
                ["persistentVolumeReclaimPolicy"] = "Delete",
                ["storageClassName"] = storage.Name,
                ["accessModes"] = claim.Json.At("spec", "accessModes")?.DeepClone(),
                ["claimRef"] = new JsonObject { ["namespace"] = claim.Namespace, ["name"] = claim.Name, ["uid"] = claim.Uid },
            },
            ["status"] = new JsonObject { ["phase"] = "Bound" },
        }, Name);
        Cluster.Volumes.Write(claim.Uid, snapshot is null ? Volumes.Empty : Cluster.Volumes.OfSnapshot(snapshot.Uid) ?? Volumes.Empty);
        if (snapshot is not null && Cluster.Sources.TryGetValue(snapshot.Uid, out var origin))
        {
            Cluster.Sources[claim.Uid] = origin;
        }

        Store.Update(claim, Name, json =>
        {
            json.Make("spec")["volumeName"] = volume;
            json["status"] = new JsonObject { ["phase"] = "Bound", ["capacity"] = new JsonObject { ["storage"] = size } };
        });
    }

    private void Release(Stored volume, string claim)
    {
        if (volume.Json.Text("spec", "claimRef", "uid") == claim)
        {
            Settle(Store.Update(volume, Name, json => json.Make("status")["phase"] = "Released"));
        }
    }

    // A volume that is given to a claim which names it is bound to that; one that nobody has and nobody keeps goes.
    private void Settle(Stored volume)
    {
        var held = Store.Find(volume.Json.Text("spec", "claimRef", "uid"));
        if (held is { Deleting: false } claim && claim.Json.Text("status", "phase") == "Pending" && claim.Json.Text("spec", "volumeName") == volume.Name)
        {
            Cluster.Volumes.Join(volume.Name, claim.Uid);
            Store.Update(volume, Name, json => json.Make("status")["phase"] = "Bound");
            Store.Update(claim, Name, json => json["status"] = new JsonObject { ["phase"] = "Bound", ["capacity"] = volume.Json.At("spec", "capacity")?.DeepClone() });
        }
        else if (held is null && volume.Json.Text("status", "phase") == "Bound" && volume.Json.Text("spec", "claimRef", "uid") is not null)
        {
            Store.Update(volume, Name, json => json.Make("status")["phase"] = "Released");
        }
        else if (held is null && volume.Json.Text("status", "phase") == "Released" && volume.Json.Text("spec", "persistentVolumeReclaimPolicy") == "Delete")
        {
            Cluster.Volumes.DropKept(volume.Name);
            Store.Delete(volume.Kind, "", volume.Name, volume.Uid, null, Name);
        }
    }

    private void Release(Stored claim)
    {
        if (claim.Deleting && !Users(claim).Any())
        {
            Store.Update(claim, Name, json => json.Make("metadata").Remove("finalizers"));
        }
    }
}
