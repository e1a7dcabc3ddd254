using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;
using Backsnap.Simulation.Tests.Controllers;
using Backsnap.Simulation.Tests.Operators;
using NodaTime;

namespace Backsnap.Simulation.Tests.Scenarios;

/// <summary>The fixed set of stories into which every fault is put at every place.</summary>
internal static class Stories
{
    private static readonly string[] ByHand = ["--schedule", "", "--max-running-backups", "1"];

    /// <summary>A slot comes, and the claim is backed up.</summary>
    public static Scenario Scheduled { get; } = new("scheduled backup", world => world.Claim("orders", "one"));

    /// <summary>Somebody asks for backups of two claims where one at a time may run.</summary>
    public static Scenario Manual { get; } = new("manual backups, one at a time", world => world.Claim("orders", "one").Claim("bills", "one", storage: "lazy"))
    {
        Flags = ByHand,
        Script = [(Minutes(1), world => world.AskForBackup("by-hand", "orders").AskForBackup("also-by-hand", "bills"))],
    };

    /// <summary>A backup, then a restore of it into a new claim while the old one has gone on.</summary>
    public static Scenario Restored { get; } = new("restore", world => world.Claim("orders", "one").AskForBackup("first", "orders"))
    {
        Flags = ByHand,
        Script =
        [
            (Minutes(20), world => world.Write("orders", "two")),
            (Minutes(21), world => world.AskForRestore("back", "orders", "orders-of-yesterday")),
        ],
    };

    /// <summary>The worst case: the claim is lost, restored under its own name, and its schedule comes up meanwhile.</summary>
    public static Scenario Lost { get; } = new("claim lost, restored under its name, and due", world => world.Claim("orders", "one").AskForBackup("first", "orders"))
    {
        Fates = () => new LatePods("-fill", Duration.FromMinutes(20)),
        Script =
        [
            (Minutes(12), world => world.Delete(Resources.PersistentVolumeClaims, "orders")),
            (Minutes(18), world => world.AskForRestore("back", "orders", "orders")),
        ],
    };

    /// <summary>The first two runs of the mover fail; so the Job fails, and the slot is tried again.</summary>
    public static Scenario Retried { get; } = new("failure and retry", world => world.Claim("orders", "one"))
    {
        Fates = () => new FirstMovers(2, new MoverFate.Fails(25, "StoreUnreachable")),
    };

    /// <summary>The mover is killed for memory, then dies after it has saved: what was not reported does not count.</summary>
    public static Scenario Unreported { get; } = new("a mover that saves and does not report", world => world.Claim("orders", "one"))
    {
        Fates = () => new FirstMovers(1, new MoverFate.DiesAfterwards()),
    };

    /// <summary>The password is wrong: nothing mends that.</summary>
    public static Scenario WrongPassword { get; } = new("wrong password", world => world.Claim("orders", "one").AskForBackup("by-hand", "orders"))
    {
        Flags = ByHand,
        Fates = () => new FirstMovers(100, new MoverFate.Fails(12, "WrongPassword")),
    };

    /// <summary>The driver never makes the snapshot.</summary>
    public static Scenario Stuck { get; } = new("a snapshot that never comes", world => world.Claim("orders", "one").Claim("bills", "one").AskForBackup("by-hand", "orders").AskForBackup("next", "bills"))
    {
        Flags = ByHand,
        Fates = () => new StuckSnapshots("orders"),
    };

    /// <summary>Old backups expire, but for the newest success.</summary>
    public static Scenario Expiring { get; } = new("time to live", world => world.Claim("orders", "one").AskForBackup("first", "orders", ttl: "10m"))
    {
        Flags = ByHand,
        Script = [(Minutes(30), world => world.AskForBackup("second", "orders", ttl: "10m"))],
    };

    /// <summary>The claim is deleted while its snapshot is taken.</summary>
    public static Scenario ClaimGone { get; } = new("claim deleted mid-way", world => world.Claim("orders", "one").AskForBackup("by-hand", "orders"))
    {
        Flags = ByHand,
        Script = [(Duration.FromSeconds(3), world => world.Delete(Resources.PersistentVolumeClaims, "orders"))],
    };

    /// <summary>The running backup itself is deleted.</summary>
    public static Scenario BackupGone { get; } = new("running backup deleted", world => world.Claim("orders", "one").Claim("bills", "one").AskForBackup("by-hand", "orders").AskForBackup("next", "bills"))
    {
        Flags = ByHand,
        // Long enough to be still running when an operator that was away sees what was deleted: a mover apart from its backup is stopped by nobody else.
        Fates = () => new LatePods("", Minutes(20)),
        Script = [(Duration.FromSeconds(20), world => world.Delete(Resources.PvcBackups, "by-hand"))],
    };

    /// <summary>The namespace is deleted while a backup runs in it; the other's goes on.</summary>
    public static Scenario NamespaceGone { get; } = new("namespace deleted mid-way", world => world.Namespace("old").Claim("orders", "one", ns: "old").Claim("bills", "one").AskForBackup("by-hand", "orders", ns: "old").AskForBackup("next", "bills"))
    {
        Flags = ByHand,
        Script = [(Duration.FromSeconds(20), world => world.Delete(Resources.Namespaces, "old", ns: ""))],
    };

    /// <summary>The operator is restarted with other settings while a Job runs: the Job stays as it is.</summary>
    public static Scenario NewSettings { get; } = new("settings changed", world => world.Claim("orders", "one").AskForBackup("by-hand", "orders"))
    {
        Flags = ByHand,
        Script =
        [
            (Duration.FromSeconds(20), world => world.Operators[0].Stop()),
            (Duration.FromSeconds(25), world =>
            {
                world.Operators[0].Settings = World.Told([.. NewSettings!.Told, "--mover-memory-limit", "7Gi", "--job-timeout", "1h"]).Settings;
                world.Operators[0].Start();
            }),
        ],
    };

    /// <summary>Two backups of one claim are asked for at once, and there is room for both.</summary>
    public static Scenario Twice { get; } = new("two backups of one claim", world => world.Claim("orders", "one").AskForBackup("first", "orders").AskForBackup("second", "orders"))
    {
        Flags = ["--schedule", "", "--max-running-backups", "5"],
    };

    /// <summary>A restore names a claim that is somebody's.</summary>
    public static Scenario Occupied { get; } = new("restore into somebody's claim", world => world.Claim("orders", "one").Claim("occupied", "precious").AskForBackup("first", "orders"))
    {
        Flags = ByHand,
        Script = [(Minutes(20), world => world.AskForRestore("back", "orders", "occupied"))],
    };

    /// <summary>While a restore of the newest snapshot runs, a newer one is saved.</summary>
    public static Scenario Overwritten { get; } = new("a newer backup while the restore runs", world => world.Claim("orders", "one").AskForBackup("first", "orders"))
    {
        Flags = ByHand,
        // "latest" is what is the newest when the restore is accepted, and pins it. One that is seen only after the second backup was saved is accepted
        // after it, and takes that. To go by the moment of the wish instead would let a mover's clock that is ahead hide the newest snapshot.
        Alike = [("orders-of-yesterday: Bound, holds orders: one", "orders-of-yesterday: Bound, holds orders: two")],
        Fates = () => new LatePods("-fill", Duration.FromMinutes(3)),
        Script =
        [
            (Minutes(20), world => world.Write("orders", "two").AskForRestore("back", "orders", "orders-of-yesterday")),
            (Minutes(21), world => world.AskForBackup("second", "orders")),
        ],
    };

    /// <summary>Every run of the mover is killed for memory.</summary>
    public static Scenario OutOfMemory { get; } = new("out of memory", world => world.Claim("orders", "one").AskForBackup("by-hand", "orders"))
    {
        Flags = ByHand,
        Fates = () => new FirstMovers(1000, new MoverFate.OutOfMemory()),
    };

    /// <summary>Somebody's claim has, by malice, the name that the temporary claim is to have.</summary>
    public static Scenario NameTaken { get; } = new("the temporary claim's name is taken", world => world.Claim("orders", "one").AskForBackup("by-hand", "orders"))
    {
        Flags = ByHand,
        Script = [(Duration.FromSeconds(2), world => world.Claim(Domain.Objects.ChildName.For("by-hand", new Domain.Objects.Uid(world.Find(Resources.PvcBackups, "by-hand")!.Uid)), "precious"))],
    };

    /// <summary>Somebody makes a claim of the restore's name just before the restore does.</summary>
    public static Scenario Snatched { get; } = new("the restore's claim is snatched", world => world.Claim("orders", "one").AskForBackup("first", "orders"))
    {
        Flags = ByHand,
        // The Job that looked for the snapshot stays for its log. An operator that sees the restore only when the claim is there already refuses it without
        // looking: there is no such Job then. Both are right, and nobody's claim is touched.
        Alike = [("Job shop/back-#-find\n", ""), ("Pod shop/back-#-find-#\n", "")],
        Script =
        [
            (Minutes(20), world => world.AskForRestore("back", "orders", "orders-of-yesterday")),
            (Minutes(20) + Duration.FromSeconds(10), world => world.Claim("orders-of-yesterday", "precious")),
        ],
    };

    /// <summary>Somebody makes a claim of the restore's name while the volume for it is being filled.</summary>
    public static Scenario SnatchedLate { get; } = new("the restore's claim is snatched while it is filled", world => world.Claim("orders", "one").AskForBackup("first", "orders"))
    {
        Flags = ByHand,
        Fates = () => new LatePods("-fill", Duration.FromMinutes(3)),
        Script =
        [
            (Minutes(20), world => world.AskForRestore("back", "orders", "orders-of-yesterday")),
            (Minutes(22), world => world.Claim("orders-of-yesterday", "precious")),
        ],
    };

    /// <summary>A restore is deleted while its volume is being filled: nothing of it stays.</summary>
    public static Scenario RestoreGone { get; } = new("running restore deleted", world => world.Claim("orders", "one").AskForBackup("first", "orders"))
    {
        Flags = ByHand,
        Fates = () => new LatePods("-fill", Duration.FromMinutes(3)),
        Script =
        [
            (Minutes(20), world => world.AskForRestore("back", "orders", "orders-of-yesterday")),
            (Minutes(22), world => world.Delete(Resources.PvcRestores, "back")),
        ],
    };

    /// <summary>The repository is pruned soon after a backup, and a backup is asked for meanwhile.</summary>
    public static Scenario Pruned { get; } = new("prune, and a backup meanwhile", world => world.Claim("orders", "one").AskForBackup("first", "orders"))
    {
        Flags = ByHand,
        Pruned = "20 2 * * *",
        Script = [(Minutes(20) + Duration.FromSeconds(5), world => world.AskForBackup("second", "orders"))],
    };

    /// <summary>Two operators act at once for a while, as when one has lost the lead and does not know it yet; what goes wrong may befall either.</summary>
    public static Scenario LeaderChange { get; } = new("two operators overlap", world => world.Claim("orders", "one").Claim("bills", "one", storage: "lazy").AskForBackup("by-hand", "orders").AskForBackup("next", "bills"))
    {
        Flags = ByHand,
        Overlap = (Duration.FromSeconds(3), Duration.FromSeconds(45)),
    };

    /// <summary>Somebody asks for a running backup, and for one that waits, to be stopped.</summary>
    public static Scenario Stopped { get; } = new("backups stopped by annotation", world => world.Claim("orders", "one").Claim("bills", "one").AskForBackup("by-hand", "orders").AskForBackup("next", "bills"))
    {
        Flags = ByHand,
        Fates = () => new LatePods("", Duration.FromHours(1)),
        Script =
        [
            (Minutes(10), world => world.Annotate(Resources.PvcBackups, "next", Domain.Objects.Marks.Stop, "")),
            (Minutes(20), world => world.Annotate(Resources.PvcBackups, "by-hand", Domain.Objects.Marks.Stop, "")),
        ],
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        Scheduled, Manual, Restored, Lost, Retried, Unreported, WrongPassword, Stuck, Expiring, ClaimGone, BackupGone, NamespaceGone, NewSettings, Twice, Occupied, Overwritten, OutOfMemory, NameTaken, Snatched, Pruned, LeaderChange, Stopped,
    ];

    /// <summary>Stories with the movers in a namespace of their own.</summary>
    public static IReadOnlyList<Scenario> Apart { get; } =
    [
        Scheduled.Isolated, Restored.Isolated, Lost.Isolated, Retried.Isolated, WrongPassword.Isolated, BackupGone.Isolated, Occupied.Isolated, SnatchedLate.Isolated, RestoreGone.Isolated,
    ];

    private static Duration Minutes(int minutes) => Duration.FromMinutes(minutes);

    /// <summary>The first so many runs of movers meet this; later ones work.</summary>
    private sealed class FirstMovers(int count, MoverFate fate) : Fates
    {
        private int runs;

        public override MoverFate Mover(Stored job, int run) => ++runs <= count ? fate : new MoverFate.Works();
    }

    /// <summary>Movers of one operation take so long.</summary>
    private sealed class LatePods(string operation, Duration runs) : Fates
    {
        public override Duration Runs(Stored job) => job.Name.EndsWith(operation, StringComparison.Ordinal) ? runs : base.Runs(job);
    }

    /// <summary>Snapshots of one claim never come.</summary>
    private sealed class StuckSnapshots(string claim) : Fates
    {
        public override SnapshotFate Snapshot(Stored snapshot) =>
            snapshot.Json.Text("spec", "source", "persistentVolumeClaimName") == claim ? new SnapshotFate.Stuck("the array is full") : base.Snapshot(snapshot);
    }
}
