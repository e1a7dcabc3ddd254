namespace Backsnap.Kubernetes;

/// <summary>Objects of a kind at one version of the cluster.</summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">Where a watch can go on from.</param>
public sealed record KubeList<T>(IReadOnlyList<T> Items, string ResourceVersion)
    where T : class, IKubernetesObject;

/// <summary>What a deletion led to.</summary>
public abstract record DeleteOutcome
{
    private DeleteOutcome()
    {
    }

    /// <summary>The object is gone.</summary>
    public sealed record Deleted : DeleteOutcome;

    /// <summary>The object goes once others let go of it.</summary>
    /// <param name="Finalizers">Who must let go; empty for a pod that still has time to end.</param>
    public sealed record Terminating(IReadOnlyList<string> Finalizers) : DeleteOutcome;
}

/// <summary>An answer as it came.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="ContentType">Media type; empty when there was none.</param>
/// <param name="Body">The body.</param>
public sealed record RawAnswer(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body);
