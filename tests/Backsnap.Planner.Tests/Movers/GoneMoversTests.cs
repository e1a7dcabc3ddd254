using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

public sealed class GoneMoversTests
{
    private static readonly Backup Asking = Given.Backup("now", "orders", Given.Night);
    private static readonly Backup Broken = Given.Finished("before", "orders", Result.Failed, Given.Night - Duration.FromMinutes(10));

    [Fact]
    public void The_pods_of_a_failed_backup_of_the_claim_are_proven_gone() =>
        Assert.Equal((string[])["--dead-holder", $"{BackupStep.ChildName(Broken)}-*"], Arguments(Broken, new JobState.Failed(Given.Night, "BackoffLimitExceeded", ""), new PodState.Ended(Given.Night, 137, "OOMKilled", None)));

    [Fact]
    public void Also_when_nothing_is_left_of_its_job() => Assert.Equal(2, Arguments(Broken, null).Count);

    [Fact]
    public void A_pod_that_may_still_run_is_no_proof()
    {
        Assert.Empty(Arguments(Broken, new JobState.Failed(Given.Night, "DeadlineExceeded", ""), new PodState.Running()));
        Assert.Empty(Arguments(Broken, new JobState.Failed(Given.Night, "DeadlineExceeded", ""), new PodState.Waiting(None)));
        Assert.Empty(Arguments(Broken, new JobState.Unfinished()));
    }

    [Fact]
    public void Neither_successes_nor_backups_of_other_claims_are_named()
    {
        Assert.Empty(Arguments(Given.Finished("before", "orders", Result.Succeeded, Given.Night), null));
        Assert.Empty(Arguments(Given.Finished("before", "invoices", Result.Failed, Given.Night), null));
        Assert.Empty(Arguments(Asking, null));
    }

    private static Seq<string> Arguments(Backup before, JobState? job, params PodState[] pods)
    {
        Identity Child(string name, string uid, string owner) => Given.Id("shop", name, uid, Given.Night) with { Controller = Some(new Owner("PVCBackup", "before", new Uid(owner))) };
        var cluster = Given.With(Given.Claim("orders")) with
        {
            Backups = Seq(Asking, before).Distinct().ToSeq().Strict(),
            Jobs = job is null ? Seq<MoverJob>() : Seq1(new MoverJob(Child("job", "job-uid", before.Id.Uid.Value), job)),
            Pods = pods.Select((pod, index) => new MoverPod(Child($"pod-{index}", $"pod-{index}", "job-uid"), pod)).ToSeq().Strict(),
        };
        var arguments = GoneMovers.Arguments(Asking, Survey.Of(cluster), Given.Settings);
        // Its own Job's pods come one after the other: whatever else is proven, those before this one are gone.
        Assert.Equal((string[])["--dead-holder", $"{BackupStep.ChildName(Asking)}-*"], arguments.Take(2));
        return arguments.Skip(2);
    }
}
