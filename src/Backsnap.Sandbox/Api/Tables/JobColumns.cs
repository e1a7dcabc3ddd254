using System.Globalization;
using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Api.Tables;

/// <summary>The columns of Jobs.</summary>
internal static class JobColumns
{
    public static IReadOnlyList<Column> All =>
    [
        .. TableLayout.Around(
            new Column("Status", "string", (job, _) => Status(job)),
            new Column("Completions", "string", (job, _) => $"{job.Number("status", "succeeded") ?? 0}/{job.Number("spec", "completions") ?? 1}"),
            new Column("Duration", "string", (job, now) => Duration(job, now))),
        new Column("Containers", "string", (job, _) => Containers(job, "name"), Priority: 1),
        new Column("Images", "string", (job, _) => Containers(job, "image"), Priority: 1),
        new Column("Selector", "string", (job, _) => Selector(job), Priority: 1),
    ];

    private static string Status(JsonObject job) =>
        Has(job, "Complete") ? "Complete"
        : Has(job, "Failed") ? "Failed"
        : job.IsTerminating() ? "Terminating"
        : Has(job, "Suspended") ? "Suspended"
        : Has(job, "FailureTarget") ? "FailureTarget"
        : Has(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet"
        : "Running";

    private static bool Has(JsonObject job, string type) =>
        job.Items("status", "conditions").Any(condition => condition.Text("type") == type && condition.Text("status") == "True");

    private static string Duration(JsonObject job, DateTimeOffset now)
    {
        if (!TryTime(job.Text("status", "startTime"), out var start))
        {
            return "";
        }

        var failed = job.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == "Failed").Text("lastTransitionTime");
        return Ages.Text((TryTime(job.Text("status", "completionTime") ?? failed, out var end) ? end : now) - start);
    }

    private static bool TryTime(string? text, out DateTimeOffset time) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);

    private static string Containers(JsonObject job, string field) =>
        string.Join(",", job.Items("spec", "template", "spec", "containers").Select(container => container.Text(field)));

    private static string Selector(JsonObject job) =>
        string.Join(",", (job.Child("spec", "selector", "matchLabels") ?? []).Select(label => $"{label.Key}={label.Value}"));
}
