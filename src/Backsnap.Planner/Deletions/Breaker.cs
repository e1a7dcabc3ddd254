using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Deletions;

/// <summary>
/// Stops mass deletion. What a plan deletes for good (PVCBackups, PVCRestores and PVCMaintenances, which are all that remembers them, and orphans) is all done or
/// none of it: more than a plan may delete is a sign that a setting, a clock or a view is wrong, and waits for a person. Temporary objects of
/// what is finished do not count; the rest of the plan goes on.
/// </summary>
internal static class Breaker
{
    /// <summary>The reason of the notice.</summary>
    public const string Reason = "TooManyDeletions";

    /// <summary>The plan, without its lasting deletions where they are too many.</summary>
    public static Plan Guard(Plan plan, Survey survey, Settings settings)
    {
        var most = settings.Limits.Deletions;
        var lasting = plan.Actions.Bind(action => action is PlannedAction.Delete delete && IsLasting(delete, survey) ? Seq1(delete) : Seq<PlannedAction.Delete>()).Strict();
        return most == 0 || lasting.Count <= most
            ? plan
            : (plan with { Actions = plan.Actions.Filter(action => action is not PlannedAction.Delete delete || !IsLasting(delete, survey)).Strict(), Withheld = lasting.Count })
                + Explain(lasting, most);
    }

    private static bool IsLasting(PlannedAction.Delete delete, Survey survey) =>
        delete.Kind == ObjectKind.PvcBackup || delete.Kind == ObjectKind.PvcRestore || delete.Kind == ObjectKind.PvcMaintenance || delete.Of.Controller.Exists(owner => !survey.Knows(owner));

    // The notice has no number that grows: it would be told anew each time.
    private static Plan Explain(Seq<PlannedAction.Delete> withheld, int most)
    {
        var first = withheld.OrderBy(delete => $"{delete.Of.Namespace}/{delete.Of.Name}", StringComparer.Ordinal).First();
        const string WayOut = "see them with 'backsnap plan --max-deletions-per-plan=0'; if they are right, run the operator with a higher limit, else mend what made them due (--ttl for instance)";
        return Plan.Wait(first.Kind, first.Of, $"{withheld.Count} deletions are withheld, for a plan may delete no more than {most} objects for good (--max-deletions-per-plan={most}): {WayOut}", None)
            + Plan.Tell(first.Kind, first.Of, Reason, $"this and more than {most - 1} other objects would be deleted at once, so none of them is (--max-deletions-per-plan={most}): {WayOut}");
    }
}
