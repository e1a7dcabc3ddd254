using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Objects;

/// <summary>The annotations and labels by which Backsnap and its users speak to each other.</summary>
public static class Marks
{
    /// <summary>On a claim or namespace: when to back up (see the cron language); empty means not at all.</summary>
    public const string Schedule = "backsnap.skyb.it/schedule";

    /// <summary>On a claim or namespace: the tz database zone of its schedule.</summary>
    public const string TimeZone = "backsnap.skyb.it/timezone";

    /// <summary>On a scheduled PVCBackup: the scheduled instant that it serves, RFC 3339 in UTC.</summary>
    public const string Slot = "backsnap.skyb.it/slot";

    /// <summary>On a scheduled PVCBackup: the schedule under which it was made, in canonical form; by it a later plan sees that the schedule has changed.</summary>
    public const string ScheduleInForce = "backsnap.skyb.it/schedule-in-force";

    /// <summary>On a scheduled PVCBackup: which attempt at its slot it is, a whole number from 1; absent means 1.</summary>
    public const string Attempt = "backsnap.skyb.it/attempt";

    /// <summary>
    /// On a PVCBackup: stop it and count its slot as served; <c>false</c> asks for nothing. To delete it instead stops it as well, but leaves
    /// nothing that says so: its slot is due again.
    /// </summary>
    public const string Stop = "backsnap.skyb.it/stop";

    /// <summary>On a claim that is being filled: the uid of the PVCRestore that fills it. Such a claim is never backed up.</summary>
    public const string Restoring = "backsnap.skyb.it/restoring";

    /// <summary>On a claim or namespace: when its repository is pruned (see the cron language); empty means not at all.</summary>
    public const string PruneSchedule = "backsnap.skyb.it/prune-schedule";

    /// <summary>On a claim or namespace: when its repository is checked (see the cron language); empty means not at all.</summary>
    public const string CheckSchedule = "backsnap.skyb.it/check-schedule";

    /// <summary>On a claim or namespace: what backups leave out, a pattern of restic in each line, seen from the volume.</summary>
    public const string Exclude = "backsnap.skyb.it/exclude";

    /// <summary>On a claim or namespace: <c>true</c> to leave out directories with a <c>CACHEDIR.TAG</c>.</summary>
    public const string ExcludeCaches = "backsnap.skyb.it/exclude-caches";

    /// <summary>On a claim or namespace: <c>true</c> to leave out what is mounted below the volume.</summary>
    public const string OneFileSystem = "backsnap.skyb.it/one-file-system";

    /// <summary>On a claim or namespace: its retention policy, instead of the operator's.</summary>
    public const string Retention = "backsnap.skyb.it/retention";

    /// <summary>On a claim or namespace: below which percentage of its former files or bytes nothing is forgotten.</summary>
    public const string ShrinkThreshold = "backsnap.skyb.it/shrink-threshold";

    /// <summary>On a claim or namespace: the snapshot (id), or the time until which, a loss of content is right as it is.</summary>
    public const string AcknowledgeShrink = "backsnap.skyb.it/acknowledge-shrink";

    /// <summary>On a claim or namespace: further tags of its snapshots, with commas between; <c>keep</c> keeps a snapshot for ever.</summary>
    public const string SnapshotTags = "backsnap.skyb.it/snapshot-tags";

    /// <summary>
    /// On a claim, a namespace or a PVCRestore: the name of a Secret in that namespace with a repository of its own (RESTIC_REPOSITORY,
    /// RESTIC_PASSWORD, AWS_… and so on). The operator never reads it.
    /// </summary>
    public const string RepositorySecret = "backsnap.skyb.it/repository-secret";

    /// <summary>On a claim or namespace: how long a VolumeSnapshot, or the claim's volume, may take to be ready; instead of <c>--snapshot-timeout</c>.</summary>
    public const string SnapshotTimeout = "backsnap.skyb.it/snapshot-timeout";

    /// <summary>On a claim or namespace: how long the mover's pod may take to start; instead of <c>--pod-start-timeout</c>.</summary>
    public const string PodStartTimeout = "backsnap.skyb.it/pod-start-timeout";

    /// <summary>On a claim or namespace: how long the mover may run; instead of <c>--job-timeout</c>.</summary>
    public const string JobTimeout = "backsnap.skyb.it/job-timeout";

    /// <summary>On a namespace: which other namespaces may restore its data: names with commas between, or <c>*</c>.</summary>
    public const string AllowRestoreTo = "backsnap.skyb.it/allow-restore-to";

    /// <summary>On every object that Backsnap makes. It finds candidates; only the ownerReference's uid proves them ours.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>The value of <see cref="ManagedBy"/>.</summary>
    public const string Backsnap = "backsnap";

    /// <summary>On every child: what it is for (<c>backup</c>, <c>resolve</c> or <c>restore</c>).</summary>
    public const string Operation = "backsnap.skyb.it/operation";

    /// <summary>On what Backsnap makes for an owner in another namespace: that owner (<see cref="StatedOwner"/>). On a volume that is handed over: the PVCRestore that does it.</summary>
    public const string Owner = "backsnap.skyb.it/owner";

    /// <summary>On a volume that is handed over: its reclaim policy before that, which it gets back.</summary>
    public const string ReclaimPolicy = "backsnap.skyb.it/reclaim-policy";

    /// <summary>On a claim or namespace: labels of the nodes on which movers of scheduled backups may run (<see cref="Backups.PlacementText.Labels"/>).</summary>
    public const string NodeSelector = "backsnap.skyb.it/node-selector";

    /// <summary>On a claim or namespace: the tolerations of these movers (<see cref="Backups.PlacementText.Tolerations"/>).</summary>
    public const string Tolerations = "backsnap.skyb.it/tolerations";

    /// <summary>On a claim or namespace: the priority class of these movers.</summary>
    public const string PriorityClass = "backsnap.skyb.it/priority-class";

    /// <summary>On a claim or namespace: labels for the objects that a scheduled backup makes (<see cref="Backups.PlacementText.Labels"/>).</summary>
    public const string Labels = "backsnap.skyb.it/labels";

    /// <summary>On a claim or namespace: annotations for the objects that a scheduled backup makes (<see cref="Backups.PlacementText.Annotations"/>).</summary>
    public const string Annotations = "backsnap.skyb.it/annotations";

    /// <summary>The annotations that say where movers run and how they are marked.</summary>
    public static Seq<string> Placements { get; } = Seq(NodeSelector, Tolerations, PriorityClass, Labels, Annotations);

    /// <summary>On a storage class: <c>true</c> where its driver gives a ReadOnlyMany volume of a snapshot at no cost, without a copy.</summary>
    public const string ReadOnlyMany = "backsnap.skyb.it/read-only-many";

    /// <summary>Whether a label or annotation is Backsnap's own, which nobody else may set on what Backsnap makes.</summary>
    public static bool IsOwn(string name) => name == ManagedBy || name.StartsWith($"{ObjectKind.Group}/", StringComparison.Ordinal);

    /// <summary>On a scheduled PVCBackup: the claim's uid, which outlives the claim's name.</summary>
    public const string ClaimUid = "backsnap.skyb.it/claim-uid";
}
