using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Pods;

/// <summary>What one container is doing.</summary>
internal abstract record ContainerState
{
    private ContainerState() { }

    public static ContainerState Creating { get; } = new Waiting("ContainerCreating", null);

    public sealed record Waiting(string Reason, string? Message) : ContainerState;

    public sealed record Running(DateTimeOffset StartedAt) : ContainerState;

    public sealed record Terminated(int ExitCode, string Reason, string? Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt) : ContainerState;

    /// <summary>The state as <c>containerStatuses[].state</c>.</summary>
    public JsonObject ToJson(string containerId) => this switch
    {
        Waiting waiting => new() { ["waiting"] = WithMessage(new() { ["reason"] = waiting.Reason }, waiting.Message) },
        Running running => new() { ["running"] = new JsonObject { ["startedAt"] = ObjectFields.Timestamp(running.StartedAt) } },
        Terminated ended => new()
        {
            ["terminated"] = WithMessage(
                new()
                {
                    ["exitCode"] = ended.ExitCode,
                    ["reason"] = ended.Reason,
                    ["startedAt"] = ObjectFields.Timestamp(ended.StartedAt),
                    ["finishedAt"] = ObjectFields.Timestamp(ended.FinishedAt),
                    ["containerID"] = containerId,
                },
                ended.Message),
        },
    };

    private static JsonObject WithMessage(JsonObject state, string? message)
    {
        if (!string.IsNullOrEmpty(message)) state["message"] = message;
        return state;
    }
}

/// <summary>One container of a pod as the kubelet sees it.</summary>
internal sealed record ContainerView(string Name, string Image, ContainerState State, ContainerState.Terminated? Last, int Restarts)
{
    public bool IsReady => State is ContainerState.Running;

    public ContainerState.Terminated? Ended => State as ContainerState.Terminated;
}
