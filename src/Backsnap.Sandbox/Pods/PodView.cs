using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>Where a pod stands in its life on the node.</summary>
internal enum PodStage
{
    /// <summary>Volumes and file system are being made ready.</summary>
    Preparing,

    /// <summary>Containers may start, run, and end.</summary>
    Ready,

    /// <summary>Nothing of it runs any more, nor will.</summary>
    Over,
}

/// <summary>A pod as the kubelet sees it, and the status that says so.</summary>
internal sealed record PodView(PodStage Stage, IReadOnlyList<ContainerView> Containers, DateTimeOffset StartedAt)
{
    private const string Address = "127.0.0.1";

    /// <summary>The pod's status; what others wrote into the one before is kept.</summary>
    public JsonObject StatusFor(JsonObject pod, DateTimeOffset now)
    {
        var status = pod.Child("status")?.DeepClone().AsObject() ?? [];
        var generation = pod.Number("metadata", "generation");
        status["phase"] = Phase();
        status["conditions"] = PodCondition.Merge(Conditions(), pod.Items("status", "conditions"), now, generation);
        status["hostIP"] = Address;
        status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = Address });
        if (Stage != PodStage.Preparing)
        {
            status["podIP"] = Address;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = Address });
        }
        status["startTime"] = ObjectFields.Timestamp(StartedAt);
        status["containerStatuses"] = new JsonArray([.. Containers.Select(container => ContainerStatus(container, pod.UidOf()))]);
        status["qosClass"] = "BestEffort";
        return status;
    }

    private bool AllSucceeded => Containers.All(container => container.Ended is { ExitCode: 0 });

    private string Phase() =>
        Stage == PodStage.Over ? AllSucceeded ? "Succeeded" : "Failed"
        : Containers.Any(container => container.State is not ContainerState.Waiting || container.Last is not null) ? "Running"
        : "Pending";

    private List<PodCondition> Conditions()
    {
        var allEnded = Containers.All(container => container.Ended is not null);
        var ended = !allEnded ? null : AllSucceeded ? "PodCompleted" : "PodFailed";
        var unready = string.Join(' ', Containers.Where(container => !container.IsReady).Select(container => container.Name));
        PodCondition Readiness(string type) =>
            ended is not null ? new(type, false, ended)
            : unready.Length == 0 ? new(type, true)
            : new(type, false, "ContainersNotReady", $"containers with unready status: [{unready}]");
        return
        [
            new("PodReadyToStartContainers", Stage == PodStage.Ready),
            new("Initialized", true, ended == "PodCompleted" ? ended : null),
            Readiness("Ready"),
            Readiness("ContainersReady"),
            new("PodScheduled", true),
        ];
    }

    private static JsonObject ContainerStatus(ContainerView container, string podUid)
    {
        var id = $"sandbox://{podUid}/{container.Name}/{container.Restarts}";
        var status = new JsonObject
        {
            ["name"] = container.Name,
            ["state"] = container.State.ToJson(id),
            ["lastState"] = container.Last?.ToJson(id) ?? [],
            ["ready"] = container.IsReady,
            ["restartCount"] = container.Restarts,
            ["image"] = container.Image,
            ["imageID"] = container.State is ContainerState.Waiting ? "" : container.Image,
            ["started"] = container.State is ContainerState.Running,
        };
        if (container.State is not ContainerState.Waiting) status["containerID"] = id;
        return status;
    }
}
