using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>A way to make volumes (<c>storage.k8s.io/v1</c>). The default bears <c>storageclass.kubernetes.io/is-default-class: "true"</c>.</summary>
public sealed record StorageClass : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary>The driver that makes the volumes.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Provisioner { get; init; }

    /// <summary><c>Immediate</c> (also when null) or <c>WaitForFirstConsumer</c>.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? VolumeBindingMode { get; init; }
}
