using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner;
using LanguageExt;
using Microsoft.Extensions.Logging;

namespace Backsnap.Host.Operator;

/// <summary>
/// Makes what is wrong visible where people look: a claim whose schedule does not parse or whose volume cannot be backed up gets
/// an Event and a log line, once for each change of the verdict; so does an object that a plan has a notice about, and one whose
/// writes are refused.
/// </summary>
internal sealed class Reporter(Announcer announcer, ILogger<Reporter> log)
{
    private readonly Dictionary<ClaimRef, string> told = [];
    private readonly Dictionary<(Uid About, string Reason), string> noticed = [];

    /// <summary>Tells what is new in a plan's verdicts and notices.</summary>
    public async Task Report(ClusterState state, Plan plan, CancellationToken cancel)
    {
        await ReportVerdicts(state, plan, cancel);
        await ReportNotices(plan, cancel);
    }

    // What is not said any more is forgotten, so that it is told again should it come back.
    private async Task ReportNotices(Plan plan, CancellationToken cancel)
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
                await announcer.Say(notice.Kind, notice.About, isWarning: true, notice.Reason, notice.Message, cancel);
            }
        }

        foreach (var key in gone)
        {
            noticed.Remove(key);
        }
    }

    private async Task ReportVerdicts(ClusterState state, Plan plan, CancellationToken cancel)
    {
        var news = plan.Verdicts
            .Select(verdict => (verdict.Claim, News: Wrong(verdict.Coverage)))
            .Where(entry => entry.News.Message != (told.TryGetValue(entry.Claim, out var before) ? before : ""))
            .ToList();
        foreach (var (claim, (reason, message)) in news)
        {
            told[claim] = message;
            if (message.Length > 0)
            {
                log.LogWarning("{Kind} {Namespace}/{Name} is not backed up: {Why} ({Reason})", ObjectKind.Claim, claim.Namespace, claim.Name, message, reason);
                await state.Claims.Find(found => found.Ref == claim).Match(
                    found => announcer.Say(ObjectKind.Claim, found.Id, isWarning: true, reason, message, cancel),
                    () => Task.CompletedTask);
            }
        }

        var alive = news.Count > 0 || told.Count > plan.Verdicts.Count ? plan.Verdicts.Select(verdict => verdict.Claim).ToHashSet() : null;
        foreach (var claim in alive is null ? [] : told.Keys.Where(claim => !alive.Contains(claim)).ToList())
        {
            told.Remove(claim);
        }
    }

    /// <summary>Tells that a write for an object was refused.</summary>
    public Task Trouble(PlannedAction action, string why, CancellationToken cancel) => action switch
    {
        PlannedAction.SetStatus set => announcer.Say(set.Kind, set.Of, isWarning: true, "ActionFailed", why, cancel),
        PlannedAction.RemoveAnnotation remove => announcer.Say(remove.Kind, remove.Of, isWarning: true, "ActionFailed", why, cancel),
        PlannedAction.ChangeVolume { Change: VolumeChange.Keep keep } => announcer.Say(keep.For.Kind, keep.For.Id, isWarning: true, "ActionFailed", why, cancel),
        PlannedAction.ChangeVolume change => SayToOwner(ObjectKind.Volume, change.Of, why, cancel),
        PlannedAction.Delete delete => SayToOwner(delete.Kind, delete.Of, why, cancel),
        PlannedAction.Create create => SayOfOwner(create.Object, why, cancel),
        PlannedAction.CreateCredentials create => SayOfOwner(create.Object, why, cancel),
        PlannedAction.DeleteCredentials delete => announcer.Say(delete.For.Kind, delete.For.Id, isWarning: true, "ActionFailed", why, cancel),
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
    private Task SayToOwner(ObjectKind kind, Identity of, string why, CancellationToken cancel) => of.Controller.Filter(_ => of.IsElsewhere).Match(
        owner => announcer.Say(
            ObjectKind.OfOwner(owner), of with { Namespace = of.ForNamespace, Name = owner.Name, Uid = owner.Uid, Version = "" }, isWarning: true, "ActionFailed", why, cancel),
        () => announcer.Say(kind, of, isWarning: true, "ActionFailed", why, cancel));

    private Task SayOfOwner(Manifest manifest, string why, CancellationToken cancel) => manifest.For.Match(
        made => announcer.Say(made.Kind, made.Id, isWarning: true, "ActionFailed", why, cancel),
        () => Task.CompletedTask);
}
