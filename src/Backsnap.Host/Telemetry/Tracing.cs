using System.Diagnostics;
using System.Globalization;
using Backsnap.Domain.Cluster;
using Backsnap.Host.Cli;
using Backsnap.Host.Operator;
using Backsnap.Kubernetes;
using Backsnap.Planner;

namespace Backsnap.Host.Telemetry;

/// <summary>
/// The spans of the operator: one for each round, in it one for the planning and one for each action, and one for each request to the API server.
/// Where nobody listens, which is the rule, there are none, and asking costs nothing.
/// </summary>
internal static class Tracing
{
    /// <summary>By which they are listened to.</summary>
    public const string SourceName = "Backsnap";

    private static readonly ActivitySource Source = new(SourceName, VersionCommand.Version);

    /// <summary>A round begins: looking, planning, acting.</summary>
    public static Activity? Round() => Source.StartActivity("round");

    /// <summary>Planning begins, the check of the plan included.</summary>
    public static Activity? Planning() => Source.StartActivity("plan");

    /// <summary>What was seen, and what came of it.</summary>
    public static void Planned(Activity? planning, ClusterState state, Plan plan, int violations) => planning?
        .SetTag("backsnap.claims", state.Claims.Count)
        .SetTag("backsnap.backups", state.Backups.Count)
        .SetTag("backsnap.restores", state.Restores.Count)
        .SetTag("backsnap.actions", plan.Actions.Count)
        .SetTag("backsnap.waits", plan.Waits.Count)
        .SetTag("backsnap.violations", violations)
        .SetStatus(violations > 0 ? ActivityStatusCode.Error : ActivityStatusCode.Unset);

    /// <summary>An action begins.</summary>
    public static Activity? Begin(PlannedAction action)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var (kind, ns, name) = action.Target;
        return Source.StartActivity($"{action.Verb} {kind.Kind}")?
            .SetTag("backsnap.verb", action.Verb)
            .SetTag("backsnap.reason", action.Reason)
            .SetTag("k8s.namespace.name", ns.Value)
            .SetTag("k8s.object.kind", kind.Kind)
            .SetTag("k8s.object.name", name);
    }

    /// <summary>How it ended, in the words of <c>backsnap_actions_total</c>.</summary>
    public static void End(Activity? action, Outcome outcome)
    {
        if (action is not null)
        {
            action.SetTag("backsnap.outcome", outcome switch { Outcome.Done => "ok", Outcome.Overtaken or Outcome.Met => "overtaken", Outcome.Failed => "failed" });
            if (outcome is Outcome.Failed failed)
            {
                action.SetStatus(ActivityStatusCode.Error, failed.Why);
            }
        }
    }

    /// <summary>A request is over; each try is one. Those for the Lease, which come every other second, are left out.</summary>
    public static void Asked(RequestRecord record)
    {
        if (!Source.HasListeners() || record.Request.Resource == Resources.Leases.QualifiedName)
        {
            return;
        }

        var end = DateTime.UtcNow;
        using var span = Source.StartActivity(ActivityKind.Client, startTime: end - record.Duration, name: $"{record.Request.Verb} {record.Request.Resource}");
        span?
            .SetTag("k8s.verb", record.Request.Verb)
            .SetTag("k8s.resource", record.Request.Resource)
            .SetTag("k8s.namespace.name", record.Request.Namespace)
            .SetTag("k8s.object.name", record.Request.Name)
            .SetTag("k8s.subresource", record.Request.Subresource)
            .SetTag("server.address", Uri.TryCreate(record.Request.Server, UriKind.Absolute, out var server) ? server.Host : null)
            .SetTag("http.response.status_code", record.StatusCode)
            .SetTag("http.request.resend_count", record.Attempt > 1 ? record.Attempt - 1 : null)
            .SetTag("error.type", record.Error is null ? null : record.StatusCode?.ToString(CultureInfo.InvariantCulture) ?? record.Error.ToString())
            .SetStatus(record.Error is null ? ActivityStatusCode.Unset : ActivityStatusCode.Error)
            .SetEndTime(end);
    }
}
