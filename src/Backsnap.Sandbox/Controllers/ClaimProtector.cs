using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers;

/// <summary>
/// Lets a deleted claim go when no pod uses it any more. A pod uses its claims from the moment it has a node until its object is gone,
/// even when it has ended: so does Kubernetes.
/// </summary>
internal sealed class ClaimProtector() : Reconciler("pvc-protection-controller")
{
    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change)
    {
        var key = ObjectKey.Of(change.Stored);
        return key.Type == ResourceTypes.PersistentVolumeClaims ? [key]
            : key.Type == ResourceTypes.Pods && change is StoreEvent.Deleted
                ? ClaimsOf(change.Object).Select(name => new ObjectKey(ResourceTypes.PersistentVolumeClaims, key.Namespace, name))
            : [];
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key.Type, key.Namespace, key.Name) is { } claim
            && claim.IsTerminating()
            && claim.HasFinalizer(ClaimAnnotations.ClaimProtection)
            && !Store.List(ResourceTypes.Pods, key.Namespace).Any(pod => IsScheduled(pod) && ClaimsOf(pod).Contains(key.Name)))
            Change(key.Type, claim, current => current.WithoutFinalizers(ClaimAnnotations.ClaimProtection));
        return null;
    }

    /// <summary>The names of the claims that a pod mounts.</summary>
    internal static IEnumerable<string> ClaimsOf(JsonObject pod) =>
        pod.Items("spec", "volumes").Select(volume => volume.Text("persistentVolumeClaim", "claimName")).OfType<string>();

    private static bool IsScheduled(JsonObject pod) => !string.IsNullOrEmpty(pod.Text("spec", "nodeName"));
}
