using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using LanguageExt;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Planner;

/// <summary>The parts that the statuses of PVCBackups and PVCRestores share.</summary>
internal static class StatusWriting
{
    /// <summary>An instant as Kubernetes writes times: RFC 3339, whole seconds, UTC.</summary>
    public static Node Time(Instant instant) => InstantPattern.General.Format(instant);

    /// <summary>The conditions, as metav1.Condition.</summary>
    public static Node Conditions(Seq<Condition> conditions, long generation) => Node.List(conditions.Map(condition => Node.Object(
        Node.Set("type", condition.Type),
        Node.Set("status", condition.Holds ? "True" : "False"),
        Node.Set("observedGeneration", generation),
        Node.Set("lastTransitionTime", Time(condition.Since)),
        Node.Set("reason", condition.Reason),
        Node.Set("message", condition.Message))));

    /// <summary>How far a mover is.</summary>
    public static Node Progress(Headway headway) => Node.Object(
        Node.Set("percent", headway.Percent),
        Node.Set("done", headway.Done),
        Node.Set("total", headway.Total),
        Node.Maybe("remaining", headway.Remaining.Map(time => (Node)time)));

    /// <summary>The warnings that a mover reported, with a last line for those that it had to leave out.</summary>
    public static Seq<string> Warnings(MoverReport report) =>
        (report.WarningCount > report.Warnings.Count
            ? report.Warnings.Add(WarningText.More(report.WarningCount - report.Warnings.Count))
            : report.Warnings)
        .Then(report.RetentionError.Map(error => $"retention failed: {error}").ToSeq());
}
