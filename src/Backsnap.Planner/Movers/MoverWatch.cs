using Backsnap.Domain.Movers;
using LanguageExt;
using NodaTime;
using NodaTime.Text;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Movers;

/// <summary>What can be said of a mover from its Job and pods.</summary>
internal abstract record MoverProgress
{
    private MoverProgress() { }

    /// <summary>No pod runs yet; until when that is tolerated, and what the pod says of it.</summary>
    public sealed record Starting(Instant Deadline, string Diagnosis) : MoverProgress;

    /// <summary>The container runs; how far it is, where its log was looked at.</summary>
    public sealed record Running(Option<Headway> Headway) : MoverProgress;

    /// <summary>The Job is over but its pod's report was not seen yet; until when to wait for it.</summary>
    public sealed record Reporting(Instant Until) : MoverProgress;

    /// <summary>Over, with a report of success or of a saved but incomplete snapshot.</summary>
    public sealed record Done(Instant At, MoverReport Report) : MoverProgress;

    /// <summary>Over, without success.</summary>
    public sealed record Broken(Instant At, string Reason, string Message, Option<MoverReport> Report) : MoverProgress;
}

/// <summary>Reads a Job and its pods.</summary>
internal static class MoverWatch
{
    /// <summary>Where the mover stands. A success needs the mover's own report, with the snapshot named: that a Job is complete says too little.</summary>
    /// <param name="job">The Job.</param>
    /// <param name="survey">What was seen.</param>
    /// <param name="deadlines">How long each wait may last.</param>
    /// <param name="now">The time.</param>
    /// <param name="savesSnapshot">Whether its work is about one snapshot; maintenance is about the whole repository.</param>
    public static MoverProgress Look(MoverJob job, Survey survey, Deadlines deadlines, Instant now, bool savesSnapshot = true)
    {
        var progress = Read(job, survey, deadlines, now, savesSnapshot);
        return job.Id.IsElsewhere && progress is MoverProgress.Broken broken
            ? broken with { Message = $"{broken.Message} (its log: kubectl logs -n {job.Id.Namespace} job/{job.Id.Name})" }
            : progress;
    }

    private static MoverProgress Read(MoverJob job, Survey survey, Deadlines deadlines, Instant now, bool savesSnapshot)
    {
        var pods = survey.PodsOf[job.Id.Uid].OrderByDescending(pod => pod.Id.Created).ThenBy(pod => pod.Id.Name, StringComparer.Ordinal).ToSeq().Strict();
        var ended = pods.Bind(pod => pod.State is PodState.Ended end ? Seq1(end) : Seq<PodState.Ended>()).OrderByDescending(end => end.At).ToSeq().Strict();
        return job.State switch
        {
            JobState.Unfinished => job.EndsBy.Filter(end => now >= end + Margin).Match(
                end => new MoverProgress.Broken(
                    now, "DeadlineExceeded", $"Job {job.Id.Name} should have been ended at {InstantPattern.General.Format(end)} and was not: does the cluster's Job controller run?", None),
                () => Unfinished(job, pods, survey, deadlines)),
            JobState.Complete complete => Saved(ended, savesSnapshot).Match<MoverProgress>(
                report => new MoverProgress.Done(complete.At, report),
                () => now < complete.At + deadlines.Report
                    ? new MoverProgress.Reporting(complete.At + deadlines.Report)
                    : new MoverProgress.Broken(complete.At, "ResultUnknown", $"Job {job.Id.Name} completed, but its pod left no report; nothing is counted as done that was not reported", None)),
            JobState.Failed failed => Saved(ended, savesSnapshot).Match<MoverProgress>(
                report => new MoverProgress.Done(failed.At, report),
                () => ended.IsEmpty && now < failed.At + Patience(failed, deadlines)
                    ? new MoverProgress.Reporting(failed.At + Patience(failed, deadlines))
                    : Diagnose(failed, ended, WaitsFor(job, pods, survey))),
        };
    }

    // Of a Job that passed its deadline the controller deletes the pods themselves, most often before they are seen to have ended: what was not seen soon
    // does not come, and its place is wanted by others.
    private static Duration Patience(JobState.Failed failed, Deadlines deadlines) =>
        failed.Reason == "DeadlineExceeded" ? Duration.Min(deadlines.Report, Duration.FromSeconds(30)) : deadlines.Report;

    /// <summary>How long after its deadline a Job may go on.</summary>
    // The controller ends a Job within seconds of its deadline, and its pods may take their time to stop.
    public static Duration Margin { get; } = Duration.FromMinutes(10);

    private static MoverProgress Unfinished(MoverJob job, Seq<MoverPod> pods, Survey survey, Deadlines deadlines) =>
        pods.Exists(pod => pod.State is PodState.Running or PodState.Ended)
            ? new MoverProgress.Running(pods.Find(pod => pod.State is PodState.Running).Bind(pod => survey.Cluster.Headways.Find(pod.Id.Uid)))
            : new MoverProgress.Starting(job.Id.Created + deadlines.PodStart, WaitsFor(job, pods, survey).IfNone("the pod has not started"));

    private static Option<string> WaitsFor(MoverJob job, Seq<MoverPod> pods, Survey survey) => PodDiagnosis.Of(pods, survey).Map(said => PodDiagnosis.WithClaims(said, job, survey));

    private static Option<MoverReport> Saved(Seq<PodState.Ended> ended, bool savesSnapshot) =>
        ended.Bind(end => end.Report.ToSeq()).Find(report => report.Outcome is MoverOutcome.Succeeded or MoverOutcome.Partial && report.Snapshot.IsSome == savesSnapshot);

    // The mover's own words come first; without them, what the kubelet and the Job controller saw.
    private static MoverProgress Diagnose(JobState.Failed failed, Seq<PodState.Ended> ended, Option<string> waitsFor) =>
        ended.HeadOrNone().Match(
            last => last switch
            {
                { Reason: "OOMKilled" } => new MoverProgress.Broken(
                    failed.At, "OutOfMemory", "the mover was killed because it reached its memory limit; raise --mover-memory-limit", last.Report),
                { Report.IsSome: true } => last.Report.Match(
                    report => new MoverProgress.Broken(failed.At, report.Reason, report.Message, last.Report),
                    () => throw new System.Diagnostics.UnreachableException()),
                _ => new MoverProgress.Broken(
                    failed.At, failed.Reason, $"the mover ended with exit code {last.ExitCode} ({last.Reason}) and left no report; {failed.Message}", None),
            },
            () => new MoverProgress.Broken(
                failed.At, failed.Reason,
                failed.Message + waitsFor.Map(diagnosis => $"; the pod: {diagnosis}").IfNone(""),
                None));
}
