using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Host.Operator;
using Backsnap.Planner;
using Backsnap.Simulation.Tests.Scenarios;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Simulation.Tests.Mutations;

/// <summary>
/// One way to break the planner, from outside: what it is shown, told, or says is changed on the way, as if a rule in it were missing. The
/// program has no switch for it.
/// </summary>
/// <param name="Rule">The rule that is missing.</param>
/// <param name="Story">A story that shows it.</param>
/// <param name="Broken">The planner without the rule.</param>
internal sealed record Mutation(string Rule, Scenario Story, Planning Broken)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("a child is ours only by its owner's uid", Stories.NameTaken, ByName),
        new("waiting for a snapshot has a deadline", Stories.Stuck, Told(settings => settings with { Deadlines = settings.Deadlines with { Snapshot = Duration.FromDays(1000) } })),
        new("no more run at once than allowed", Stories.Manual, Told(settings => settings with { MaxRunning = 100 })),
        new("the newest success of a claim stays", Stories.Expiring, Said((state, plan, now) => plan with
        {
            Actions = Sequences.Join(plan.Actions, state.Backups
                .Filter(backup => backup.IsSuccess && backup.FinishedAt.Exists(at => now > at + Duration.FromMinutes(10)) && !plan.Actions.Exists(action => action is PlannedAction.Delete delete && delete.Of.Uid == backup.Id.Uid))
                .Map(backup => (PlannedAction)new PlannedAction.Delete(ObjectKind.PvcBackup, backup.Id, Unchanged: true, "old"))),
        })),
        new("one claim has one running backup", Stories.Twice, Unbusy),
        new("a claim that is being restored is not backed up", Stories.Lost, Shown(state => state with { Claims = state.Claims.Map(claim => claim with { Restoring = None }).Strict() })),
        new("a restore writes only into a claim made for it", Stories.Occupied, Shown(state => state with { Claims = state.Claims.Filter(claim => claim.Id.Name != "occupied").Strict() })),
        new("a restore takes the snapshot that it pinned", Stories.Overwritten, Said((_, plan, _) => plan with { Actions = plan.Actions.Map(Newest).Strict() })),
        new("what is past its time to live goes", Stories.Expiring, Said((_, plan, _) => Without(plan, action => action is PlannedAction.Delete { Kind: var kind } && kind == ObjectKind.PvcBackup))),
        new("a success needs the mover's report", Stories.OutOfMemory, Shown(state => state with
        {
            Pods = state.Pods.Map(pod => pod.State is PodState.Ended { Report.IsNone: true } end ? pod with { State = end with { Report = Some(Invented) } } : pod).Strict(),
        })),
        new("temporary objects go when the backup is over", Stories.Scheduled, Said((_, plan, _) => Without(plan, action => action is PlannedAction.Delete { Kind: var kind } && kind == ObjectKind.VolumeSnapshot))),
        new("a slot is served once", Stories.Scheduled, Shown(state => state with { Backups = state.Backups.Filter(backup => !backup.Phase.IsFinished || backup.Slot.IsNone).Strict() })),
        new("a Job that runs stays as it is", Stories.Scheduled, Said((state, plan, _) => plan with
        {
            Actions = Sequences.Join(plan.Actions, state.Jobs.Filter(job => job.State is JobState.Unfinished && state.Pods.Exists(pod => pod.State is PodState.Running))
                .Map(job => (PlannedAction)new PlannedAction.Delete(ObjectKind.Job, job.Id, Unchanged: false, "its template has changed"))),
        })),
        new("the plan says when to look again", Stories.Scheduled, Said((_, plan, _) => plan with { WakeAt = None })),
        new("who asks for a backup to be stopped is heard", Stories.Stopped, Shown(state => state with { Backups = state.Backups.Map(backup => backup with { StopAsked = false }).Strict() })),
        new("a finished status is final", Stories.WrongPassword, Said((state, plan, _) => plan with
        {
            Actions = Sequences.Join(plan.Actions, state.Backups.Filter(backup => backup.Phase is BackupPhase.Finished { Result: Result.Failed }).Map(Reopen)),
        })),
    ];

    /// <inheritdoc/>
    public override string ToString() => Rule;

    private static MoverReport Invented => new(
        MoverOutcome.Succeeded, 0, "BackupSaved", "surely saved", Some(new SavedSnapshot(new string('f', 64), None, Seq<string>())), None, None, 0, Seq<string>(), Seq<SavedSnapshot>());

    private static PlannedAction Reopen(Backup backup) => new PlannedAction.SetStatus(ObjectKind.PvcBackup, backup.Id, Node.Object(Node.Set("phase", "Pending"), Node.Set("message", "again")), None, "again");

    // The Job of a restore is told the second snapshot wherever it was to be told the first.
    private static PlannedAction Newest(PlannedAction action) =>
        action is PlannedAction.Create { Object: { Kind: var kind } job } create && kind == ObjectKind.Job ? create with { Object = job with { Body = Newest(job.Body) } } : action;

    private static Node Newest(Node node) => node switch
    {
        Node.Text text when text.Value == $"{1:x64}" => $"{2:x64}",
        Node.Fields fields => new Node.Fields(fields.Values.Map(field => field with { Value = Newest(field.Value) }).Strict()),
        Node.Items items => new Node.Items(items.Values.Map(Newest).Strict()),
        Node.Text or Node.Whole or Node.Flag or Node.Nothing => node,
    };

    private static Planning Shown(Func<ClusterState, ClusterState> change) => (state, settings, now) => Planner.Planner.Plan(change(state), settings, now);

    private static Planning Told(Func<Settings, Settings> change) => (state, settings, now) => Planner.Planner.Plan(state, change(settings), now);

    private static Planning Said(Func<ClusterState, Plan, Instant, Plan> change) => (state, settings, now) => change(state, Planner.Planner.Plan(state, settings, now), now);

    private static Plan Without(Plan plan, Func<PlannedAction, bool> unwanted) => plan with { Actions = plan.Actions.Filter(action => !unwanted(action)).Strict() };

    // Whatever has a child's name is taken for the child.
    private static Plan ByName(ClusterState state, Settings settings, Instant now) => Planner.Planner.Plan(
        state with
        {
            Claims = state.Claims.Map(claim => state.Backups.Find(backup => ChildName.For(backup.Id.Name, backup.Id.Uid) == claim.Id.Name).Match(
                backup => claim with { Id = claim.Id with { Controller = Some(new Owner(ObjectKind.PvcBackup.Kind, backup.Id.Name, backup.Id.Uid)) } },
                () => claim)).Strict(),
        }, settings, now);

    // The backups that wait are planned for as if none of their claims were busy.
    private static Plan Unbusy(ClusterState state, Settings settings, Instant now)
    {
        var plan = Planner.Planner.Plan(state, settings, now);
        var alone = Planner.Planner.Plan(state with { Backups = state.Backups.Filter(backup => !backup.Phase.HoldsPlace).Strict() }, settings, now);
        var known = plan.Actions.Map(action => action.Target).ToHashSet();
        var waiting = state.Backups.Filter(backup => backup.Phase is BackupPhase.Pending).Map(backup => backup.Id.Name).ToHashSet();
        return plan with
        {
            Actions = Sequences.Join(plan.Actions, alone.Actions.Filter(action => !known.Contains(action.Target) && action is PlannedAction.SetStatus set && waiting.Contains(set.Of.Name)).Strict()),
        };
    }
}
