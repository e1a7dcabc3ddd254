using System.Text.Json.Nodes;
using Backsnap.Sandbox.Pods;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers;

/// <summary>Gives pods the one node there is, when their claims are bound (or bind for them) and the node's labels suit them.</summary>
internal sealed class Scheduler() : Reconciler("default-scheduler")
{
    private EventRecorder? recorder;

    private EventRecorder Events => recorder ??= new EventRecorder(Store, Context.Clock, Name);

    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change)
    {
        var key = ObjectKey.Of(change.Stored);
        return key.Type == ResourceTypes.Pods ? [key]
            : key.Type == ResourceTypes.PersistentVolumeClaims
                ? Waiting(key.Namespace).Where(pod => ClaimProtector.ClaimsOf(pod).Contains(key.Name)).Select(KeyOf)
            : key.Type == ResourceTypes.Nodes ? Waiting(null).Select(KeyOf)
            : [];
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Store.Get(key.Type, key.Namespace, key.Name) is not { } pod || !IsWaiting(pod) || pod.IsTerminating()) return null;
        switch (Place(pod))
        {
            case Placement.OnNode:
                Bind(pod);
                break;
            case Placement.Nowhere nowhere:
                Refuse(pod, $"0/1 nodes are available: {nowhere.Why}");
                break;
            case Placement.AfterBinding after:
                foreach (var claim in after.Claims)
                    Change(ResourceTypes.PersistentVolumeClaims, claim, current =>
                    {
                        current.Set(Node.Name, "metadata", "annotations", ClaimAnnotations.SelectedNode);
                        return current;
                    });
                break;
        }
        return null;
    }

    private abstract record Placement
    {
        private Placement() { }

        public sealed record OnNode : Placement;

        public sealed record Nowhere(string Why) : Placement;

        /// <summary>Claims that wait for their first consumer are told the node, and the pod follows when they are bound.</summary>
        public sealed record AfterBinding(IReadOnlyList<JsonObject> Claims) : Placement;
    }

    private Placement Place(JsonObject pod)
    {
        var unbound = new List<JsonObject>();
        foreach (var name in ClaimProtector.ClaimsOf(pod))
        {
            if (Store.Get(ResourceTypes.PersistentVolumeClaims, pod.NamespaceOf(), name) is not { } claim)
                return new Placement.Nowhere($"persistentvolumeclaim \"{name}\" not found. not found");
            if (claim.IsTerminating()) return new Placement.Nowhere($"persistentvolumeclaim \"{name}\" is being deleted. not found");
            if (claim.Text("status", "phase") == "Lost")
                return new Placement.Nowhere($"persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{claim.Text("spec", "volumeName")}\". not found");
            if (claim.Text("status", "phase") == "Bound") continue;
            if (!WaitsForConsumer(claim)) return new Placement.Nowhere("pod has unbound immediate PersistentVolumeClaims. not found");
            unbound.Add(claim);
        }
        if (!SuitsNode(pod))
            return new Placement.Nowhere(
                "1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
        return unbound.Count == 0 ? new Placement.OnNode() : new Placement.AfterBinding(unbound);
    }

    private bool WaitsForConsumer(JsonObject claim) =>
        Store.Get(ResourceTypes.StorageClasses, "", claim.Text("spec", "storageClassName") ?? "").Text("volumeBindingMode") == "WaitForFirstConsumer";

    private bool SuitsNode(JsonObject pod)
    {
        var labels = Store.Get(ResourceTypes.Nodes, "", Node.Name).Child("metadata", "labels");
        return pod.Child("spec", "nodeSelector") is not { } wanted
            || wanted.All(label => labels.Text(label.Key) is { } value && value == label.Value?.GetValue<string>());
    }

    private void Bind(JsonObject pod)
    {
        Change(ResourceTypes.Pods, pod, current =>
        {
            current.Set(Node.Name, "spec", "nodeName");
            current.Set(new JsonArray(PodCondition.Scheduled(Now)), "status", "conditions");
            return current;
        });
        Events.TellOnce(pod, "Normal", "Scheduled", $"Successfully assigned {pod.NamespaceOf()}/{pod.NameOf()} to {Node.Name}", "Binding");
    }

    private void Refuse(JsonObject pod, string message)
    {
        var isNews = false;
        Change(ResourceTypes.Pods, pod, current =>
        {
            if (current.Items("status", "conditions").Any(condition => condition.Text("message") == message)) return null;
            isNews = true;
            current.Set(new JsonArray(PodCondition.Unschedulable(message, Now, current.Number("metadata", "generation"))), "status", "conditions");
            return current;
        });
        if (isNews) Events.TellOnce(pod, "Warning", "FailedScheduling", message, "Scheduling");
    }

    private IEnumerable<JsonObject> Waiting(string? ns) => Store.List(ResourceTypes.Pods, ns).Where(IsWaiting);

    private static bool IsWaiting(JsonObject pod) => string.IsNullOrEmpty(pod.Text("spec", "nodeName"));

    private static ObjectKey KeyOf(JsonObject pod) => new(ResourceTypes.Pods, pod.NamespaceOf(), pod.NameOf());
}
