using System.Globalization;
using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Maintenances;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner;
using BenchmarkDotNet.Attributes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Benchmarks.Planning;

/// <summary>
/// A plan for 20,000 claims with 60,000 PVCBackups and 40,000 PVCMaintenances after one object has changed, the check of the plan included: by a
/// planner that remembers, as a part of what it costs one that does not. Each invocation shows the planner a state that it has not seen.
/// </summary>
[MemoryDiagnoser]
public class PlanningBenchmarks
{
    private const int Claims = 20_000;
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 13, 0);
    private static readonly Settings Settings = new(
        NamespaceScope.All, "@daily", DateTimeZone.Utc, Duration.FromMinutes(30), Manual: false, 3, Duration.Zero, None, None, Duration.FromDays(7), AllowCrossNamespaceRestore: false,
        new MoverSettings("backsnap", None, "/backups", Seq<string>(), CustomAuthority: false, "last=1", Duration.FromMinutes(1), "50m", "128Mi", "2Gi"), Deadlines.Default);

    private readonly Recollection memory = new();
    private readonly Claim[] claims = [.. Enumerable.Range(0, Claims).Select(Claim)];
    private ClusterState cluster = ClusterState.Empty;
    private int turn;

    [GlobalSetup]
    public void SetUp()
    {
        cluster = ClusterState.Empty with
        {
            Claims = claims.ToSeq().Strict(),
            Volumes = claims.Select(claim => new Volume($"pv-{claim.Id.Name}", Some("csi.example.com"))).ToSeq().Strict(),
            Backups = claims.SelectMany(claim => Enumerable.Range(1, 3).Select(day => Backup(claim, day))).ToSeq().Strict(),
            Maintenances = Some(claims.SelectMany(claim => new[] { MaintenanceKind.Prune, MaintenanceKind.Check }.Select(kind => Done(claim, kind))).ToSeq().Strict()),
            Namespaces = toHashMap(Enumerable.Range(0, 100).Select(Home).Select(name => (name, new NamespaceFacts(name, Terminating: false, None, None, None)))),
            StorageClasses = HashMap(("fast", new StorageClass("fast", "csi.example.com", WaitsForConsumer: false, IsDefault: true))),
            SnapshotClasses = Seq1(new SnapshotClass("fast", "csi.example.com", IsDefault: true, Retains: false)),
        };
        Plan(memory, cluster);
    }

    [Benchmark(Baseline = true)]
    public int FromNothing() => Plan(new Recollection(), AfterAChange());

    [Benchmark]
    public int Remembering() => Plan(memory, AfterAChange());

    /// <summary>What showing a planner a new state costs by itself: a copy of the list of claims.</summary>
    [Benchmark]
    public int TheChangeItself() => AfterAChange().Claims.Count;

    private ClusterState AfterAChange()
    {
        turn++;
        var at = turn % Claims;
        claims[at] = claims[at] with { Schedule = turn % 2 == 0 ? "@weekly" : "@daily" };
        return cluster with { Claims = claims.ToSeq().Strict() };
    }

    private static int Plan(Recollection planner, ClusterState state)
    {
        var plan = planner.Next(state, Settings, Now);
        return plan.Verdicts.Count + planner.Check(state, Settings, plan, Now).Count;
    }

    private static NamespaceName Home(int number) => NamespaceName.Trusted($"team-{number}");

    private static Identity Id(NamespaceName home, string name, Instant created) =>
        new(home, name, new Uid($"uid-of-{home}-{name}"), "1", created, Deleting: false, None, HashMap<string, string>());

    private static Claim Claim(int number) => new(
        Id(Home(number % 100), string.Create(CultureInfo.InvariantCulture, $"claim-{number}"), Now - Duration.FromDays(90)), ClaimPhase.Bound, VolumeMode.Filesystem, Some("fast"),
        Some(string.Create(CultureInfo.InvariantCulture, $"pv-claim-{number}")), Seq1("ReadWriteOnce"), None, None, None, None, None);

    private static Backup Backup(Claim claim, int day)
    {
        var at = Now - Duration.FromDays(day) + Duration.FromHours(23);
        return new Backup(
            Id(claim.Id.Namespace, $"{claim.Id.Name}-{day}", at), 1, claim.Ref, None, Placement.Anywhere, Some(at), new BackupPhase.Finished(Result.Succeeded, Some(at), at), "", Seq<Condition>());
    }

    private static Maintenance Done(Claim claim, MaintenanceKind kind)
    {
        var at = Now - Duration.FromSeconds(1);
        return new Maintenance(
            Id(claim.Id.Namespace, $"{claim.Id.Name}-{kind}", at), 1, claim.Ref, Right<string, MaintenanceKind>(kind), None, None, Placement.Anywhere, Some(at),
            new MaintenancePhase.Finished(Result.Succeeded, Some(at), at), "", "", Seq<Condition>());
    }
}
