using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>A pod (<c>v1</c>).</summary>
public sealed record Pod : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>Where it runs.</summary>
    public PodSpec? Spec { get; init; }

    /// <summary>How it goes.</summary>
    public PodStatus? Status { get; init; }
}

/// <summary>Where a pod runs.</summary>
public sealed record PodSpec
{
    /// <summary>Null or empty until the pod is scheduled.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? NodeName { get; init; }
}

/// <summary>How a pod goes.</summary>
public sealed record PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Phase { get; init; }

    /// <summary>Why the pod as a whole is so, <c>Evicted</c> for instance.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Reason { get; init; }

    /// <summary>The same in words.</summary>
    public string? Message { get; init; }

    /// <summary><c>PodScheduled</c>, <c>Ready</c>, <c>DisruptionTarget</c> and others.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>Its containers.</summary>
    public IReadOnlyList<ContainerStatus>? ContainerStatuses { get; init; }

    /// <summary>Its init containers.</summary>
    public IReadOnlyList<ContainerStatus>? InitContainerStatuses { get; init; }
}

/// <summary>How one container goes.</summary>
public sealed record ContainerStatus
{
    /// <summary>The container's name in the pod.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Name { get; init; }

    /// <summary>True when it serves.</summary>
    public bool? Ready { get; init; }

    /// <summary>Times that it was started again.</summary>
    public int? RestartCount { get; init; }

    /// <summary>What it is now.</summary>
    public ContainerState? State { get; init; }

    /// <summary>What it was before the last restart.</summary>
    public ContainerState? LastState { get; init; }
}

/// <summary>One of the three is set; none means waiting.</summary>
public sealed record ContainerState
{
    /// <summary>Not started yet.</summary>
    public ContainerWaiting? Waiting { get; init; }

    /// <summary>Runs.</summary>
    public ContainerRunning? Running { get; init; }

    /// <summary>Over.</summary>
    public ContainerTerminated? Terminated { get; init; }
}

/// <summary>A container that has not started.</summary>
public sealed record ContainerWaiting
{
    /// <summary><c>ContainerCreating</c>, <c>ImagePullBackOff</c>, <c>CreateContainerConfigError</c>, ….</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Reason { get; init; }

    /// <summary>The same in words.</summary>
    public string? Message { get; init; }
}

/// <summary>A container that runs.</summary>
public sealed record ContainerRunning
{
    /// <summary>Since when.</summary>
    public DateTimeOffset? StartedAt { get; init; }
}

/// <summary>A container that is over.</summary>
public sealed record ContainerTerminated
{
    /// <summary>Its exit code; 128 + n when signal n ended it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, where the runtime says.</summary>
    public int? Signal { get; init; }

    /// <summary><c>Completed</c>, <c>Error</c>, <c>OOMKilled</c>, <c>ContainerStatusUnknown</c>, ….</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Reason { get; init; }

    /// <summary>What the program wrote to its termination log; at most 4096 bytes.</summary>
    public string? Message { get; init; }

    /// <summary>Since when it ran.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
