using Backsnap.Domain.Backups;
using Backsnap.Domain.Claims;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Maintenances;
using LanguageExt;
using NodaTime;

namespace Backsnap.Planner;

/// <summary>Which namespaces the operator looks at. Exclusion wins over selection.</summary>
/// <param name="Only">The selected ones; empty means all.</param>
/// <param name="Except">The excluded ones.</param>
public sealed record NamespaceScope(Seq<NamespaceName> Only, Seq<NamespaceName> Except)
{
    /// <summary>Every namespace.</summary>
    public static NamespaceScope All { get; } = new(Seq<NamespaceName>.Empty, Seq<NamespaceName>.Empty);

    /// <summary>Whether a namespace is looked at.</summary>
    public bool Covers(NamespaceName name) => (Only.IsEmpty || Only.Contains(name)) && !Except.Contains(name);
}

/// <summary>How long each wait may last before it is a failure. All positive.</summary>
/// <param name="View">For what was seen to catch up with what was done: the watches of two kinds are not in step.</param>
/// <param name="ClaimSeen">For a claim that is named but not there: the view may only be late.</param>
/// <param name="ClaimBound">For a claim to get its volume, or to be done being restored.</param>
/// <param name="Snapshot">For a VolumeSnapshot to be ready.</param>
/// <param name="PodStart">For the mover's pod to run.</param>
/// <param name="Job">For the mover to finish: the Job's activeDeadlineSeconds.</param>
/// <param name="Report">For a finished Job's pod to be seen with its report.</param>
public sealed record Deadlines(Duration View, Duration ClaimSeen, Duration ClaimBound, Duration Snapshot, Duration PodStart, Duration Job, Duration Report)
{
    /// <summary>The defaults.</summary>
    public static Deadlines Default { get; } = new(
        Duration.FromSeconds(5), Duration.FromSeconds(30), Duration.FromMinutes(10), Duration.FromMinutes(10), Duration.FromMinutes(10), Duration.FromHours(24), Duration.FromMinutes(10));
}

/// <summary>How mover pods are made.</summary>
/// <param name="Image">The image; its entry point is the <c>backsnap</c> program.</param>
/// <param name="ImagePullSecret">A Secret in the claim's namespace with the registry's credentials.</param>
/// <param name="Repository">The restic repository under which each claim has its own: <c>BASE/NAMESPACE/CLAIM</c>. Never with credentials in it.</param>
/// <param name="SecretKeys">The names of the environment variables, and of the <see cref="RepositoryFiles"/>, that the repository's Secret holds; their values are not known here.</param>
/// <param name="CustomAuthority">Whether the Secret holds <c>ca.crt</c>, certificates that the mover shall trust.</param>
/// <param name="Keep">The retention policy, as in <c>last=1,daily=7</c>.</param>
/// <param name="ProbeTimeout">How long the mover tries to reach the repository before it gives up.</param>
/// <param name="CpuRequest">CPU request of the mover's container.</param>
/// <param name="MemoryRequest">Memory request.</param>
/// <param name="MemoryLimit">Memory limit.</param>
public sealed record MoverSettings(
    string Image, Option<string> ImagePullSecret, string Repository, Seq<string> SecretKeys, bool CustomAuthority, string Keep, Duration ProbeTimeout,
    string CpuRequest, string MemoryRequest, string MemoryLimit)
{
    /// <summary>The part of its former files or bytes, in percent, below which a volume has shrunk unless it is said otherwise.</summary>
    public const int UsualShrinkThreshold = 50;

    /// <summary>Where each claim's repository lies below <see cref="Repository"/>, unless it is said otherwise: as the original had it.</summary>
    public const string UsualPath = "{namespace}/{claim}";

    /// <summary>Which repositories share one password.</summary>
    public PasswordScope Passwords { get; init; } = PasswordScope.Master;

    /// <summary>What the names of the copies of credentials are made with.</summary>
    public NamingKey Naming { get; init; } = NamingKey.None;

    /// <summary>Where each claim's repository lies below <see cref="Repository"/>: a path that holds <c>{namespace}</c> and <c>{claim}</c>, each once.</summary>
    public string Path { get; init; } = UsualPath;

    /// <summary>Below which percentage of its former files or bytes nothing of a volume's snapshots is forgotten; 0 to 100.</summary>
    public int ShrinkThreshold { get; init; } = UsualShrinkThreshold;

    /// <summary>The names of the claims' labels that become tags of their snapshots.</summary>
    public Seq<string> TagLabels { get; init; }

    /// <summary>How much room restic's cache gets; None for as much as the node has.</summary>
    public Option<string> CacheSize { get; init; }

    /// <summary>The storage class of a volume for restic's cache; None for the node's own disk.</summary>
    public Option<string> CacheClass { get; init; }

    /// <summary>The user and group that movers run as instead of root; None for root.</summary>
    public Option<long> User { get; init; }

    /// <summary>The service account of mover pods, for a store that trusts it; its token for the Kubernetes API is not mounted.</summary>
    public Option<string> ServiceAccount { get; init; }

    /// <summary>How far movers stand back for others on their node's CPUs: 0 to 19.</summary>
    public int Niceness { get; init; }

    /// <summary>The restic repository of one claim.</summary>
    public string RepositoryOf(ClaimRef claim) => $"{Repository.TrimEnd('/')}/{PathOf(claim)}";

    /// <summary>Where the restic repository of one claim lies below the base of all.</summary>
    public string PathOf(ClaimRef claim) => Path.Replace("{namespace}", claim.Namespace.Value, StringComparison.Ordinal).Replace("{claim}", claim.Name, StringComparison.Ordinal);
}

/// <summary>What the operator was told: everything that a plan depends on beside the cluster and the time.</summary>
/// <param name="Scope">Which namespaces it looks at.</param>
/// <param name="DefaultSchedule">Where neither claim nor namespace say otherwise; empty means none.</param>
/// <param name="DefaultZone">The zone of schedules that name none.</param>
/// <param name="Spread">Every slot of a claim is moved by its own stable offset within this span.</param>
/// <param name="Manual">Make no PVCBackups.</param>
/// <param name="MaxRunning">The most backups at once; at least 1.</param>
/// <param name="SleepBetween">A pause after each backup before the next one begins; zero for none.</param>
/// <param name="SnapshotClass">The snapshot class for volumes of its driver.</param>
/// <param name="StorageClass">The storage class of temporary and restored claims, instead of the source's.</param>
/// <param name="Ttl">How long a finished PVCBackup is kept where it does not say itself.</param>
/// <param name="AllowCrossNamespaceRestore">Whether any namespace may restore any other's data, consent or not.</param>
/// <param name="Mover">How mover pods are made.</param>
/// <param name="Deadlines">How long each wait may last.</param>
public sealed record Settings(
    NamespaceScope Scope, string DefaultSchedule, DateTimeZone DefaultZone, Duration Spread, bool Manual, int MaxRunning, Duration SleepBetween,
    Option<string> SnapshotClass, Option<string> StorageClass, Duration Ttl, bool AllowCrossNamespaceRestore, MoverSettings Mover, Deadlines Deadlines)
{
    /// <summary>Whether a slot that passed unserved is made up for; the newest only.</summary>
    public bool CatchUp { get; init; } = true;

    /// <summary>How repositories are maintained.</summary>
    public MaintenanceSettings Maintenance { get; init; } = MaintenanceSettings.Default;

    /// <summary>Whether a claim gets its first backup as soon as it is bound, instead of at its first slot.</summary>
    public bool BackupNewClaims { get; init; }

    /// <summary>Where the movers of scheduled backups run and how they are marked, where neither claim nor namespace say it.</summary>
    public Placement Placement { get; init; } = Placement.Anywhere;

    /// <summary>Whether every driver gives a ReadOnlyMany volume of a snapshot without copying it.</summary>
    public bool ReadOnlyMany { get; init; }

    /// <summary>
    /// The namespace in which all movers run, with everything that is made for them; None where each runs beside its claim. Only the operator
    /// may write there: an owner that an object there states is believed (<see cref="StatedOwner"/>).
    /// </summary>
    public Option<NamespaceName> MoverNamespace { get; init; }

    /// <summary>Where the movers for a namespace's objects run.</summary>
    public NamespaceName MoversFor(NamespaceName home) => MoverNamespace.IfNone(home);

    /// <summary>Whether the movers for a namespace's objects run in another.</summary>
    public bool IsolatesMoversOf(NamespaceName home) => MoverNamespace.Exists(movers => movers != home);

    /// <summary>How much may go on at once, and how much may be deleted at once.</summary>
    public Limits Limits { get; init; } = Limits.Default;

    /// <summary>How often a slot whose backup failed is tried again; 0 for never.</summary>
    public int Retries { get; init; } = 3;

    /// <summary>How long a failed PVCBackup is kept where it does not say itself.</summary>
    public Duration FailedTtl { get; init; } = Duration.FromHours(72);

    /// <summary>The most failed PVCBackups of one claim that are kept; at least 1.</summary>
    public int FailedHistory { get; init; } = 3;

    /// <summary>
    /// The most failed PVCBackups, in the whole cluster, whose Job and pod stay; 0 for none. Each pod holds its temporary claim, and so a volume.
    /// </summary>
    public int FailedPods { get; init; } = 10;
}
