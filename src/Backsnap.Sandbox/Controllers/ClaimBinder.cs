using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Backsnap.Sandbox.Volumes;

namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// Binds claims to volumes, asks the provisioner for those that are lacking, and tells a volume's phase: the part of Kubernetes'
/// persistentvolume-controller. What a claim waits for is said again every 15 seconds, as there.
/// </summary>
internal sealed class ClaimBinder() : Reconciler("persistentvolume-controller")
{
    private static readonly TimeSpan Resync = TimeSpan.FromSeconds(15);

    private EventRecorder? recorder;

    private EventRecorder Events => recorder ??= new EventRecorder(Store, Context.Clock, Name);

    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change)
    {
        var key = ObjectKey.Of(change.Stored);
        if (key.Type == ResourceTypes.PersistentVolumeClaims)
            return change is StoreEvent.Deleted && change.Object.Text("spec", "volumeName") is { } volume
                ? [key, new(ResourceTypes.PersistentVolumes, "", volume)]
                : [key];
        if (key.Type == ResourceTypes.PersistentVolumes)
            return [key, .. ClaimsConcernedBy(change.Object)];
        return key.Type == ResourceTypes.StorageClasses && change is StoreEvent.Added
            ? Store.List(ResourceTypes.PersistentVolumeClaims).Where(claim => claim.Text("spec", "storageClassName") == key.Name).Select(KeyOf)
            : [];
    }

    protected override TimeSpan? Reconcile(ObjectKey key) =>
        Store.Get(key.Type, key.Namespace, key.Name) switch
        {
            null => null,
            { } volume when key.Type == ResourceTypes.PersistentVolumes => TellPhase(volume),
            { } claim => claim.Text("metadata", "annotations", ClaimAnnotations.BindCompleted) is null ? Bind(claim) : Keep(claim),
        };

    /// <summary>The claim that a volume names, or for a volume that anybody may have, the claims that have none.</summary>
    private IEnumerable<ObjectKey> ClaimsConcernedBy(JsonObject volume) =>
        volume.Child("spec", "claimRef") is { } wanted
            ? [new(ResourceTypes.PersistentVolumeClaims, wanted.Text("namespace") ?? "", wanted.Text("name") ?? "")]
            : Store.List(ResourceTypes.PersistentVolumeClaims)
                .Where(claim => claim.Text("status", "phase") == "Pending" && VolumeMatch.Fits(volume, claim)).Select(KeyOf);

    private TimeSpan? Bind(JsonObject claim)
    {
        if (claim.IsTerminating()) return null;
        if (VolumeMatch.Find(claim, Store.List(ResourceTypes.PersistentVolumes)) is { } volume)
        {
            Bind(claim, volume);
            return null;
        }
        if (claim.Text("spec", "volumeName") is { Length: > 0 }) return null;

        var className = claim.Text("spec", "storageClassName") ?? "";
        if (className.Length == 0)
        {
            Events.Normal(claim, "FailedBinding", "no persistent volumes available for this claim and no storage class is set");
            return Resync;
        }
        if (Store.Get(ResourceTypes.StorageClasses, "", className) is not { } storageClass)
        {
            Events.Warning(claim, "ProvisioningFailed", $"storageclass.storage.k8s.io \"{className}\" not found");
            return Resync;
        }
        if (storageClass.Text("volumeBindingMode") == "WaitForFirstConsumer"
            && claim.Text("metadata", "annotations", ClaimAnnotations.SelectedNode) is null)
        {
            Events.Normal(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
            return Resync;
        }

        var provisioner = storageClass.Text("provisioner") ?? "";
        var asked = Update(claim, current =>
        {
            current.Set(provisioner, "metadata", "annotations", ClaimAnnotations.ProvisionerBeta);
            current.Set(provisioner, "metadata", "annotations", ClaimAnnotations.Provisioner);
            return current;
        });
        Events.Normal(
            asked ?? claim,
            "ExternalProvisioning",
            $"Waiting for a volume to be created either by the external provisioner '{provisioner}' or manually by the system administrator. "
            + "If volume creation is delayed, please verify that the provisioner is running and correctly registered.");
        return Resync;
    }

    private void Bind(JsonObject claim, JsonObject volume)
    {
        var byController = volume.Child("spec", "claimRef") is null;
        Update(volume, current =>
        {
            if (current.Text("spec", "claimRef", "uid") is null)
                current.Set(VolumeMatch.ReferenceTo(claim), "spec", "claimRef");
            if (byController) current.Set("yes", "metadata", "annotations", ClaimAnnotations.BoundByController);
            return current;
        });
        SetPhase(volume, "Bound");
        Update(claim, current =>
        {
            if (current.Text("spec", "volumeName") is null or "")
            {
                current.Set(volume.NameOf(), "spec", "volumeName");
                current.Set("yes", "metadata", "annotations", ClaimAnnotations.BoundByController);
            }
            current.Set("yes", "metadata", "annotations", ClaimAnnotations.BindCompleted);
            return current;
        });
        TellBound(claim, volume);
    }

    /// <summary>A bound claim stays bound, or is lost with its volume.</summary>
    private TimeSpan? Keep(JsonObject claim)
    {
        if (Store.Get(ResourceTypes.PersistentVolumes, "", claim.Text("spec", "volumeName") ?? "") is { } volume)
        {
            if (volume.Text("spec", "claimRef", "uid") == claim.UidOf()) TellBound(claim, volume);
        }
        else if (claim.Text("status", "phase") != "Lost" && !claim.IsTerminating())
        {
            Update(claim, current =>
            {
                current["status"] = new JsonObject { ["phase"] = "Lost" };
                return current;
            });
            Events.Warning(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Any data on the volume is lost!");
        }
        return null;
    }

    private void TellBound(JsonObject claim, JsonObject volume) => Update(claim, current =>
    {
        current["status"] = new JsonObject
        {
            ["phase"] = "Bound",
            ["accessModes"] = volume.At("spec", "accessModes")?.DeepClone(),
            ["capacity"] = volume.At("spec", "capacity")?.DeepClone(),
        };
        return current;
    });

    private TimeSpan? TellPhase(JsonObject volume)
    {
        var claimRef = volume.Child("spec", "claimRef");
        var claim = claimRef is null
            ? null
            : Store.Get(ResourceTypes.PersistentVolumeClaims, claimRef.Text("namespace") ?? "", claimRef.Text("name") ?? "");
        var uid = claimRef.Text("uid");
        var isClaimed = claim is not null && uid == claim.UidOf();
        if (!isClaimed) SetPhase(volume, uid is null ? "Available" : "Released");
        if (volume.IsTerminating() && !isClaimed)
            Update(volume, current => current.WithoutFinalizers(ClaimAnnotations.VolumeProtection));
        return null;
    }

    private void SetPhase(JsonObject volume, string phase) => Update(volume, current =>
    {
        if (current.Text("status", "phase") == phase) return null;
        current.Set(phase, "status", "phase");
        current.Set(ObjectFields.Timestamp(Now), "status", "lastPhaseTransitionTime");
        return current;
    });

    private JsonObject? Update(JsonObject obj, Func<JsonObject, JsonObject?> change) =>
        Store.Update(KeyOf(obj).Type, obj.NamespaceOf(), obj.NameOf(), current => current.UidOf() == obj.UidOf() ? change(current) : null).ObjectOrNull;

    private static ObjectKey KeyOf(JsonObject obj) => new(
        obj.Text("kind") == ResourceTypes.PersistentVolumes.Kind ? ResourceTypes.PersistentVolumes : ResourceTypes.PersistentVolumeClaims,
        obj.NamespaceOf(),
        obj.NameOf());
}
