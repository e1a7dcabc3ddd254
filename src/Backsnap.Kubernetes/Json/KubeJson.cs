using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>The readers of every kind, generated at build time: nothing is looked up by reflection, so trimming is safe.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ListDocument<Namespace>))]
[JsonSerializable(typeof(ListDocument<PersistentVolumeClaim>))]
[JsonSerializable(typeof(ListDocument<PersistentVolume>))]
[JsonSerializable(typeof(ListDocument<StorageClass>))]
[JsonSerializable(typeof(ListDocument<VolumeSnapshotClass>))]
[JsonSerializable(typeof(ListDocument<VolumeSnapshot>))]
[JsonSerializable(typeof(ListDocument<VolumeSnapshotContent>))]
[JsonSerializable(typeof(ListDocument<Job>))]
[JsonSerializable(typeof(ListDocument<Pod>))]
[JsonSerializable(typeof(ListDocument<Secret>))]
[JsonSerializable(typeof(ListDocument<Event>))]
[JsonSerializable(typeof(ListDocument<EventV1>))]
[JsonSerializable(typeof(ListDocument<Lease>))]
[JsonSerializable(typeof(ListDocument<PvcBackup>))]
[JsonSerializable(typeof(ListDocument<PvcRestore>))]
[JsonSerializable(typeof(ListDocument<PvcMaintenance>))]
[JsonSerializable(typeof(ListDocument<CustomResourceDefinition>))]
[JsonSerializable(typeof(StatusDocument))]
[JsonSerializable(typeof(AnyObject))]
[JsonSerializable(typeof(ServerVersion))]
internal sealed partial class KubeJson : JsonSerializerContext;
