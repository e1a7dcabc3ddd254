namespace Backsnap.Sandbox.Controllers;

/// <summary>The annotations and finalizers with which the storage controllers talk to each other.</summary>
internal static class ClaimAnnotations
{
    public const string Provisioner = "volume.kubernetes.io/storage-provisioner";
    public const string ProvisionerBeta = "volume.beta.kubernetes.io/storage-provisioner";
    public const string SelectedNode = "volume.kubernetes.io/selected-node";
    public const string BindCompleted = "pv.kubernetes.io/bind-completed";
    public const string BoundByController = "pv.kubernetes.io/bound-by-controller";
    public const string ProvisionedBy = "pv.kubernetes.io/provisioned-by";

    public const string ClaimProtection = "kubernetes.io/pvc-protection";
    public const string VolumeProtection = "kubernetes.io/pv-protection";
    public const string ProvisionerFinalizer = "external-provisioner.volume.kubernetes.io/finalizer";
}
