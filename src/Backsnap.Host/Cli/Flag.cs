using System.CommandLine;

namespace Backsnap.Host.Cli;

/// <summary>
/// One setting of the operator: a flag (with one dash or two) and, where the flag is not given, the environment variable
/// <c>BACKSNAP_</c> + its name in capitals. All are texts here; <see cref="OperatorOptions"/> gives them their meaning.
/// </summary>
/// <param name="Name">The name, without dashes.</param>
/// <param name="Default">What holds where neither flag nor variable are given.</param>
/// <param name="Help">For people.</param>
internal sealed record Flag(string Name, string Default, string Help)
{
    /// <summary>A switch: naming it is enough.</summary>
    public bool IsSwitch { get; init; }

    /// <summary>Whether the value is a credential: given on a command line it can be read by everybody on the machine.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The environment variable.</summary>
    public string Variable => "BACKSNAP_" + Name.ToUpperInvariant().Replace('-', '_');

    /// <summary>The flag for the command-line parser.</summary>
    public Option<string> ToOption() => new("--" + Name)
    {
        Description = Help + (Default.Length > 0 && !IsSwitch ? $" (default: {Default})" : ""),
        HelpName = IsSwitch ? "true|false" : "VALUE",
        Arity = IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };
}

/// <summary>The settings of the operator, in the order in which help shows them.</summary>
internal static class Flags
{
    public static readonly Flag Namespaces = new("namespaces", "", "Look only at these namespaces, with commas between; empty for all");
    public static readonly Flag ExcludeNamespaces = new("exclude-namespaces", "", "Leave these namespaces alone, with commas between");
    public static readonly Flag Schedule = new("schedule", "@daily", "When to back up claims that do not say so themselves, nor their namespace; empty for never");
    public static readonly Flag Timezone = new("timezone", "UTC", "The time zone of schedules that name none, as in Europe/Amsterdam");
    public static readonly Flag ScheduleSpread = new("schedule-spread", "0s", "Move every slot of each claim by its own stable offset within this span");
    public static readonly Flag CatchUp = new("catch-up", "true", "Make up for a slot that was missed, the newest only; false to wait for the next slot") { IsSwitch = true };
    public static readonly Flag BackupNewClaims = new("backup-new-claims", "false", "Back up a claim for the first time as soon as it is bound, not only at its first slot") { IsSwitch = true };
    public static readonly Flag Manual = new("manual", "false", "Make no PVCBackups; those made by hand are still carried out") { IsSwitch = true };
    public static readonly Flag MaxRunningBackups = new("max-running-backups", "3", "The most backups that run at once");
    public static readonly Flag MaxRunningPerDriver = new("max-running-per-driver", "0", "The most backups that run at once of volumes of one CSI driver; 0 for no limit");
    public static readonly Flag MaxRunningPerNode = new("max-running-per-node", "0", "The most backups that run at once on one node, where it is known before the pod is there; 0 for no limit");
    public static readonly Flag MaxUnreadySnapshots = new("max-unready-snapshots", "10", "The most VolumeSnapshots of Backsnap's that are not ready at once; 0 for no limit");
    public static readonly Flag SleepBetweenBackups = new("sleep-between-backups", "0s", "Pause after each backup before the next begins; a bare number is seconds");
    public static readonly Flag MaxDeletionsPerPlan = new("max-deletions-per-plan", "100", "The most PVCBackups, PVCRestores and orphans deleted at once; of more, none is. 0 for no limit");
    public static readonly Flag Ttl = new("ttl", "72h", "How long finished PVCBackups are kept that do not say so themselves; the newest success of a claim always stays");
    public static readonly Flag FailedTtl = new("failed-ttl", "72h", "The same for failed PVCBackups");
    public static readonly Flag FailedHistory = new("failed-history", "3", "The most failed PVCBackups of one claim that are kept");
    public static readonly Flag FailedPods = new("failed-pods", "10", "The most failed PVCBackups, in all, whose pod stays for its log, and with it the temporary volume; 0 for none");
    public static readonly Flag Retries = new("retries", "3", "How often a slot whose backup failed is tried again before the next slot, after 5m, 10m, 20m, …; 0 for never");
    public static readonly Flag SnapshotClass = new("snapshotclass", "", "VolumeSnapshotClass for volumes of its driver; empty to choose by driver");
    public static readonly Flag StorageClass = new("storageclass", "", "StorageClass of temporary and restored claims; empty for that of the source");
    public static readonly Flag ReadOnlyMany = new("read-only-many", "false", "Make temporary claims ReadOnlyMany: for drivers that then give a snapshot's volume without copying it") { IsSwitch = true };
    public static readonly Flag NodeSelector = new("node-selector", "", "Labels of the nodes on which movers of scheduled backups run, as in disk=ssd,zone=a");
    public static readonly Flag Tolerations = new("tolerations", "", "Tolerations of these movers, as in dedicated=backup:NoSchedule,spot:NoExecute, or a JSON list");
    public static readonly Flag PriorityClass = new("priority-class", "", "Priority class of these movers");
    public static readonly Flag MoverLabels = new("mover-labels", "", "Labels for what scheduled backups make, as in team=sales");
    public static readonly Flag MoverAnnotations = new("mover-annotations", "", "Annotations for what scheduled backups make: NAME=VALUE with commas between, or a JSON object");
    public static readonly Flag AllowCrossNamespaceRestore = new("allow-cross-namespace-restore", "false", "Let any namespace restore any other's data without its consent") { IsSwitch = true };
    public static readonly Flag Repository = new("repository", "", "restic repository under which each claim gets its own, as in s3:https://s3.example.com/bucket, rest:https://host/ or /srv/backups");
    public static readonly Flag RepositoryPath = new("repository-path", "{namespace}/{claim}", "Where each claim's repository lies below --repository; put a cluster's name before it where clusters share a store");
    public static readonly Flag S3Host = new("s3-host", "", "S3 server: host, host:port or URL (short for --repository, with --s3-bucket)");
    public static readonly Flag S3Bucket = new("s3-bucket", "", "S3 bucket");
    public static readonly Flag S3AccessKeyId = new("s3-access-key-id", "", "S3 access key id; better as AWS_ACCESS_KEY_ID in the environment or --secret-file") { IsSecret = true };
    public static readonly Flag S3SecretAccessKey = new("s3-secret-access-key", "", "S3 secret key; better as AWS_SECRET_ACCESS_KEY in the environment or --secret-file") { IsSecret = true };
    public static readonly Flag ResticPassword = new("restic-password", "", "Password that encrypts the repositories; better as RESTIC_PASSWORD in the environment or --secret-file") { IsSecret = true };
    public static readonly Flag DerivePasswords = new("derive-passwords", "none", "Give the repositories of each namespace, or each claim, a password of their own that follows from RESTIC_PASSWORD: none, namespace or claim; see 'backsnap password'");
    public static readonly Flag SecretFile = new("secret-file", "", "File of lines NAME=VALUE with the repository's credentials (RESTIC_PASSWORD, AWS_…, …)");
    public static readonly Flag CaFile = new("ca-file", "", "PEM file of the authorities that movers trust for the repository's server, beside the usual ones");
    public static readonly Flag Retention = new("retention", "last=1,hourly=12,daily=7,weekly=2,monthly=2", "Which restic snapshots of a claim are kept");
    public static readonly Flag TagLabels = new("tag-labels", "", "Labels of claims that become tags of their restic snapshots (label:team=sales), as in app,team");
    public static readonly Flag PruneSchedule = new("prune-schedule", "H H * * H", "When to prune each repository; empty for never, as for a store that only takes in");
    public static readonly Flag CheckSchedule = new("check-schedule", "H H * * H", "When to check each repository for damage; empty for never");
    public static readonly Flag CheckReadAllWithin = new("check-read-all-within", "30d", "Within which time the checks together read all data once, part after part; 0 to check the structure alone");
    public static readonly Flag MaxRunningMaintenance = new("max-running-maintenance", "1", "The most prunes and checks that run at once");
    public static readonly Flag ShrinkThreshold = new("shrink-threshold", "50", "Forget nothing while a volume holds less than this percentage of the files or bytes that it held; 0: only while it is empty");
    public static readonly Flag StoreTimeout = new("store-timeout", "60s", "How long a mover tries to reach the repository before it gives up");
    public static readonly Flag Image = new("image", "", "Image of the mover's pods; its entry point is the backsnap program");
    public static readonly Flag ImagePullSecret = new("imagepullsecret", "", "Secret for pulling the image; it must be in the namespaces of the claims");
    public static readonly Flag MoverNamespace = new("mover-namespace", "", "Run all movers in this namespace, where tenants cannot write, instead of beside the claims; see docs/isolated.md");
    public static readonly Flag MoverCpuRequest = new("mover-cpu-request", "50m", "CPU request of the mover's pods");
    public static readonly Flag MoverMemoryRequest = new("mover-memory-request", "128Mi", "Memory request of the mover's pods");
    public static readonly Flag MoverMemoryLimit = new("mover-memory-limit", "2Gi", "Memory limit of the mover's pods; volumes with millions of files need more");
    public static readonly Flag MoverUid = new("mover-uid", "", "User and group that movers run as, for namespaces that forbid root; they cannot read others' files then, nor give them back their owners");
    public static readonly Flag MoverServiceAccount = new("mover-service-account", "", "Service account of the mover's pods, for a store that trusts it (IRSA); it must be in the namespaces of the claims");
    public static readonly Flag MoverNice = new("mover-nice", "0", "How far movers stand back for others on their node's CPUs and disks: 0 to 19");
    public static readonly Flag CacheSize = new("cache-size", "", "Most room for restic's cache, as in 5Gi; empty for no limit");
    public static readonly Flag CacheStorageClass = new("cache-storage-class", "", "StorageClass of a volume for restic's cache (of --cache-size, else 5Gi); empty for the node's disk");
    public static readonly Flag SnapshotTimeout = new("snapshot-timeout", "10m", "How long a VolumeSnapshot, or a claim's volume, may take to be ready");
    public static readonly Flag PodStartTimeout = new("pod-start-timeout", "10m", "How long a mover's pod may take to start");
    public static readonly Flag JobTimeout = new("job-timeout", "24h", "How long a mover may run");
    public static readonly Flag Kubeconfig = new("kubeconfig", "", "Kubeconfig file; empty for KUBECONFIG, ~/.kube/config or the pod's service account");
    public static readonly Flag Context = new("context", "", "Context of the kubeconfig; empty for its current one");
    public static readonly Flag KubeApiQps = new("kube-api-qps", "400", "The most requests a second to the API server, watches and the Lease apart; 0 for no limit");
    public static readonly Flag KubeApiBurst = new("kube-api-burst", "400", "How many requests may go at once after a quiet while; no more than 16 writes are under way at a time");
    public static readonly Flag MetricsBindAddress = new("metrics-bind-address", ":8080", "Where /metrics is served; 0 for nowhere");
    public static readonly Flag HealthProbeBindAddress = new("health-probe-bind-address", ":8081", "Where /healthz and /readyz are served; 0 for nowhere");
    public static readonly Flag LeaderElect = new("leader-elect", "false", "Let only one of several operators act at a time") { IsSwitch = true };
    public static readonly Flag LeaderElectNamespace = new("leader-elect-namespace", "", "Namespace of the election's Lease; empty for the operator's own");
    public static readonly Flag LogLevel = new("log-level", "info", "debug, info, warning or error");
    public static readonly Flag LogFormat = new("log-format", "text", "text or json");

    /// <summary>Every setting.</summary>
    public static IReadOnlyList<Flag> All { get; } =
    [
        Repository, RepositoryPath, S3Host, S3Bucket, SecretFile, CaFile, S3AccessKeyId, S3SecretAccessKey, ResticPassword, DerivePasswords, Image, ImagePullSecret,
        Schedule, Timezone, ScheduleSpread, CatchUp, BackupNewClaims, Manual, Namespaces, ExcludeNamespaces, MaxRunningBackups, MaxRunningPerDriver, MaxRunningPerNode, MaxUnreadySnapshots, SleepBetweenBackups, MaxDeletionsPerPlan,
        Retries, Ttl, FailedTtl, FailedHistory, FailedPods, Retention, ShrinkThreshold, TagLabels,
        SnapshotClass, StorageClass, ReadOnlyMany, NodeSelector, Tolerations, PriorityClass, MoverLabels, MoverAnnotations, AllowCrossNamespaceRestore,
        PruneSchedule, CheckSchedule, CheckReadAllWithin, MaxRunningMaintenance, StoreTimeout, SnapshotTimeout, PodStartTimeout, JobTimeout,
        MoverNamespace, MoverCpuRequest, MoverMemoryRequest, MoverMemoryLimit, MoverNice, MoverUid, MoverServiceAccount, CacheSize, CacheStorageClass, Kubeconfig, Context, KubeApiQps, KubeApiBurst, MetricsBindAddress, HealthProbeBindAddress, LeaderElect, LeaderElectNamespace, LogLevel, LogFormat,
    ];

    /// <summary>Names that the original used for what is named otherwise here.</summary>
    public static IReadOnlyDictionary<string, string> Aliases { get; } = new Dictionary<string, string> { ["volumeclass"] = StorageClass.Name };
}
