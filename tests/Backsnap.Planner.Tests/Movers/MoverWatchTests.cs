using Backsnap.Domain.Claims;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

public sealed class MoverWatchTests
{
    private static readonly Instant Made = Given.Night;
    private static readonly Instant Ended = Made + Duration.FromMinutes(5);
    private static readonly SavedSnapshot Saved = new(new string('a', 64), Some(Ended), Seq<string>());
    private static readonly MoverReport Success = new(MoverOutcome.Succeeded, 0, "Succeeded", "saved", Some(Saved), None, None, 0, Seq<string>(), Seq<SavedSnapshot>());
    private static readonly MoverReport WrongPassword = new(MoverOutcome.Failed, 12, "WrongPassword", "the password is wrong", None, None, None, 0, Seq<string>(), Seq<SavedSnapshot>());
    private static readonly JobState Complete = new JobState.Complete(Ended);
    private static readonly JobState Failed = new JobState.Failed(Ended, "BackoffLimitExceeded", "the Job has reached its limit");

    private static MoverProgress Look(JobState job, Duration later, params PodState[] pods) => Look(job, later, pods.Select((pod, index) => Pod(index, pod)).ToSeq().Strict());

    private static MoverProgress Look(JobState job, Duration later, Seq<MoverPod> pods) =>
        MoverWatch.Look(new MoverJob(Given.Id("shop", "mover", "job", Made), job), Survey.Of(ClusterState.Empty with { Pods = pods }), Deadlines.Default, Made + later);

    private static MoverPod Pod(int number, PodState state) =>
        new(Given.Id("shop", $"mover-{number}", $"pod-{number}", Made) with { Controller = Some(new Owner("Job", "mover", new Uid("job"))) }, state);

    private static PodState End(MoverReport? report, int exitCode = 1, string reason = "Error") => new PodState.Ended(Ended, exitCode, reason, report is null ? None : Some(report));

    [Fact]
    public void Without_a_running_pod_it_is_starting_until_the_deadline_and_says_what_the_pod_says()
    {
        var starting = Assert.IsType<MoverProgress.Starting>(Look(new JobState.Unfinished(), Duration.Zero, new PodState.Waiting(Some("Unschedulable: no node"))));
        Assert.Equal((Made + Deadlines.Default.PodStart, "Unschedulable: no node"), (starting.Deadline, starting.Diagnosis));
    }

    [Fact]
    public void Why_a_volume_cannot_be_mounted_goes_before_what_every_pod_says_on_its_way()
    {
        Assert.Equal(NoMount, Diagnosis(new PodState.Waiting(Some("container ContainerCreating")) { SaysLittle = true }, Some(NoMount)));
        Assert.Equal(NoMount, Diagnosis(new PodState.Waiting(None), Some(NoMount)));
        Assert.Equal("container ContainerCreating", Diagnosis(new PodState.Waiting(Some("container ContainerCreating")) { SaysLittle = true }, None));
    }

    [Fact]
    public void What_the_pod_knows_better_goes_before_an_Event_of_its_past() =>
        Assert.Equal("container ImagePullBackOff: no such image", Diagnosis(new PodState.Waiting(Some("container ImagePullBackOff: no such image")), Some(NoMount)));

    [Fact]
    public void A_Job_that_passed_its_deadline_tells_of_the_mount_too() => Assert.EndsWith(
        $"; the pod: {NoMount}",
        Assert.IsType<MoverProgress.Broken>(Watched(Failed, new PodState.Waiting(Some("container ContainerCreating")) { SaysLittle = true }, Troubled(NoMount))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Unschedulable: 0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found", true)]
    [InlineData("Unschedulable: running PreBind plugin \"VolumeBinding\": binding volumes: context deadline exceeded", true)]
    [InlineData("Unschedulable: 0/1 nodes are available: 1 Insufficient memory", false)]
    public void Where_the_scheduler_blames_a_claim_the_movers_own_pending_claims_are_named(string said, bool named)
    {
        var owner = new Owner("PVCBackup", "backup", new Uid("backup"));
        var temporary = Given.Claim("temporary") with { Id = Given.Id("shop", "temporary", "temporary", Made) with { Controller = Some(owner) }, Phase = ClaimPhase.Pending };
        var target = Given.Claim("target") with { Phase = ClaimPhase.Pending, Restoring = Some(owner.Uid) };
        var cluster = ClusterState.Empty with { Claims = Seq(temporary, target, Given.Claim("foreign") with { Phase = ClaimPhase.Pending }, Given.Claim("bound") with { Restoring = Some(owner.Uid) }) };
        Assert.Equal(named ? said + "; not bound: claim shop/temporary, shop/target" : said, Assert.IsType<MoverProgress.Starting>(Watched(new JobState.Unfinished(), new PodState.Waiting(Some(said)), cluster, owner)).Diagnosis);
    }

    private const string NoMount = "FailedMount: MountVolume.SetUp failed for volume \"pvc-1\": rpc error: no such device";

    private static string Diagnosis(PodState pod, Option<string> told) =>
        Assert.IsType<MoverProgress.Starting>(Watched(new JobState.Unfinished(), pod, told.Match(Troubled, () => ClusterState.Empty))).Diagnosis;

    private static ClusterState Troubled(string told) => ClusterState.Empty with { PodTroubles = HashMap((new Uid("pod-0"), told)) };

    private static MoverProgress Watched(JobState job, PodState pod, ClusterState cluster, Owner? owner = null) => MoverWatch.Look(
        new MoverJob(Given.Id("shop", "mover", "job", Made) with { Controller = owner is null ? None : Some(owner) }, job),
        Survey.Of(cluster with { Pods = Seq1(Pod(0, pod)) }), Deadlines.Default, Made + Duration.FromHours(3));

    [Fact]
    public void With_a_running_pod_it_runs() => Assert.IsType<MoverProgress.Running>(Look(new JobState.Unfinished(), Duration.FromHours(3), new PodState.Running()));

    [Fact]
    public void Between_two_tries_it_still_runs() => Assert.IsType<MoverProgress.Running>(Look(new JobState.Unfinished(), Duration.FromHours(3), End(WrongPassword), new PodState.Waiting(None)));

    [Fact]
    public void Complete_with_a_report_of_success_is_done() => Assert.Equal(Success, Assert.IsType<MoverProgress.Done>(Look(Complete, Duration.FromMinutes(5), End(Success, 0))).Report);

    [Fact]
    public void A_saved_but_incomplete_snapshot_is_done_although_its_Job_failed() =>
        Assert.Equal(MoverOutcome.Partial, Assert.IsType<MoverProgress.Done>(Look(Failed, Duration.FromMinutes(5), End(Success with { Outcome = MoverOutcome.Partial, ExitCode = 3 }, 3))).Report.Outcome);

    [Fact]
    public void Complete_without_its_pod_waits_for_the_report_and_then_counts_as_failed()
    {
        Assert.Equal(Ended + Deadlines.Default.Report, Assert.IsType<MoverProgress.Reporting>(Look(Complete, Duration.FromMinutes(5))).Until);
        Assert.Equal("ResultUnknown", Assert.IsType<MoverProgress.Broken>(Look(Complete, Duration.FromMinutes(16))).Reason);
    }

    // What names no snapshot cannot be checked, and a success that was not checked is never reported.
    [Fact]
    public void Complete_with_a_report_that_names_no_snapshot_counts_as_failed() =>
        Assert.Equal("ResultUnknown", Assert.IsType<MoverProgress.Broken>(Look(Complete, Duration.FromMinutes(16), End(Success with { Snapshot = None }, 0))).Reason);

    [Fact]
    public void A_failure_is_told_in_the_movers_own_words()
    {
        var broken = Assert.IsType<MoverProgress.Broken>(Look(Failed, Duration.FromMinutes(5), End(WrongPassword, 12)));
        Assert.Equal(("WrongPassword", "the password is wrong"), (broken.Reason, broken.Message));
    }

    [Fact]
    public void Killed_for_memory_is_named_as_such()
    {
        var broken = Assert.IsType<MoverProgress.Broken>(Look(Failed, Duration.FromMinutes(5), End(null, 137, "OOMKilled")));
        Assert.Equal("OutOfMemory", broken.Reason);
        Assert.Contains("--mover-memory-limit", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Killed_without_a_word_keeps_the_exit_code_and_the_Jobs_reason()
    {
        var broken = Assert.IsType<MoverProgress.Broken>(Look(Failed, Duration.FromMinutes(5), End(null, 139)));
        Assert.Equal("BackoffLimitExceeded", broken.Reason);
        Assert.Contains("exit code 139", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_Job_that_passed_its_deadline_says_so_and_what_its_pod_waited_for()
    {
        var broken = Assert.IsType<MoverProgress.Broken>(Look(
            new JobState.Failed(Ended, "DeadlineExceeded", "Job was active longer than specified deadline"), Duration.FromMinutes(16), new PodState.Waiting(Some("ImagePullBackOff"))));
        Assert.Equal("DeadlineExceeded", broken.Reason);
        Assert.Contains("ImagePullBackOff", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_Job_that_passed_its_deadline_the_pods_are_gone_and_no_report_is_waited_for_long()
    {
        var late = new JobState.Failed(Ended, "DeadlineExceeded", "Job was active longer than specified deadline");
        var soon = Ended + Duration.FromSeconds(30);
        Assert.Equal(soon, Assert.IsType<MoverProgress.Reporting>(Look(late, soon - Made - Duration.FromSeconds(1))).Until);
        Assert.Equal("DeadlineExceeded", Assert.IsType<MoverProgress.Broken>(Look(late, soon - Made)).Reason);
        Assert.Equal(Ended + Deadlines.Default.Report, Assert.IsType<MoverProgress.Reporting>(Look(Failed, soon - Made)).Until);
    }

    [Fact]
    public void Of_two_pods_that_ended_in_the_same_second_it_does_not_matter_which_was_seen_first()
    {
        var (first, second) = (Pod(0, End(WrongPassword, 12)), Pod(1, End(null)));
        Assert.Equal(Look(Failed, Duration.FromMinutes(16), Seq(first, second)), Look(Failed, Duration.FromMinutes(6), Seq(second, first)));
    }
}
