namespace Backsnap.Sandbox.Controllers;

/// <summary>The annotations and finalizers with which the snapshot controllers talk to each other.</summary>
internal static class SnapshotAnnotations
{
    public const string SourceProtection = "snapshot.storage.kubernetes.io/volumesnapshot-as-source-protection";
    public const string BoundProtection = "snapshot.storage.kubernetes.io/volumesnapshot-bound-protection";
    public const string ContentProtection = "snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection";
    public const string ClaimProtection = "snapshot.storage.kubernetes.io/pvc-as-source-protection";
    public const string BeingCreated = "snapshot.storage.kubernetes.io/volumesnapshot-being-created";
    public const string BeingDeleted = "snapshot.storage.kubernetes.io/volumesnapshot-being-deleted";
    public const string DefaultClass = "snapshot.storage.kubernetes.io/is-default-class";
}
