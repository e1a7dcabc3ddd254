using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Movers;

/// <summary>
/// Takes the copies of credentials back from tenants' namespaces. Secrets there are made and deleted but never looked at, so each end of a use stands
/// beside something that is seen: a copy goes before what it was made for is declared to be over, if no mover runs that may need it; else before the
/// Job that still runs then. What is left all the same, because an operator was stopped between a Secret and its Job, goes with its owner.
/// In the movers' own namespace Secrets are seen like anything else.
/// </summary>
internal static class Withdrawal
{
    /// <summary>The plan, with the deletions that its other actions demand before them.</summary>
    public static Plan Complete(Plan plan, Survey survey, Settings settings) =>
        plan.Actions.Exists(action => IsEnd(action) || IsOfJob(action))
            ? plan with { Actions = plan.Actions.Bind(action => Before(action, survey, settings).Add(action)).Strict() }
            : plan;

    private static Seq<PlannedAction> Before(PlannedAction action, Survey survey, Settings settings) => action switch
    {
        PlannedAction.SetStatus set when IsEnd(set) => BeforeEnd(set, survey, settings),
        PlannedAction.Delete delete when IsOfJob(delete) => BeforeJob(delete, survey, settings),
        PlannedAction.SetStatus or PlannedAction.Delete or PlannedAction.Create or PlannedAction.CreateCredentials or PlannedAction.DeleteCredentials
            or PlannedAction.RemoveAnnotation or PlannedAction.ChangeVolume => Seq<PlannedAction>(),
    };

    private static Seq<PlannedAction> BeforeEnd(PlannedAction.SetStatus set, Survey survey, Settings settings)
    {
        var jobs = survey.JobsOf[set.Of.Uid].ToSeq().Strict();
        return settings.IsolatesMoversOf(set.Of.Namespace) || !survey.HasMover(set.Of.Uid) || jobs.Exists(job => job.State is Domain.Movers.JobState.Unfinished)
            ? Seq<PlannedAction>()
            : Of(set.Kind, set.Of, jobs.Bind(job => job.Secrets), settings, $"{set.Kind} {set.Of.Name} is over");
    }

    // Of a Job that ended in time the copy has gone before; of one that is nobody's, and of one that went on, it has not.
    private static Seq<PlannedAction> BeforeJob(PlannedAction.Delete delete, Survey survey, Settings settings) => delete.Of.Controller
        .Filter(owner => owner.IsOurs && !delete.Of.IsElsewhere)
        .Bind(owner => survey.JobsOf[owner.Uid].Find(job => job.Id.Uid == delete.Of.Uid).Filter(job => survey.EndOf(owner.Uid).Match(job.Outlived, () => true)).Map(job => (Owner: owner, Job: job)))
        .Match(
            found => Of(
                ObjectKind.OfOwner(found.Owner), delete.Of with { Name = found.Owner.Name, Uid = found.Owner.Uid, Controller = None }, found.Job.Secrets, settings, $"Job {delete.Of.Name} goes"),
            () => Seq<PlannedAction>());

    // Also by the names that the Jobs say: the credentials, and so the name that they lead to, may have been others when those were made. Only names that
    // nobody gives to anything else: who may make Jobs could name any Secret in one.
    private static Seq<PlannedAction> Of(ObjectKind kind, Identity owner, Seq<string> named, Settings settings, string why) =>
        Seq1(ChildName.OfCredentials(owner.Name, owner.Uid, settings.Mover.Naming))
            .Then(named.Filter(name => ChildName.IsOfCredentials(name, owner.Name, owner.Uid)))
            .Distinct().OrderBy(name => name, StringComparer.Ordinal)
            .Select(name => (PlannedAction)new PlannedAction.DeleteCredentials(owner.Namespace, name, new Beneficiary(kind, owner), $"{why}, and with it the use of the repository's credentials"))
            .ToSeq().Strict();

    private static bool IsEnd(PlannedAction action) =>
        action is PlannedAction.SetStatus { Status: Node.Fields status } && status.Find("phase").Exists(phase => phase is Node.Text { Value: nameof(Domain.Backups.Result.Succeeded) or nameof(Domain.Backups.Result.Failed) });

    private static bool IsOfJob(PlannedAction action) => action is PlannedAction.Delete delete && delete.Kind == ObjectKind.Job;
}
