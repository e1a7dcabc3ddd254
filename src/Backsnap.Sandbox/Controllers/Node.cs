using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers;

/// <summary>The one node of the cluster: the machine that the sandbox runs on.</summary>
internal static class Node
{
    public const string Name = "sandbox";
    public const string Kubelet = "kubelet";

    /// <summary>The Node object; its figures are those of this machine.</summary>
    public static JsonObject Manifest(DateTimeOffset now)
    {
        var capacity = new JsonObject
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki",
            ["pods"] = "110",
        };
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Node",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = Name, ["kubernetes.io/os"] = "linux" },
            },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject
            {
                ["capacity"] = capacity,
                ["allocatable"] = capacity.DeepClone(),
                ["addresses"] = new JsonArray(
                    new JsonObject { ["type"] = "InternalIP", ["address"] = "127.0.0.1" },
                    new JsonObject { ["type"] = "Hostname", ["address"] = Name }),
                ["conditions"] = new JsonArray(
                    new JsonObject
                    {
                        ["type"] = "Ready",
                        ["status"] = "True",
                        ["reason"] = "KubeletReady",
                        ["message"] = "the sandbox runs pods as local processes",
                        ["lastHeartbeatTime"] = ObjectFields.Timestamp(now),
                        ["lastTransitionTime"] = ObjectFields.Timestamp(now),
                    }),
                ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = "sandbox", ["operatingSystem"] = "linux", ["osImage"] = "Backsnap sandbox" },
            },
        };
    }
}
