namespace Backsnap.Host.Metrics;

/// <summary>
/// Every metric of the operator. Those of a claim bear the labels that kube-state-metrics gives claims (<c>namespace</c>,
/// <c>persistentvolumeclaim</c>), so that they can be joined with its series. docs/metrics.md is compared with this list by a test.
/// </summary>
internal static class Catalogue
{
    private static readonly string[] Claim = ["namespace", "persistentvolumeclaim"];
    private static readonly string[] Repository = ["namespace", "persistentvolumeclaim", "operation"];

    // What becomes of each claim.
    public static readonly Metric ClaimInfo = new("backsnap_claim_info", MetricType.Gauge, "The verdict on a claim: covered, excluded, unsupported or invalid, and why. Always 1.", [.. Claim, "verdict", "reason"]);
    public static readonly Metric Claims = new("backsnap_claims", MetricType.Gauge, "Claims by namespace and verdict.", "namespace", "verdict");
    public static readonly Metric NextSlot = new("backsnap_backup_next_slot_timestamp_seconds", MetricType.Gauge, "When the claim's next backup is due, by its own schedule.", Claim);
    public static readonly Metric ExpectedInterval = new("backsnap_backup_expected_interval_seconds", MetricType.Gauge, "The longest of the claim's current intervals between backups, by its own schedule.", Claim);
    public static readonly Metric Expected = new("backsnap_backup_expected_timestamp_seconds", MetricType.Gauge, "When the first backup after the last success (or after the claim's creation) was, or is, due. In the past: a backup is outstanding since then.", Claim);

    // The claim's backups.
    public static readonly Metric LastSuccess = new("backsnap_backup_last_success_timestamp_seconds", MetricType.Gauge, "When the claim's newest successful backup finished. Absent where there is none.", Claim);
    public static readonly Metric LastAttempt = new("backsnap_backup_last_attempt_timestamp_seconds", MetricType.Gauge, "When the claim's newest backup finished, well or not.", Claim);
    public static readonly Metric LastAttemptSuccess = new("backsnap_backup_last_attempt_success", MetricType.Gauge, "Whether the claim's newest finished backup succeeded: 1 or 0.", Claim);
    public static readonly Metric LastFailure = new("backsnap_backup_last_failure_info", MetricType.Gauge, "Why the claim's newest finished backup failed. Always 1; absent once a backup succeeds.", [.. Claim, "reason"]);
    public static readonly Metric LastDuration = new("backsnap_backup_last_duration_seconds", MetricType.Gauge, "How long the claim's newest successful backup took, from its snapshot to its end.", Claim);
    public static readonly Metric LastAdded = new("backsnap_backup_last_added_bytes", MetricType.Gauge, "What the claim's newest successful backup added to the repository, before compression.", Claim);
    public static readonly Metric LastProcessed = new("backsnap_backup_last_processed_bytes", MetricType.Gauge, "How much data the claim's newest successful backup holds.", Claim);
    public static readonly Metric LastFiles = new("backsnap_backup_last_processed_files", MetricType.Gauge, "How many files the claim's newest successful backup holds.", Claim);
    public static readonly Metric LastWarnings = new("backsnap_backup_last_warnings", MetricType.Gauge, "What the claim's newest successful backup could not read, or do after it had saved its snapshot.", Claim);
    public static readonly Metric RetentionWithheld = new("backsnap_backup_retention_withheld", MetricType.Gauge, "Whether old snapshots of the claim are kept, against the policy, because its volume holds much less than it did: 1 or 0.", Claim);

    // The claim's repository, and restores of it.
    public static readonly Metric MaintenanceLastSuccess = new("backsnap_maintenance_last_success_timestamp_seconds", MetricType.Gauge, "When the claim's repository was last pruned or checked with success.", Repository);
    public static readonly Metric MaintenanceLastAttemptSuccess = new("backsnap_maintenance_last_attempt_success", MetricType.Gauge, "Whether the newest finished prune or check of the claim's repository succeeded: 1 or 0.", Repository);
    public static readonly Metric MaintenanceExpected = new("backsnap_maintenance_expected_timestamp_seconds", MetricType.Gauge, "When the first prune or check after the last success was, or is, due. In the past: it is outstanding since then.", Repository);
    public static readonly Metric RestoreLastSuccess = new("backsnap_restore_last_success_timestamp_seconds", MetricType.Gauge, "When a backup of the claim was last restored with success, as far as a PVCRestore still tells.", Claim);

    // What goes on.
    public static readonly Metric Queue = new("backsnap_queue_length", MetricType.Gauge, "Objects that wait for their turn, by kind.", "kind");
    public static readonly Metric QueueAge = new("backsnap_queue_oldest_age_seconds", MetricType.Gauge, "For how long the oldest of them has been waiting; 0 where none does.", "kind");
    public static readonly Metric Running = new("backsnap_running", MetricType.Gauge, "Objects that are being worked on, by kind.", "kind");
    public static readonly Metric RunningStart = new("backsnap_running_start_timestamp_seconds", MetricType.Gauge, "When work on an object began that is not over; only of those.", "kind", "namespace", "name", "persistentvolumeclaim", "phase");
    public static readonly Metric MaxRunning = new("backsnap_max_running", MetricType.Gauge, "How many of a kind may be worked on at once (--max-running-backups, --max-running-maintenance).", "kind");
    public static readonly Metric JobTimeout = new("backsnap_job_timeout_seconds", MetricType.Gauge, "How long a mover may run (--job-timeout); annotations may say otherwise for a claim.");
    public static readonly Metric Withheld = new("backsnap_deletions_withheld", MetricType.Gauge, "Deletions that wait for a person because they are too many for one plan (--max-deletions-per-plan).");
    public static readonly Metric Refused = new("backsnap_plan_refused", MetricType.Gauge, "Whether the last plan broke a law and was not carried out: 1 or 0.");

    // What was done since the operator started.
    public static readonly Metric Plans = new("backsnap_plans_total", MetricType.Counter, "Plans that were made.");
    public static readonly Metric PlansRefused = new("backsnap_plans_refused_total", MetricType.Counter, "Plans that broke a law and were not carried out.");
    public static readonly Metric PlanDuration = new("backsnap_plan_duration_seconds", MetricType.Histogram, "How long planning took.");
    public static readonly Metric LastPlan = new("backsnap_last_plan_timestamp_seconds", MetricType.Gauge, "When the last plan was made. A quiet cluster is planned seldom.");
    public static readonly Metric Actions = new("backsnap_actions_total", MetricType.Counter, "Planned writes by verb, kind and result: ok, overtaken (the world had moved on) or failed.", "verb", "kind", "result");
    public static readonly Metric Finished = new("backsnap_finished_total", MetricType.Counter, "Backups, restores and maintenance that ended, by kind, result and, where they failed, reason.", "kind", "result", "reason");
    public static readonly Metric RunDuration = new("backsnap_run_duration_seconds", MetricType.Histogram, "How long those took that succeeded, by kind.", "kind");
    public static readonly Metric Requests = new("backsnap_api_requests_total", MetricType.Counter, "Requests to the Kubernetes API by verb and HTTP status; the code is \"error\" where there was no answer.", "verb", "code");
    public static readonly Metric RequestDuration = new("backsnap_api_request_duration_seconds", MetricType.Histogram, "How long the Kubernetes API took to answer, by verb; to begin to, for watches.", "verb");
    public static readonly Metric Events = new("backsnap_events_total", MetricType.Counter, "What was to be told of objects as Events: sent, repeated (it happened again, and its Event says how often), known (somebody told it before), failed, or dropped (too much waited, or the operator stopped acting).", "result");

    // The operator itself.
    public static readonly Metric Leader = new("backsnap_leader", MetricType.Gauge, "Whether this operator acts: 1, or 0 where it stands by for another. One that stands by shows nothing of the cluster.");
    public static readonly Metric Synced = new("backsnap_synced", MetricType.Gauge, "Whether this operator acts and has read the whole cluster: 1 or 0.");
    public static readonly Metric Build = new("backsnap_build_info", MetricType.Gauge, "The version of the operator. Always 1.", "version");
    public static readonly Metric Cpu = new("process_cpu_seconds_total", MetricType.Counter, "CPU time of the process, of user and system.");
    public static readonly Metric Memory = new("process_resident_memory_bytes", MetricType.Gauge, "Memory of the process that is resident.");
    public static readonly Metric StartTime = new("process_start_time_seconds", MetricType.Gauge, "When the process started.");
    public static readonly Metric OpenFiles = new("process_open_fds", MetricType.Gauge, "File descriptors that the process has open.");

    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<Metric> All { get; } =
    [
        ClaimInfo, Claims, NextSlot, ExpectedInterval, Expected,
        LastSuccess, LastAttempt, LastAttemptSuccess, LastFailure, LastDuration, LastAdded, LastProcessed, LastFiles, LastWarnings, RetentionWithheld,
        MaintenanceLastSuccess, MaintenanceLastAttemptSuccess, MaintenanceExpected, RestoreLastSuccess,
        Queue, QueueAge, Running, RunningStart, MaxRunning, JobTimeout, Withheld, Refused,
        Plans, PlansRefused, PlanDuration, LastPlan, Actions, Finished, RunDuration, Requests, RequestDuration, Events,
        Leader, Synced, Build, Cpu, Memory, StartTime, OpenFiles,
    ];
}
