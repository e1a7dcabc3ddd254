using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Controllers.Jobs;

/// <summary>
/// Makes the pods of Jobs, counts how they ended, and says when a Job has ended and why. Indexed Jobs run as if they were not indexed.
/// </summary>
internal sealed class JobController() : Reconciler("job-controller")
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    private EventRecorder? recorder;

    private EventRecorder Events => recorder ??= new EventRecorder(Store, Context.Clock, Name);

    protected override IEnumerable<ObjectKey> Concerned(StoreEvent.Change change)
    {
        var key = ObjectKey.Of(change.Stored);
        if (key.Type == ResourceTypes.Pods) return JobOf(change.Object) is { } job ? [job, key] : [key];
        if (key.Type != ResourceTypes.Jobs) return [];
        return change is StoreEvent.Deleted ? PodsOf(change.Stored.Uid).Select(pod => new ObjectKey(ResourceTypes.Pods, key.Namespace, pod.NameOf())) : [key];
    }

    protected override TimeSpan? Reconcile(ObjectKey key) =>
        Store.Get(key.Type, key.Namespace, key.Name) switch
        {
            null => null,
            { } pod when key.Type == ResourceTypes.Pods => ReleaseOrphan(pod),
            { } job when JobCondition.Finished(job) is { } finished => CleanUp(job, finished),
            { } job => Sync(job),
        };

    private TimeSpan? Sync(JsonObject job)
    {
        var pods = Pods(job);
        var isSuspended = job.Flag("spec", "suspend");
        var end = JobEnd.AnnouncedBy(job) ?? Judge(job, pods);
        // From here on the pods are those that were judged, but for what is done to them here: another look might find
        // one more failure, which would then be counted without having been judged.
        if (end is not null || isSuspended) pods = DeleteActive(job, pods);
        var succeeded = pods.NewlySucceeded.ToList();
        var failed = pods.NewlyFailed.ToList();
        var mayCreate = end is null && !isSuspended && !job.IsTerminating() && succeeded.Count + failed.Count == 0;
        TimeSpan? pause = null;
        if (mayCreate) (pods, pause) = CreateMissing(job, pods);

        var counted = isSuspended ? [] : failed.Where(pod => PodFailurePolicy.For(job, pod) is not PodFailurePolicy.Ignore).ToList();
        if (succeeded.Count + failed.Count > 0)
        {
            Tell(job, pods, end, isSuspended, uncounted: (succeeded, counted));
            foreach (var pod in succeeded.Concat(failed)) Release(pod);
            Tell(job, pods, end, isSuspended, counted: (succeeded.Count, counted.Count), isFinal: end is not null && IsOver(pods));
        }
        else
        {
            Tell(job, pods, end, isSuspended);
            if (end is not null && IsOver(pods)) Tell(job, pods, end, isSuspended, isFinal: true);
        }
        return Sooner(pause, end is null ? UntilDeadline(job) : null);
    }

    private static bool IsOver(JobPods pods) => !pods.Active.Any() && !pods.Terminating.Any();

    /// <summary>Whether the Job is to end now, by what its pods did and what time it is.</summary>
    private JobEnd? Judge(JsonObject job, JobPods pods)
    {
        var policies = pods.NewlyFailed.Select(pod => PodFailurePolicy.For(job, pod)).ToList();
        if (policies.OfType<PodFailurePolicy.FailJob>().FirstOrDefault() is { } fatal) return JobEnd.FailedByPolicy(fatal.Message);

        var failures = (job.Number("status", "failed") ?? 0) + policies.Count(policy => policy is PodFailurePolicy.Count);
        var limit = job.Number("spec", "backoffLimit") ?? 6;
        var isRestarting = job.Text("spec", "template", "spec", "restartPolicy") == "OnFailure";
        if (failures > limit || (isRestarting && pods.Restarts > 0 && pods.Restarts >= limit)) return JobEnd.BackoffLimitExceeded;
        if (UntilDeadline(job) <= TimeSpan.Zero) return JobEnd.DeadlineExceeded;

        var succeeded = (job.Number("status", "succeeded") ?? 0) + pods.NewlySucceeded.Count();
        return succeeded >= (job.Number("spec", "completions") ?? 1) ? JobEnd.Complete : null;
    }

    private TimeSpan? UntilDeadline(JsonObject job) =>
        job.Number("spec", "activeDeadlineSeconds") is { } seconds && !job.Flag("spec", "suspend")
        && JobPods.ParseTime(job.Text("status", "startTime")) is { } start
            ? start + TimeSpan.FromSeconds(seconds) - Now
            : null;

    private JobPods DeleteActive(JsonObject job, JobPods pods)
    {
        foreach (var pod in pods.Active)
        {
            Store.Delete(ResourceTypes.Pods, pod.NamespaceOf(), pod.NameOf(), new DeleteOptions(Uid: pod.UidOf()));
            Events.Normal(job, "SuccessfulDelete", $"Deleted pod: {pod.NameOf()}");
        }
        return Pods(job);
    }

    /// <summary>Makes the pods that are lacking; gives the pause to wait before, after failures.</summary>
    private (JobPods Pods, TimeSpan? Pause) CreateMissing(JsonObject job, JobPods pods)
    {
        var succeeded = job.Number("status", "succeeded") ?? 0;
        var wanted = Math.Min(job.Number("spec", "parallelism") ?? 1, (job.Number("spec", "completions") ?? 1) - succeeded);
        var missing = wanted - pods.Active.Count() - (pods.ReplacesOnlyEnded ? pods.Terminating.Count() : 0);
        if (missing <= 0) return (pods, null);

        var failures = job.Number("status", "failed") ?? 0;
        if (failures > 0 && pods.LastFailure is { } last)
        {
            var rest = last + Backoff.Pause((int)failures - 1, Context.Options.FirstRetryPause, LongestPause) - Now;
            if (rest > TimeSpan.Zero) return (pods, rest);
        }
        for (var made = 0; made < missing; made++)
            switch (Store.Create(ResourceTypes.Pods, JobPods.Manifest(job)))
            {
                case StoreResult.Ok created:
                    Events.Normal(job, "SuccessfulCreate", $"Created pod: {created.Object.NameOf()}");
                    pods = pods with { All = [.. pods.All, created.Object] };
                    break;
                case StoreResult.Refused refused:
                    Events.Warning(job, "FailedCreate", $"Error creating: {refused.Error.Message}");
                    return (pods, Context.Options.FirstRetryPause);
            }
        return (pods, null);
    }

    /// <summary>Writes the Job's status: what its pods are doing, those about to be counted or those now counted, and its end.</summary>
    private void Tell(
        JsonObject job,
        JobPods pods,
        JobEnd? end,
        bool isSuspended,
        (List<JsonObject> Succeeded, List<JsonObject> Failed)? uncounted = null,
        (int Succeeded, int Failed)? counted = null,
        bool isFinal = false)
    {
        var wasSuspended = JobCondition.Find(job, "Suspended") is not null;
        var told = Change(ResourceTypes.Jobs, job, current =>
        {
            current.SetDefault(new JsonObject(), "status");
            var status = current.Child("status")!;
            if (isSuspended) status.Remove("startTime");
            else status.SetDefault(ObjectFields.Timestamp(Now), "startTime");
            SetCount(status, "active", pods.Active.Count());
            SetCount(status, "succeeded", (status.Number("succeeded") ?? 0) + (counted?.Succeeded ?? 0));
            SetCount(status, "failed", (status.Number("failed") ?? 0) + (counted?.Failed ?? 0));
            status["ready"] = pods.Ready.Count();
            status["terminating"] = pods.Terminating.Count();
            status["uncountedTerminatedPods"] = Uncounted(uncounted);
            if (isSuspended != wasSuspended)
                JobCondition.Set(current, "Suspended", isSuspended, isSuspended ? "JobSuspended" : "JobResumed", isSuspended ? "Job suspended" : "Job resumed", Now);
            if (end is not null) JobCondition.Set(current, end.Announced, true, end.Reason, end.Message, Now);
            if (end is not null && isFinal)
            {
                JobCondition.Set(current, end.Final, true, end.Reason, end.Message, Now);
                if (end.IsSuccess) status["completionTime"] = ObjectFields.Timestamp(Now);
            }
            return current;
        });
        if (told is null) return;
        if (isSuspended != wasSuspended && uncounted is null && counted is null)
            Events.Normal(told, isSuspended ? "Suspended" : "Resumed", isSuspended ? "Job suspended" : "Job resumed");
        if (end is null || !isFinal) return;
        if (end.IsSuccess) Events.Normal(told, "Completed", "Job completed");
        else Events.Warning(told, end.Reason, end.Message);
    }

    private static void SetCount(JsonObject status, string field, long count)
    {
        if (count == 0) status.Remove(field);
        else status[field] = count;
    }

    private static JsonObject Uncounted((List<JsonObject> Succeeded, List<JsonObject> Failed)? pods)
    {
        var uncounted = new JsonObject();
        if (pods?.Succeeded is { Count: > 0 } succeeded) uncounted["succeeded"] = new JsonArray([.. succeeded.Select(JsonNode (pod) => pod.UidOf())]);
        if (pods?.Failed is { Count: > 0 } failed) uncounted["failed"] = new JsonArray([.. failed.Select(JsonNode (pod) => pod.UidOf())]);
        return uncounted;
    }

    /// <summary>A Job that has ended lets its last pods go, and goes itself when its time is over.</summary>
    private TimeSpan? CleanUp(JsonObject job, JsonNode finished)
    {
        foreach (var pod in Pods(job).All.Where(pod => pod.HasFinalizer(JobPods.Tracking))) Release(pod);
        if (job.Number("spec", "ttlSecondsAfterFinished") is not { } seconds
            || job.IsTerminating()
            || JobPods.ParseTime(finished.Text("lastTransitionTime")) is not { } at)
            return null;
        var rest = at + TimeSpan.FromSeconds(seconds) - Now;
        if (rest > TimeSpan.Zero) return rest;
        Store.Delete(ResourceTypes.Jobs, job.NamespaceOf(), job.NameOf(), new DeleteOptions(Uid: job.UidOf(), Propagation: Propagation.Foreground));
        return null;
    }

    /// <summary>Nobody will count a pod whose Job is gone.</summary>
    private TimeSpan? ReleaseOrphan(JsonObject pod)
    {
        if (pod.HasFinalizer(JobPods.Tracking)
            && !pod.Items("metadata", "ownerReferences").Any(owner => Store.FindByUid(owner.Text("uid") ?? "") is { } found && found.Type == ResourceTypes.Jobs))
            Release(pod);
        return null;
    }

    private void Release(JsonObject pod) => Change(ResourceTypes.Pods, pod, current => current.WithoutFinalizers(JobPods.Tracking));

    private JobPods Pods(JsonObject job) => new(job, [.. PodsOf(job.UidOf())]);

    private IEnumerable<JsonObject> PodsOf(string uid) =>
        Store.Dependents(uid).Where(stored => stored.Type == ResourceTypes.Pods).Select(stored => stored.Copy());

    private static ObjectKey? JobOf(JsonObject pod) =>
        pod.Items("metadata", "ownerReferences").FirstOrDefault(owner => owner.Flag("controller") && owner.Text("kind") == ResourceTypes.Jobs.Kind) is { } owner
            ? new(ResourceTypes.Jobs, pod.NamespaceOf(), owner.Text("name") ?? "")
            : null;

    private static TimeSpan? Sooner(TimeSpan? one, TimeSpan? other) =>
        (one, other) switch
        {
            ({ } a, { } b) => a < b ? a : b,
            _ => one ?? other,
        };
}
