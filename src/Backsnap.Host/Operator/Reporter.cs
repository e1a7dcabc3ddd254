using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Host.Observation;
using Backsnap.Host.Operator.Events;
using Backsnap.Planner;
using LanguageExt;
using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Operator;

/// <summary>
/// Makes what is wrong visible where people look: a claim whose schedule does not parse or whose volume cannot be backed up gets
/// an Event and a log line, once for each change of the verdict; so does an object that a plan has a notice about, and one whose
/// writes are refused; and each turn in the life of a PVCBackup or PVCRestore is told on it and on its claim. It only puts Events into the queue.
/// </summary>
internal sealed class Reporter(EventQueue events, ILogger<Reporter> log)
{
    private Dictionary<ClaimRef, string> told = [];
    private readonly Dictionary<(Uid About, string Reason), string> noticed = [];

    /// <summary>Tells what is new in a plan's verdicts and notices.</summary>
    public void Report(ClusterState state, Plan plan)
    {
        ReportVerdicts(state, plan);
        ReportNotices(plan);
    }

    /// <summary>Tells of a status that was written, on the object and on its claim.</summary>
    public void Announce(PlannedAction.SetStatus set, ClusterCache cache) => set.Announce.IfSome(news =>
    {
        var action = set.Kind == ObjectKind.PvcBackup ? "BackUp" : set.Kind == ObjectKind.PvcRestore ? "Restore" : "Maintain";
        events.Tell(new News(set.Kind, set.Of, news.IsWarning, action, news.Reason, news.Message));
        news.OnClaim.IfSome(onClaim => cache.Claims.Find(onClaim.Claim.Namespace.Value, onClaim.Claim.Name).IfSome(claim =>
            events.Tell(new News(ObjectKind.Claim, claim.Id, news.IsWarning, action, onClaim.Reason, onClaim.Message) { Related = (set.Kind, set.Of) })));
    });

    // What is not said any more is forgotten, so that it is told again should it come back.
    private void ReportNotices(Plan plan)
    {
        var gone = noticed.Keys.ToHashSet();
        foreach (var notice in plan.Notices)
        {
            var key = (notice.About.Uid, notice.Reason);
            gone.Remove(key);
            if (!noticed.TryGetValue(key, out var before) || before != notice.Message)
            {
                noticed[key] = notice.Message;
                log.LogWarning("{Kind} {Namespace}/{Name}: {Why} ({Reason})", notice.Kind, notice.About.Namespace, notice.About.Name, notice.Message, notice.Reason);
                events.Tell(new News(notice.Kind, notice.About, isWarning: true, "Plan", notice.Reason, notice.Message));
            }
        }

        foreach (var key in gone)
        {
            noticed.Remove(key);
        }
    }

    // Of many thousand claims few are wrong: only those are remembered, and what is not wrong any more is forgotten, so that it is told again.
    private void ReportVerdicts(ClusterState state, Plan plan)
    {
        var claims = new Lazy<Dictionary<ClaimRef, Claim>>(() => state.Claims.AsEnumerable().ToDictionary(claim => claim.Ref));
        var wrong = new Dictionary<ClaimRef, string>();
        foreach (var verdict in plan.Verdicts)
        {
            var (reason, message) = Wrong(verdict.Coverage);
            if (message.Length == 0)
            {
                continue;
            }

            wrong[verdict.Claim] = message;
            if (!told.TryGetValue(verdict.Claim, out var before) || before != message)
            {
                log.LogWarning("{Kind} {Namespace}/{Name} is not backed up: {Why} ({Reason})", ObjectKind.Claim, verdict.Claim.Namespace, verdict.Claim.Name, message, reason);
                if (claims.Value.TryGetValue(verdict.Claim, out var claim))
                {
                    events.Tell(new News(ObjectKind.Claim, claim.Id, isWarning: true, "Schedule", reason, message));
                }
            }
        }

        told = wrong;
    }

    /// <summary>Tells that a write for an object was refused.</summary>
    public void Trouble(PlannedAction action, string why) => Whom(action).IfSome(whom =>
        events.Tell(new News(whom.Kind, whom.Id, isWarning: true, "Write", "ActionFailed", why)));

    private static Option<(ObjectKind Kind, Identity Id)> Whom(PlannedAction action) => action switch
    {
        PlannedAction.SetStatus set => (set.Kind, set.Of),
        PlannedAction.RemoveAnnotation remove => (remove.Kind, remove.Of),
        PlannedAction.ChangeVolume { Change: VolumeChange.Keep keep } => (keep.For.Kind, keep.For.Id),
        PlannedAction.ChangeVolume change => ItOrItsOwner(ObjectKind.Volume, change.Of),
        PlannedAction.Delete delete => ItOrItsOwner(delete.Kind, delete.Of),
        PlannedAction.Create create => create.Object.For.Map(made => (made.Kind, made.Id)),
        PlannedAction.CreateCredentials create => create.Object.For.Map(made => (made.Kind, made.Id)),
        PlannedAction.DeleteCredentials delete => (delete.For.Kind, delete.For.Id),
    };

    private static (string Reason, string Message) Wrong(Coverage coverage) => coverage switch
    {
        Coverage.Invalid invalid when invalid.Subject != Coverage.Invalid.Schedule => (
            "InvalidAnnotation", $"annotation {invalid.Subject} on the {invalid.Source.ToString().ToLowerInvariant()} cannot be read, so the claim is not backed up: {invalid.Problem}"),
        Coverage.Invalid invalid => ("InvalidSchedule", $"schedule '{invalid.Expression}' ({Place(invalid.Source)}) is not valid, so the claim is not backed up: {invalid.Problem}"),
        Coverage.Unsupported unsupported => ("NotBackedUp", unsupported.Why),
        Coverage.Covered or Coverage.Excluded => ("", ""),
    };

    private static string Place(ScheduleSource source) => source switch
    {
        ScheduleSource.Claim => "annotation on the claim",
        ScheduleSource.Namespace => "annotation on the namespace",
        ScheduleSource.Default => "--schedule",
    };

    // What lives elsewhere than its owner is not seen by whoever looks after the owner.
    private static (ObjectKind Kind, Identity Id) ItOrItsOwner(ObjectKind kind, Identity of) => of.Controller.Filter(_ => of.IsElsewhere).Match(
        owner => (ObjectKind.OfOwner(owner), of with { Namespace = of.ForNamespace, Name = owner.Name, Uid = owner.Uid, Version = "" }),
        () => (kind, of));
}
