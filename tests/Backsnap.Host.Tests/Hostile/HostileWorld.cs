using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Domain.Volumes;
using Backsnap.Host.Tests.Cli;
using Backsnap.Planner;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Hostile;

/// <summary>A cluster with one claim, shop/orders, whose annotations a tenant wrote, and a backup of it that is about to run.</summary>
internal static class HostileWorld
{
    private const string Driver = "csi.example.com";

    public static Instant Now { get; } = Instant.FromUtc(2026, 11, 22, 2, 0);

    public static Settings Settings { get; } = Told.Of([], "--repository", "s3:https://s3.example.com/backups", "--schedule", "").Settings;

    /// <summary>The cluster as it is when the snapshot is ready: the next plan makes the mover.</summary>
    public static ClusterState ReadyToRun(HashMap<string, string> annotations)
    {
        var shop = NamespaceName.Trusted("shop");
        var backup = new Backup(
            Id("by-hand", "backup-uid"), 1, new ClaimRef(shop, "orders"), None, Placement.Anywhere, None, new BackupPhase.Snapshotting(Now - Duration.FromMinutes(1)), "", Seq<Condition>());
        return ClusterState.Empty with
        {
            Namespaces = HashMap((shop, new NamespaceFacts(shop, Terminating: false, None, None, None))),
            StorageClasses = HashMap(("fast", new StorageClass("fast", Driver, WaitsForConsumer: false, IsDefault: true))),
            SnapshotClasses = Seq1(new SnapshotClass("fast-snapshots", Driver, IsDefault: true, Retains: false)),
            Volumes = Seq1(new Volume("pv", Some(Driver))),
            Claims = Seq1(new Claim(
                Id("orders", "claim-uid"), ClaimPhase.Bound, VolumeMode.Filesystem, Some("fast"), Some("pv"), Seq1("ReadWriteOnce"), Some(Quantity.OfBytes(10L << 30)), Some(Quantity.OfBytes(10L << 30)), None, None, None)
            {
                Marks = annotations,
            }),
            Backups = Seq1(backup),
            Snapshots = Seq1(new Snapshot(
                Id(ChildName.For("by-hand", backup.Id.Uid), "snapshot-uid") with { Controller = Some(new Owner(ObjectKind.PvcBackup.Kind, "by-hand", backup.Id.Uid) { Group = ObjectKind.Group }) },
                Ready: true, Some(Now), Some(Quantity.OfBytes(10L << 30)), None)),
        };
    }

    /// <summary>The arguments of a Job's only container.</summary>
    public static IEnumerable<string> Arguments(Node job) =>
        ((Node.Items)At(((Node.Items)At(job, "spec", "template", "spec", "containers")).Values.Head, "args")).Values.Map(argument => ((Node.Text)argument).Value);

    private static Node At(Node node, params string[] path) =>
        path.Aggregate(node, (found, step) => ((Node.Fields)found).Find(step).IfNone(() => throw new InvalidOperationException($"no {step}")));

    private static Identity Id(string name, string uid) =>
        new(NamespaceName.Trusted("shop"), name, new Uid(uid), "1", Now - Duration.FromHours(1), Deleting: false, None, HashMap<string, string>());
}
