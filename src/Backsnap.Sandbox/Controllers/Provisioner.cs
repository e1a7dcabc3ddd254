using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Controllers;

/// <summary>Makes and removes the directories behind volumes, as a CSI driver's external provisioner does with its driver.</summary>
internal sealed class Provisioner(VolumeDirectories directories) : Reconciler(Drivers.Local + "_sandbox")
{
    private const string SnapshotFinalizer = "provisioner.storage.kubernetes.io/volumesnapshot-as-source-protection";

    private Backoff? pauses;
    private EventRecorder? recorder;

    private EventRecorder Events => recorder ??= new EventRecorder(Store, Context.Clock, Name);

    private Backoff Pauses => pauses ??= new Backoff(Context.Clock, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change) =>
        change.Stored.Type == ResourceTypes.PersistentVolumeClaims || change.Stored.Type == ResourceTypes.PersistentVolumes
            ? [ObjectKey.Of(change.Stored)]
            : [];

    protected override TimeSpan? Reconcile(ObjectKey key) =>
        Store.Get(key.Type, key.Namespace, key.Name) switch
        {
            null => null,
            { } claim when key.Type == ResourceTypes.PersistentVolumeClaims => Provision(key, claim),
            { } volume => Reclaim(key, volume),
        };

    private TimeSpan? Provision(ObjectKey key, JsonObject claim)
    {
        var driver = claim.Text("metadata", "annotations", ClaimAnnotations.Provisioner);
        if (!Drivers.Provisions(driver)
            || claim.IsTerminating()
            || claim.Text("spec", "volumeName") is { Length: > 0 }
            || IsUnderWay(claim.UidOf())
            || Store.Find(ResourceTypes.PersistentVolumes, "", VolumeName(claim)) is not null
            || Store.Get(ResourceTypes.StorageClasses, "", claim.Text("spec", "storageClassName") ?? "") is not { } storageClass)
            return null;

        if (Pauses.Remaining(claim.UidOf()) is { } pause) return pause;
        var source = DataSource.Find(Store, claim, driver!);
        if (source is DataSource.Foreign) return null;

        Events.Normal(claim, "Provisioning", $"External provisioner is provisioning volume for claim \"{key.Namespace}/{key.Name}\"");
        if (source is DataSource.Unavailable unavailable) return Failed(claim, unavailable.Why);

        var faults = DriverFaults.Of(storageClass);
        if (faults.NeverReady) return null;
        Begin(claim.UidOf(), key, async () =>
        {
            try
            {
                await faults.SufferAsync(Context.Clock, Stopping).ConfigureAwait(false);
                await FillAsync(VolumeName(claim), source).ConfigureAwait(false);
                Pauses.Forget(claim.UidOf());
                Store.Create(ResourceTypes.PersistentVolumes, Volume(claim, storageClass, driver!));
                Events.Normal(claim, "ProvisioningSucceeded", $"Successfully provisioned volume {VolumeName(claim)}");
            }
            catch (VolumeException refusal)
            {
                Failed(claim, InClass(claim, $"rpc error: code = Internal desc = {refusal.Message}"));
            }
        });
        return null;
    }

    private async Task FillAsync(string handle, DataSource source)
    {
        switch (source)
        {
            case DataSource.Snapshot snapshot:
                Change(ResourceTypes.VolumeSnapshots, snapshot.VolumeSnapshot, current => current.WithFinalizer(SnapshotFinalizer));
                try { await directories.CreateVolumeFromSnapshotAsync(handle, snapshot.Handle, Stopping).ConfigureAwait(false); }
                finally { Change(ResourceTypes.VolumeSnapshots, snapshot.VolumeSnapshot, current => current.WithoutFinalizers(SnapshotFinalizer)); }
                break;
            case DataSource.OtherVolume other:
                await VolumeDirectories.CopyAsync(directories.PathOfVolume(other.Handle), directories.PathOfVolume(handle), Stopping).ConfigureAwait(false);
                break;
            case DataSource.Empty or DataSource.Unavailable or DataSource.Foreign:
                directories.CreateVolume(handle);
                break;
        }
    }

    private TimeSpan Failed(JsonObject claim, string why)
    {
        Events.Warning(claim, "ProvisioningFailed", why);
        return Pauses.Failed(claim.UidOf());
    }

    /// <summary>A volume that nobody claims any more goes with its directory, if its policy says so.</summary>
    private TimeSpan? Reclaim(ObjectKey key, JsonObject volume)
    {
        if (!Drivers.Provisions(volume.Text("spec", "csi", "driver")) || IsUnderWay(volume.UidOf())) return null;
        if (volume.Text("spec", "persistentVolumeReclaimPolicy") != "Delete")
        {
            if (volume.IsTerminating()) Change(key.Type, volume, current => current.WithoutFinalizers(ClaimAnnotations.ProvisionerFinalizer));
            return null;
        }
        if (volume.Text("status", "phase") != "Released") return null;

        Begin(volume.UidOf(), key, async () =>
        {
            await Task.Run(() => directories.DeleteVolume(volume.Text("spec", "csi", "volumeHandle") ?? key.Name), Stopping).ConfigureAwait(false);
            Store.Delete(key.Type, "", key.Name, new DeleteOptions(Uid: volume.UidOf()));
            Change(key.Type, volume, current => current.WithoutFinalizers(ClaimAnnotations.ProvisionerFinalizer));
        });
        return null;
    }

    private static JsonObject Volume(JsonObject claim, JsonObject storageClass, string driver)
    {
        var policy = storageClass.Text("reclaimPolicy") ?? "Delete";
        var metadata = new JsonObject
        {
            ["name"] = VolumeName(claim),
            ["annotations"] = new JsonObject
            {
                [ClaimAnnotations.ProvisionedBy] = driver,
                ["volume.kubernetes.io/provisioner-deletion-secret-name"] = "",
                ["volume.kubernetes.io/provisioner-deletion-secret-namespace"] = "",
            },
        };
        if (policy == "Delete") metadata["finalizers"] = new JsonArray(ClaimAnnotations.ProvisionerFinalizer);
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["capacity"] = new JsonObject { ["storage"] = claim.Text("spec", "resources", "requests", "storage") },
                ["csi"] = new JsonObject
                {
                    ["driver"] = driver,
                    ["volumeHandle"] = VolumeName(claim),
                    ["volumeAttributes"] = new JsonObject
                    {
                        ["csi.storage.k8s.io/pv/name"] = VolumeName(claim),
                        ["csi.storage.k8s.io/pvc/name"] = claim.NameOf(),
                        ["csi.storage.k8s.io/pvc/namespace"] = claim.NamespaceOf(),
                    },
                },
                ["accessModes"] = claim.At("spec", "accessModes")?.DeepClone(),
                ["claimRef"] = VolumeMatch.ReferenceTo(claim),
                ["persistentVolumeReclaimPolicy"] = policy,
                ["storageClassName"] = storageClass.NameOf(),
                ["volumeMode"] = claim.Text("spec", "volumeMode") ?? "Filesystem",
                ["nodeAffinity"] = new JsonObject
                {
                    ["required"] = new JsonObject
                    {
                        ["nodeSelectorTerms"] = new JsonArray(new JsonObject
                        {
                            ["matchExpressions"] = new JsonArray(new JsonObject
                            {
                                ["key"] = "kubernetes.io/hostname",
                                ["operator"] = "In",
                                ["values"] = new JsonArray(Node.Name),
                            }),
                        }),
                    },
                },
            },
        };
    }

    /// <summary>Handle and directory are the volume's name, so that a person finds the data of a claim.</summary>
    private static string VolumeName(JsonObject claim) => $"pvc-{claim.UidOf()}";

    private static string InClass(JsonObject claim, string why) =>
        $"failed to provision volume with StorageClass \"{claim.Text("spec", "storageClassName")}\": {why}";
}
