using System.Text.Json;
using Backsnap.Kubernetes;

namespace Backsnap.Host.Tests.Observation;

/// <summary>Objects as an API server would send them.</summary>
internal static class Written
{
    public static T As<T>(KubeResource<T> resource, string json)
        where T : class, IKubernetesObject => JsonSerializer.Deserialize(json, resource.Json)!;

    public static Namespace Namespace(string name, string uid, ulong version) =>
        new() { Metadata = new ObjectMeta { Name = name, Uid = uid, ResourceVersion = version.ToString(System.Globalization.CultureInfo.InvariantCulture) } };

    public static PvcBackup Backup(string ns, string name, string uid, string version) =>
        new() { Metadata = new ObjectMeta { Namespace = ns, Name = name, Uid = uid, ResourceVersion = version } };
}
