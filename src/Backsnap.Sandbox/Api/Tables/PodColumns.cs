using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>The columns of pods.</summary>
internal static class PodColumns
{
    public static IReadOnlyList<Column> All =>
    [
        .. TableLayout.Around(
            new Column("Ready", "string", (pod, _) => $"{Statuses(pod).Count(status => status.Flag("ready"))}/{pod.Items("spec", "containers").Count}"),
            new Column("Status", "string", (pod, _) => Status(pod)),
            new Column("Restarts", "string", (pod, _) => Statuses(pod).Sum(status => status.Number("restartCount") ?? 0).ToString(System.Globalization.CultureInfo.InvariantCulture))),
        Wide("IP", "status", "podIP"),
        Wide("Node", "spec", "nodeName"),
        Wide("Nominated Node", "status", "nominatedNodeName"),
        new Column("Readiness Gates", "string", (_, _) => "<none>", Priority: 1),
    ];

    private static IReadOnlyList<JsonNode?> Statuses(JsonObject pod) => pod.Items("status", "containerStatuses");

    /// <summary>The most telling word: why a container waits or ended, else the phase; Terminating above all.</summary>
    private static string Status(JsonObject pod)
    {
        if (pod.IsTerminating())
        {
            return pod.Text("status", "phase") is "Succeeded" or "Failed" ? Ended(pod) : "Terminating";
        }

        return Ended(pod);
    }

    private static string Ended(JsonObject pod)
    {
        var status = pod.Text("status", "reason") is { Length: > 0 } reason ? reason : pod.Text("status", "phase") ?? "";
        foreach (var container in Statuses(pod).Reverse())
        {
            status = container.Text("state", "waiting", "reason") is { Length: > 0 } waiting ? waiting
                : container.Child("state", "terminated") is { } terminated ? Terminated(terminated)
                : status;
        }

        return status;
    }

    private static string Terminated(JsonObject state) =>
        state.Text("reason") is { Length: > 0 } reason ? reason
        : state.Number("signal") is { } signal ? $"Signal:{signal}"
        : $"ExitCode:{state.Number("exitCode") ?? 0}";

    private static Column Wide(string name, params string[] path) =>
        new(name, "string", (pod, _) => pod.Text(path) is { Length: > 0 } text ? text : "<none>", Priority: 1);
}
