namespace Backsnap.Kubernetes;

/// <summary>Work in a pod, run to its end (<c>batch/v1</c>).</summary>
public sealed record Job : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>What to run.</summary>
    public JobSpec? Spec { get; init; }

    /// <summary>How it goes.</summary>
    public JobStatus? Status { get; init; }
}

/// <summary>How a Job is to be run.</summary>
public sealed record JobSpec
{
    /// <summary>Failed pods that are replaced before the Job fails.</summary>
    public int? BackoffLimit { get; init; }

    /// <summary>True: no pod is started.</summary>
    public bool? Suspend { get; init; }

    /// <summary>Seconds from the start after which the Job fails.</summary>
    public long? ActiveDeadlineSeconds { get; init; }

    /// <summary>How its pods are made; of that only where their variables come from.</summary>
    public PodTemplate? Template { get; init; }
}

/// <summary>How a Job's pods are made.</summary>
public sealed record PodTemplate
{
    /// <summary>What runs in them.</summary>
    public PodTemplateSpec? Spec { get; init; }
}

/// <summary>What runs in a Job's pods.</summary>
public sealed record PodTemplateSpec
{
    /// <summary>The containers.</summary>
    public IReadOnlyList<TemplateContainer>? Containers { get; init; }
}

/// <summary>One container of a Job's pods.</summary>
public sealed record TemplateContainer
{
    /// <summary>Its variables.</summary>
    public IReadOnlyList<EnvironmentVariable>? Env { get; init; }
}

/// <summary>A variable of a container. Its value is not kept.</summary>
public sealed record EnvironmentVariable
{
    /// <summary>Where its value comes from.</summary>
    public EnvironmentSource? ValueFrom { get; init; }
}

/// <summary>Where the value of a variable comes from.</summary>
public sealed record EnvironmentSource
{
    /// <summary>A key of a Secret beside the pod.</summary>
    public SecretKeySelector? SecretKeyRef { get; init; }
}

/// <summary>Names a Secret beside a pod.</summary>
public sealed record SecretKeySelector
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }
}

/// <summary>How a Job goes. It is over when a condition <c>Complete</c> or <c>Failed</c> is <c>True</c>, not before.</summary>
public sealed record JobStatus
{
    /// <summary>Pods that are pending or running.</summary>
    public int? Active { get; init; }

    /// <summary>Pods that are ready.</summary>
    public int? Ready { get; init; }

    /// <summary>Pods that succeeded.</summary>
    public int? Succeeded { get; init; }

    /// <summary>Pods that failed.</summary>
    public int? Failed { get; init; }

    /// <summary>When the Job was first taken up.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it succeeded; stays null for a Job that failed.</summary>
    public DateTimeOffset? CompletionTime { get; init; }

    /// <summary><c>Complete</c>, <c>Failed</c>, <c>SuccessCriteriaMet</c>, <c>FailureTarget</c>, <c>Suspended</c>.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}
