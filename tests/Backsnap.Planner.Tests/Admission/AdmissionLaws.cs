using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner.Tests.Laws;
using Backsnap.Planner.Tests.Worlds;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using NodaTime;
using Xunit.Abstractions;
using static LanguageExt.Prelude;
using RandomCases = Backsnap.Domain.Tests.Schedules.Laws;

namespace Backsnap.Planner.Tests.Admission;

/// <summary>What holds of every crowd that waits. Each plan is held against PlanCheck as well, which counts once more what each limit allows.</summary>
public sealed class AdmissionLaws(ITestOutputHelper output)
{
    private static readonly string[] Drivers = [Given.Driver, "other.example.com", "third.example.com"];
    private static readonly string[] Expressions = ["@hourly", "0 0 * * *", "@weekly", "@every 50m", "H H * * *"];

    /// <summary>A backup among others: of which namespace, whether it runs already, its driver and node, and for how long its slot has waited.</summary>
    private sealed record Member(int Namespace, bool Runs, bool ByHand, int Attempt, int Driver, int Node, int Waited, string Schedule);

    private sealed record Crowd(Settings Settings, Member[] Members)
    {
        public ClusterState State()
        {
            var claims = Members.Select((member, number) => Given.Claim($"claim-{number:000}", $"ns-{member.Namespace}") with { Schedule = member.Schedule }).ToArray();
            return Given.With(claims) with
            {
                Volumes = claims.Zip(Members).Select(pair => new Volume(pair.Item1.VolumeName.IfNone(""), Some(Drivers[pair.Item2.Driver]))
                {
                    Node = pair.Item2.Node == 0 ? None : Some($"node-{pair.Item2.Node}"),
                }).ToSeq().Strict(),
                SnapshotClasses = Drivers.Select(driver => new SnapshotClass(driver, driver, IsDefault: true, Retains: false)).ToSeq().Strict(),
                Backups = claims.Zip(Members).Select(pair => Backup(pair.Item1, pair.Item2)).ToSeq().Strict(),
                Jobs = claims.Zip(Members).Where(pair => pair.Item2.Runs).Select(pair => Job(Backup(pair.Item1, pair.Item2).Id)).ToSeq().Strict(),
            };
        }

        private static MoverJob Job(Identity backup) => new(
            Given.Id(backup.Namespace.Value, backup.Name, $"job-{backup.Uid}", Given.Night) with { Controller = new Owner("PVCBackup", backup.Name, backup.Uid) }, new JobState.Unfinished());

        private static Backup Backup(Claim claim, Member member)
        {
            var slot = Given.Night - Duration.FromMinutes(member.Waited);
            return Given.Backup(claim.Id.Name, claim.Id.Name, slot, claim.Id.Namespace.Value) with
            {
                Slot = member.ByHand ? None : Some(slot),
                Attempt = member.ByHand ? 1 : member.Attempt,
                Phase = member.Runs ? new BackupPhase.Running(Given.Night) : new BackupPhase.New(),
            };
        }

        public override string ToString() => $"{Settings.MaxRunning} places, {Settings.Limits}\n{string.Join('\n', Members.AsEnumerable())}";
    }

    private static readonly Gen<Member> Members =
        from ns in Gen.Choose(0, 4)
        from runs in Gen.Elements(false, false, false, true)
        from byHand in Gen.Elements(false, false, true)
        from attempt in Gen.Elements(1, 1, 1, 2)
        from driver in Gen.Choose(0, 2)
        from node in Gen.Choose(0, 2)
        from waited in Gen.Choose(0, 3000)
        from schedule in Gen.Elements(Expressions)
        select new Member(ns, runs, byHand, attempt, driver, node, waited, schedule);

    private static Gen<Crowd> Crowds(bool particular) =>
        from members in Members.NonEmptyListOf()
        from places in Gen.Choose(1, 9)
        from perDriver in particular ? Gen.Choose(0, 4) : Gen.Constant(0)
        from perNode in particular ? Gen.Choose(0, 4) : Gen.Constant(0)
        from unready in Gen.Elements(0, 1, 3, 10)
        select new Crowd(Given.Settings with { Manual = true, MaxRunning = places, Limits = Limits.Default with { RunningPerDriver = perDriver, RunningPerNode = perNode, UnreadySnapshots = unready } }, [.. members]);

    private static Plan Plan(Crowd crowd, ClusterState state) => new World(state, crowd.Settings, Given.Night).Plan();

    private static System.Collections.Generic.HashSet<string> Begun(Plan plan) => plan.Actions
        .Bind(action => action is PlannedAction.SetStatus set && Manifests.Text(set.Status, "phase").Contains("Snapshotting") ? Seq1(set.Of.Name) : Seq<string>()).ToHashSet(StringComparer.Ordinal);

    // The same rank: nobody of a lower one is held up by the fairness among those of a higher one.
    private static (bool, bool) Rank(Backup backup) => (backup.Slot.IsNone, backup.Attempt > 1);

    [Fact]
    public void No_limit_is_exceeded_and_no_place_is_left_free_for_which_somebody_waits() => RandomCases.Hold(output, Crowds(particular: true), crowd =>
    {
        var state = crowd.State();
        var begun = Begun(Plan(crowd, state));
        var running = state.Backups.Filter(backup => backup.Phase.HoldsPlace || begun.Contains(backup.Id.Name)).Strict();
        var limits = crowd.Settings.Limits;
        int Share(Func<Volume, Option<string>> of, string name) => running.Count(backup => of(VolumeOf(state, backup)).Contains(name));
        bool Room(int limit, Func<Volume, Option<string>> of, Backup backup) => limit == 0 || of(VolumeOf(state, backup)).ForAll(name => Share(of, name) < limit);
        var places = running.Count < crowd.Settings.MaxRunning && (limits.UnreadySnapshots == 0 || begun.Count < limits.UnreadySnapshots);
        Assert.All(
            state.Backups.Where(backup => !backup.Phase.HoldsPlace && !begun.Contains(backup.Id.Name)),
            waiting => Assert.False(places && Room(limits.RunningPerDriver, volume => volume.Driver, waiting) && Room(limits.RunningPerNode, volume => volume.Node, waiting), waiting.Id.Name));
    }, 300);

    [Fact]
    public void No_namespace_waits_while_another_gets_two_more() => RandomCases.Hold(output, Crowds(particular: false), crowd =>
    {
        var state = crowd.State();
        var begun = Begun(Plan(crowd, state));
        int Runs(NamespaceName home) => state.Backups.Count(backup => backup.Id.Namespace == home && (backup.Phase.HoldsPlace || begun.Contains(backup.Id.Name)));
        var waiting = state.Backups.Filter(backup => !backup.Phase.HoldsPlace && !begun.Contains(backup.Id.Name)).Strict();
        Assert.All(
            state.Backups.Where(backup => begun.Contains(backup.Id.Name)),
            lucky => Assert.All(waiting.Where(one => Rank(one) == Rank(lucky)), one => Assert.True(Runs(lucky.Id.Namespace) <= Runs(one.Id.Namespace) + 1, $"{lucky.Id.Name} before {one.Id.Name}")));
    }, 300);

    [Fact]
    public void A_lower_rank_begins_only_when_nobody_of_a_higher_one_could() => RandomCases.Hold(output, Crowds(particular: false), crowd =>
    {
        var state = crowd.State();
        var begun = Begun(Plan(crowd, state));
        static int Order(Backup backup) => (backup.Attempt > 1 ? 2 : 0) + (backup.Slot.IsSome ? 1 : 0);
        var last = state.Backups.Where(backup => begun.Contains(backup.Id.Name)).Select(Order).DefaultIfEmpty(-1).Max();
        Assert.All(state.Backups.Where(backup => !backup.Phase.HoldsPlace && !begun.Contains(backup.Id.Name)), waiting => Assert.True(Order(waiting) >= last, waiting.Id.Name));
    }, 300);

    [Fact]
    public void The_order_is_total_and_does_not_depend_on_the_order_of_what_was_seen_nor_on_the_time() => RandomCases.Hold(output, Crowds(particular: true), crowd =>
    {
        var state = crowd.State();
        var plan = Plan(crowd, state);
        Assert.Equal(plan, Plan(crowd, state.Reversed()));
        var later = new World(state, crowd.Settings, Given.Night + Duration.FromMinutes(9)).Plan();
        Assert.Equal(plan.Waits.Map(wait => (wait.Object.Uid, wait.For)), later.Waits.Map(wait => (wait.Object.Uid, wait.For)));
        var positions = plan.Waits.Filter(wait => wait.For.StartsWith("position", StringComparison.Ordinal)).Map(wait => int.Parse(wait.For.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Enumerable.Range(1, positions.Count), positions.AsEnumerable());
    }, 200);

    private static Volume VolumeOf(ClusterState state, Backup backup) => state.Volumes.Find(volume => volume.Name == $"pv-{backup.Id.Namespace}-{backup.Claim.Name}").IfNone(() => throw new InvalidOperationException("no volume"));
}
