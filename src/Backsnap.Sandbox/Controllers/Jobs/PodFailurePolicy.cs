using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers.Jobs;

/// <summary>What a Job's podFailurePolicy says of one failed pod.</summary>
internal abstract record PodFailurePolicy
{
    private PodFailurePolicy() { }

    /// <summary>The failure counts towards the backoffLimit.</summary>
    public sealed record Count : PodFailurePolicy;

    /// <summary>The failure does not count; the pod is replaced.</summary>
    public sealed record Ignore : PodFailurePolicy;

    /// <summary>The Job fails at once.</summary>
    public sealed record FailJob(string Message) : PodFailurePolicy;

    /// <summary>The action of the first rule that matches; without one, the failure counts.</summary>
    public static PodFailurePolicy For(JsonObject job, JsonObject pod)
    {
        foreach (var (index, rule) in job.Items("spec", "podFailurePolicy", "rules").Index())
        {
            var match = MatchExitCode(rule, pod) ?? MatchCondition(rule, pod);
            if (match is null) continue;
            return rule.Text("action") switch
            {
                "FailJob" => new FailJob(string.Create(CultureInfo.InvariantCulture, $"{match} matching FailJob rule at index {index}")),
                "Ignore" => new Ignore(),
                _ => new Count(),
            };
        }
        return new Count();
    }

    private static string? MatchExitCode(JsonNode? rule, JsonObject pod)
    {
        if (rule.Child("onExitCodes") is not { } wanted) return null;
        var values = wanted.Items("values").Select(value => value.Number()).ToHashSet();
        var named = wanted.Text("containerName");
        return pod.Items("status", "containerStatuses")
            .Where(container => named is null || container.Text("name") == named)
            .Select(container => (Name: container.Text("name"), Code: container.Number("state", "terminated", "exitCode")))
            .Where(ended => ended.Code is not (null or 0) && values.Contains(ended.Code) == (wanted.Text("operator") == "In"))
            .Select(ended => string.Create(
                CultureInfo.InvariantCulture, $"Container {ended.Name} for pod {pod.NamespaceOf()}/{pod.NameOf()} failed with exit code {ended.Code}"))
            .FirstOrDefault();
    }

    private static string? MatchCondition(JsonNode? rule, JsonObject pod) =>
        rule.Items("onPodConditions")
            .Where(wanted => pod.Items("status", "conditions").Any(condition =>
                condition.Text("type") == wanted.Text("type") && condition.Text("status") == (wanted.Text("status") ?? "True")))
            .Select(wanted => $"Pod {pod.NamespaceOf()}/{pod.NameOf()} has condition {wanted.Text("type")}")
            .FirstOrDefault();
}
