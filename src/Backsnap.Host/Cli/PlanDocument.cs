using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner;
using LanguageExt;
using NodaTime;
using NodaTime.Text;

namespace Backsnap.Host.Cli;

/// <summary>A plan as a document, for <c>-o json</c> and <c>-o yaml</c>. It holds whole manifests, and no credential: a plan has none.</summary>
internal static class PlanDocument
{
    /// <summary>The document.</summary>
    public static Node Of(Plan plan, Instant now) => Node.Object(
        Node.Set("plannedAt", Time(now)),
        Node.Maybe("wakeAt", plan.WakeAt.Map(Time)),
        Node.Set("actions", Node.List(plan.Actions.Map(Action))),
        Node.Set("claims", Node.List(plan.Verdicts.Map(verdict => Node.Object(
            Node.Set("namespace", verdict.Claim.Namespace.Value), Node.Set("name", verdict.Claim.Name), Node.Set("coverage", Coverage(verdict.Coverage)))))),
        Node.Set("waiting", Node.List(plan.Waits.Map(wait => Node.Object(
            Node.Set("kind", wait.Kind.Kind), Node.Set("namespace", wait.Object.Namespace.Value), Node.Set("name", wait.Object.Name), Node.Set("for", wait.For))))),
        Node.Maybe("withheldDeletions", plan.Withheld == 0 ? Option<Node>.None : LanguageExt.Prelude.Some((Node)plan.Withheld)),
        Node.Maybe("notices", plan.Notices.IsEmpty ? Option<Node>.None : LanguageExt.Prelude.Some(Node.List(plan.Notices.Map(notice => Node.Object(
            Node.Set("kind", notice.Kind.Kind), Node.Set("namespace", notice.About.Namespace.Value), Node.Set("name", notice.About.Name),
            Node.Set("reason", notice.Reason), Node.Set("message", notice.Message)))))));

    private static Node Action(PlannedAction action)
    {
        var (kind, ns, name) = action.Target;
        return Node.Object(
            Node.Set("verb", action.Verb), Node.Set("kind", kind.Kind), Node.Set("namespace", ns.Value), Node.Set("name", name), Node.Set("reason", action.Reason),
            Node.Maybe("object", Made(action)),
            Node.Maybe("dataFromRepositorySecret", action is PlannedAction.CreateCredentials credentials ? LanguageExt.Prelude.Some(Node.Texts(credentials.Keys)) : Option<Node>.None),
            Node.Maybe("passwordDerivedFor", action is PlannedAction.CreateCredentials copy ? copy.PasswordOf : Option<string>.None),
            Node.Maybe("status", action is PlannedAction.SetStatus set ? LanguageExt.Prelude.Some(set.Status) : Option<Node>.None),
            Node.Maybe("patch", action is PlannedAction.ChangeVolume change ? LanguageExt.Prelude.Some(change.Change.Patch) : Option<Node>.None),
            Node.Maybe("annotation", action is PlannedAction.RemoveAnnotation remove ? LanguageExt.Prelude.Some(remove.Annotation) : Option<string>.None),
            Node.Maybe("precondition", Precondition(action)));
    }

    private static Option<Node> Made(PlannedAction action) => action switch
    {
        PlannedAction.Create create => LanguageExt.Prelude.Some(create.Object.Body),
        PlannedAction.CreateCredentials create => LanguageExt.Prelude.Some(create.Object.Body),
        PlannedAction.SetStatus => Option<Node>.None,
        PlannedAction.RemoveAnnotation => Option<Node>.None,
        PlannedAction.ChangeVolume => Option<Node>.None,
        PlannedAction.Delete or PlannedAction.DeleteCredentials => Option<Node>.None,
    };

    private static Option<Node> Precondition(PlannedAction action) => action switch
    {
        PlannedAction.Create or PlannedAction.CreateCredentials or PlannedAction.DeleteCredentials => Option<Node>.None,
        PlannedAction.SetStatus set => LanguageExt.Prelude.Some(Seen(set.Of, withVersion: true)),
        PlannedAction.RemoveAnnotation remove => LanguageExt.Prelude.Some(Seen(remove.Of, withVersion: true)),
        PlannedAction.ChangeVolume change => LanguageExt.Prelude.Some(Seen(change.Of, withVersion: true)),
        PlannedAction.Delete delete => LanguageExt.Prelude.Some(Seen(delete.Of, delete.Unchanged)),
    };

    private static Node Seen(Identity of, bool withVersion) => Node.Object(
        Node.Set("uid", of.Uid.Value), Node.Maybe("resourceVersion", withVersion ? LanguageExt.Prelude.Some(of.Version) : Option<string>.None));

    /// <summary>A verdict.</summary>
    public static Node Coverage(Coverage coverage) => coverage switch
    {
        Coverage.Covered covered => Node.Object(
            Node.Set("verdict", "covered"), Node.Set("schedule", covered.Expression), Node.Set("source", covered.Source.ToString()), Node.Set("description", covered.Description),
            Node.Set("next", Time(covered.Next)), Node.Maybe("lastSuccess", covered.LastSuccess.Map(Time))),
        Coverage.Excluded excluded => Node.Object(Node.Set("verdict", "excluded"), Node.Set("reason", excluded.Reason.ToString()), Node.Set("message", excluded.Detail)),
        Coverage.Unsupported unsupported => Node.Object(Node.Set("verdict", "unsupported"), Node.Set("message", unsupported.Why)),
        Coverage.Invalid invalid => Node.Object(
            Node.Set("verdict", "invalid"), Node.Set(invalid.Subject == Domain.Cluster.Coverage.Invalid.Schedule ? invalid.Subject : "text", invalid.Expression),
            Node.Maybe("annotation", invalid.Subject == Domain.Cluster.Coverage.Invalid.Schedule ? Option<string>.None : LanguageExt.Prelude.Some(invalid.Subject)), Node.Set("source", invalid.Source.ToString()), Node.Set("message", invalid.Problem)),
    };

    private static Node Time(Instant instant) => InstantPattern.General.Format(instant);
}
