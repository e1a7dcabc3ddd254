using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Planner;
using BenchmarkDotNet.Attributes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Benchmarks.Schedules;

/// <summary>
/// A whole plan for 100,000 claims, none of which has a slot that is due: what the operator pays whenever something changes. As multiples of telling
/// the local time of 100,000 instants.
/// </summary>
[MemoryDiagnoser]
public class VerdictBenchmarks
{
    private const int Count = 100_000;
    private static readonly string[] Expressions = ["@daily", "H H * * *", "30 2 * * MON-FRI", "@every 6h", "TZ=Europe/Amsterdam 0 */4 * * *", "0 0 L * *"];
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 22, 13, 0);
    private static readonly DateTimeZone Zone = DateTimeZoneProviders.Tzdb["America/New_York"];

    private readonly ClusterState cluster = ClusterState.Empty with
    {
        Claims = Enumerable.Range(0, Count).Select(Claim).ToSeq().Strict(),
        Namespaces = toHashMap(Enumerable.Range(0, Count / 100).Select(i => NamespaceName.Trusted($"team-{i}")).Select(name => (name, new NamespaceFacts(name, Terminating: false, None, None, None)))),
        StorageClasses = HashMap(("fast", new StorageClass("fast", "csi.example.com", WaitsForConsumer: false, IsDefault: true))),
        SnapshotClasses = Seq1(new SnapshotClass("fast", "csi.example.com", IsDefault: true, Retains: false)),
    };

    private readonly Settings settings = new(
        NamespaceScope.All, "@daily", Zone, Duration.FromMinutes(30), Manual: false, 3, Duration.Zero, None, None, Duration.FromDays(3), AllowCrossNamespaceRestore: false,
        new MoverSettings("backsnap", None, "/backups", Seq<string>(), CustomAuthority: false, "last=1", Duration.FromMinutes(1), "50m", "128Mi", "2Gi"), Deadlines.Default);

    [Benchmark(Baseline = true)]
    public long LocalTimes() => Enumerable.Range(0, Count).Sum(i => (long)(Now + Duration.FromSeconds(i)).InZone(Zone).Hour);

    [Benchmark]
    public int Planned() => Planner.Planner.Plan(cluster, settings, Now).Verdicts.Count;

    /// <summary>What a plan would cost if each verdict were put into words.</summary>
    [Benchmark]
    public long PlannedAndDescribed() =>
        Planner.Planner.Plan(cluster, settings, Now).Verdicts.Sum(verdict => verdict.Coverage is Coverage.Covered covered ? (long)covered.Description.Length : 0);

    // Created a moment ago, so that no slot lies between.
    private static Claim Claim(int i) => new(
        new Identity(NamespaceName.Trusted($"team-{i / 100}"), $"data-{i % 100}", new Uid($"uid-{i}"), "1", Now, Deleting: false, None, default), ClaimPhase.Bound, VolumeMode.Filesystem,
        Some("fast"), None, Seq1("ReadWriteOnce"), None, None, Some(Expressions[i % Expressions.Length]), None, None);
}
