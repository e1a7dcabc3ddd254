using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Restores;
using Backsnap.Domain.Volumes;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Worlds;

/// <summary>What tests begin with: one namespace, one CSI driver, claims an hour old, and the operator's defaults.</summary>
internal static class Given
{
    public const string Driver = "csi.example.com";

    /// <summary>Two in the morning of a Sunday.</summary>
    public static Instant Night { get; } = Instant.FromUtc(2026, 11, 22, 2, 0);

    public static Settings Settings { get; } = new(
        NamespaceScope.All, "30 2 * * *", DateTimeZone.Utc, Duration.Zero, Manual: false, MaxRunning: 2, Duration.Zero, None, None, Duration.FromDays(7),
        AllowCrossNamespaceRestore: false,
        new MoverSettings(
            "backsnap:1", None, "s3:https://s3.example.com/backups", Seq("RESTIC_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), CustomAuthority: false,
            "last=1,daily=7", Duration.FromMinutes(1), "100m", "128Mi", "1Gi"),
        Deadlines.Default);

    public static ClusterState Cluster { get; } = ClusterState.Empty with
    {
        StorageClasses = HashMap(("fast", new StorageClass("fast", Driver, WaitsForConsumer: true, IsDefault: true)), ("nfs", new StorageClass("nfs", "nfs.example.com", false, false))),
        SnapshotClasses = Seq1(new SnapshotClass("fast-snapshots", Driver, IsDefault: true, Retains: false)),
    };

    public static NamespaceName Ns(string name) => NamespaceName.Trusted(name);

    public static Identity Id(string ns, string name, string uid, Instant created) =>
        new(Ns(ns), name, new Uid(uid), "1", created, Deleting: false, None, HashMap<string, string>());

    public static NamespaceFacts Namespace(string name) => new(Ns(name), Terminating: false, None, None, None);

    /// <summary>A bound claim of 10 GiB, an hour old.</summary>
    public static Claim Claim(string name, string ns = "shop") => new(
        Id(ns, name, $"claim-{ns}-{name}", Night - Duration.FromHours(1)), ClaimPhase.Bound, VolumeMode.Filesystem, Some("fast"), Some($"pv-{ns}-{name}"), Seq1("ReadWriteOnce"),
        Some(Quantity.OfBytes(10L << 30)), Some(Quantity.OfBytes(10L << 30)), None, None, None);

    /// <summary>A PVCBackup made by hand.</summary>
    public static Backup Backup(string name, string claim, Instant created, string ns = "shop") => new(
        Id(ns, name, $"backup-{ns}-{name}", created), 1, new ClaimRef(Ns(ns), claim), None, Placement.Anywhere, None, new BackupPhase.New(), "", Seq<Condition>());

    /// <summary>A PVCBackup that ended.</summary>
    public static Backup Finished(string name, string claim, Result result, Instant at, string ns = "shop") =>
        Backup(name, claim, at - Duration.FromMinutes(2), ns) with { Phase = new BackupPhase.Finished(result, Some(at - Duration.FromMinutes(1)), at) };

    /// <summary>A PVCRestore of the newest snapshot.</summary>
    public static Restore Restore(string name, string source, string target, Instant created, string ns = "shop") => new(
        Id(ns, name, $"restore-{ns}-{name}", created), 1, new ClaimRef(Ns(ns), source), None, None, new TargetWish(target, None, None, Seq<string>()),
        Placement.Anywhere, new RestorePhase.New(), None, "", Seq<Condition>());

    /// <summary>A cluster with these claims, their namespaces and their volumes.</summary>
    public static ClusterState With(params Claim[] claims) => Cluster with
    {
        Claims = claims.ToSeq().Strict(),
        Namespaces = toHashMap(claims.Select(claim => claim.Id.Namespace.Value).Append("shop").Distinct().Select(name => (Ns(name), Namespace(name)))),
        Volumes = claims.SelectMany(claim => claim.VolumeName.ToSeq()).Distinct().Select(name => new Volume(name, Some(Driver))).ToSeq().Strict(),
    };

    /// <summary>A quiet world with these claims.</summary>
    public static World World(params Claim[] claims) => new(With(claims), Settings, Night);
}
