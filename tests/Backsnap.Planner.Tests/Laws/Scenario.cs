using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Laws;

/// <summary>Something that happens to a world beside its regular course.</summary>
internal abstract record Step
{
    private Step() { }

    /// <summary>Time passes; the operator is at work.</summary>
    public sealed record Pass(int Minutes) : Step;

    /// <summary>Time passes; the operator is not there.</summary>
    public sealed record Outage(int Minutes) : Step;

    /// <summary>The operator plans, and is killed after so many actions.</summary>
    public sealed record Crash(int Actions) : Step;

    /// <summary>An operator plans from what it saw before so many of the last changes, and acts on it.</summary>
    public sealed record OldView : Step;

    /// <summary>Somebody creates a PVCBackup.</summary>
    public sealed record Ask(int Claim) : Step;

    /// <summary>Somebody creates a PVCRestore of one claim's data into another claim, new or not.</summary>
    public sealed record Bring(int Claim, bool IntoItself) : Step;

    /// <summary>Somebody deletes a claim.</summary>
    public sealed record Lose(int Claim) : Step;

    /// <summary>Somebody deletes a child of ours: the first, second, … of all.</summary>
    public sealed record Meddle(int Child) : Step;
}

/// <summary>A random world and what happens in it. The same scenario always goes the same way.</summary>
internal sealed record Scenario(Seq<Claim> Claims, Option<string> NamespaceSchedule, Settings Settings, int Luck, Seq<Step> Steps)
{
    /// <summary>An object that is not ours, of each kind that we delete; named like ours, and nobody's child.</summary>
    private static readonly Identity Bystander = Given.Id("shop", "bystander", "bystander", Given.Night) with { Labels = HashMap((Marks.ManagedBy, Marks.Backsnap)) };

    private static readonly Gen<Option<string>> Schedules =
        Gen.Elements(Option<string>.None, None, Some("@hourly"), Some("*/20 * * * *"), Some("0 3 * * *"), Some("@every 50m"), Some("H H * * *"), Some(""), Some("every day"));

    private static readonly Gen<Claim> Claim =
        from number in Gen.Choose(0, 5)
        from ns in Gen.Elements("shop", "lab")
        from schedule in Schedules
        from phase in Gen.Elements(ClaimPhase.Bound, ClaimPhase.Bound, ClaimPhase.Bound, ClaimPhase.Bound, ClaimPhase.Pending, ClaimPhase.Lost)
        from mode in Gen.Elements(VolumeMode.Filesystem, VolumeMode.Filesystem, VolumeMode.Filesystem, VolumeMode.Block)
        from age in Gen.Choose(0, 300)
        let name = number == 5 ? "claim." + new string('x', 80) : $"claim-{number}"
        select Given.Claim(name, ns) with
        {
            Id = Given.Id(ns, name, $"claim-{ns}-{number}", Given.Night - Duration.FromMinutes(age)),
            Schedule = schedule,
            Phase = phase,
            Mode = mode,
        };

    private static readonly Gen<Settings> AnySettings =
        from places in Gen.Choose(1, 3)
        from pause in Gen.Elements(0, 0, 2)
        from ttl in Gen.Elements(5, 90, 2000)
        from spread in Gen.Elements(0, 0, 15)
        from byDefault in Gen.Elements("30 2 * * *", "@hourly", "")
        from perDriver in Gen.Elements(0, 0, 1, 2)
        from perNode in Gen.Elements(0, 0, 1, 2)
        from unready in Gen.Elements(0, 1, 2, 10)
        from retries in Gen.Choose(0, 4)
        from kept in Gen.Choose(1, 3)
        select Given.Settings with
        {
            MaxRunning = places,
            SleepBetween = Duration.FromMinutes(pause),
            Ttl = Duration.FromMinutes(ttl),
            Spread = Duration.FromMinutes(spread),
            DefaultSchedule = byDefault,
            Limits = Limits.Default with { RunningPerDriver = perDriver, RunningPerNode = perNode, UnreadySnapshots = unready },
            FailedTtl = Duration.FromMinutes(ttl) / 2,
            Retries = retries,
            FailedHistory = kept,
        };

    private static readonly Gen<Step> AnyStep = Gen.Frequency<Step>(
        (4, Gen.Choose(1, 150).Select(Step (minutes) => new Step.Pass(minutes))),
        (2, Gen.Choose(1, 400).Select(Step (minutes) => new Step.Outage(minutes))),
        (3, Gen.Choose(0, 4).Select(Step (actions) => new Step.Crash(actions))),
        (2, Gen.Constant<Step>(new Step.OldView())),
        (2, Gen.Choose(0, 5).Select(Step (claim) => new Step.Ask(claim))),
        (2, from claim in Gen.Choose(0, 5) from same in Gen.Elements(true, false) select (Step)new Step.Bring(claim, same)),
        (1, Gen.Choose(0, 5).Select(Step (claim) => new Step.Lose(claim))),
        (1, Gen.Choose(0, 5).Select(Step (child) => new Step.Meddle(child))));

    /// <summary>Any scenario.</summary>
    public static Gen<Scenario> Any { get; } =
        from claims in Claim.NonEmptyListOf()
        from home in Schedules
        from settings in AnySettings
        from luck in Gen.Choose(0, 1_000_000)
        from steps in AnyStep.ListOf()
        select new Scenario(claims.Take(4).DistinctBy(claim => claim.Ref).ToSeq().Strict(), home, settings, luck, steps.Take(12).ToSeq().Strict());

    /// <summary>The world in which it begins.</summary>
    public World Begin()
    {
        var state = Given.With(Claims.ToArray());
        return new World(state, Settings, Given.Night)
        {
            Fates = Fate,
        } with
        {
            State = state with
            {
                Namespaces = toHashMap(state.Namespaces.AsEnumerable().Select(home => (home.Key, home.Value with { Schedule = NamespaceSchedule }))),
                // Two drivers, and two nodes among those volumes that can be reached from one only.
                Volumes = state.Volumes.Map(Place).Strict(),
                SnapshotClasses = state.SnapshotClasses.Add(new Domain.Volumes.SnapshotClass("slow-snapshots", SlowDriver, IsDefault: true, Retains: false)),
                Snapshots = Seq1(new Domain.Volumes.Snapshot(Bystander, Ready: false, None, None, None)),
                Jobs = Seq1(new Domain.Movers.MoverJob(Bystander with { Uid = new Uid("bystander-job") }, new Domain.Movers.JobState.Unfinished())),
                Secrets = Seq1(Bystander with { Uid = new Uid("bystander-secret") }),
            },
        };
    }

    private const string SlowDriver = "slow.example.com";

    private static Domain.Volumes.Volume Place(Domain.Volumes.Volume volume)
    {
        var dice = Convert.ToInt32(ChildName.Hash(volume.Name, 6), 16);
        return volume with { Driver = Some(dice % 3 == 0 ? SlowDriver : Given.Driver), Node = dice / 3 % 2 == 0 ? Some($"node-{dice / 6 % 2}") : None };
    }

    /// <summary>What happens to a child depends on its owner's name and this scenario's luck, and on nothing else.</summary>
    private Fate Fate(Owner owner, string operation)
    {
        var dice = Convert.ToInt32(ChildName.Hash($"{Luck} {owner.Name} {operation}", 6), 16);
        SnapshotFate snapshot = (dice % 10) switch
        {
            0 => new SnapshotFate.Stuck("no space"),
            1 => new SnapshotFate.Ignored(),
            2 => new SnapshotFate.ReadyAfterError("try again"),
            _ => new SnapshotFate.Ready(),
        };
        MoverFate mover = (dice / 10 % 12) switch
        {
            0 => new MoverFate.Fails(12, "WrongPassword", "the password does not open the repository"),
            1 => new MoverFate.OutOfMemory(),
            2 => new MoverFate.NeverStarts("Unschedulable: no node has room"),
            3 => new MoverFate.VanishesAfterwards(),
            4 => new MoverFate.ReadsSome("/data/secret: permission denied"),
            _ => new MoverFate.Works(),
        };
        return new Fate(snapshot, operation == "backup" || mover is not MoverFate.ReadsSome ? mover : new MoverFate.Works(), Duration.FromSeconds(10 + (dice / 120 % 1500)));
    }

    public override string ToString() =>
        $"luck {Luck}, {Settings.MaxRunning} places, {Settings.Limits}, pause {Settings.SleepBetween}, ttl {Settings.Ttl}, {Settings.Retries} retries, {Settings.FailedHistory} failed ones, spread {Settings.Spread}, default '{Settings.DefaultSchedule}', namespace {NamespaceSchedule}\n"
        + string.Concat(Claims.Map(claim => $"  {claim.Ref} {claim.Phase} {claim.Mode} {claim.Schedule} made {claim.Id.Created}\n"))
        + string.Concat(Steps.Map(step => $"  {step}\n"));
}
