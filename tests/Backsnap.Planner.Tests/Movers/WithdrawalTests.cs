using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

/// <summary>When a copy of credentials goes, although nobody sees whether it is there.</summary>
public sealed class WithdrawalTests
{
    private static readonly Backup Running = Given.Backup("now", "orders", Given.Night) with { Phase = new BackupPhase.Running(Given.Night) };
    private static readonly NamingKey Key = NamingKey.Of([KeyValuePair.Create("RESTIC_PASSWORD", "hunter2")]);
    private static readonly string Copy = ChildName.OfCredentials("now", Running.Id.Uid, Key);

    private static Settings Settings => Given.Settings with { Mover = Given.Settings.Mover with { Naming = Key } };

    private static MoverJob Job(JobState state, params string[] secrets) =>
        new(Given.Id("shop", "job", "job", Given.Night) with { Controller = new Owner("PVCBackup", "now", Running.Id.Uid) { Group = ObjectKind.Group }, Labels = HashMap((Marks.ManagedBy, Marks.Backsnap)) }, state)
        {
            Secrets = secrets.ToSeq().Strict(),
        };

    private static string Actions(Option<Backup> backup, MoverJob job, Duration later) => string.Join(
        ' ',
        new World(
            Given.With(Given.Claim("orders")) with { Backups = backup.ToSeq(), Jobs = Seq1(job) }, Settings with { Manual = true }, Given.Night + later).Plan().Actions
            .Map(action => $"{action.Verb}:{action.Target.Kind}:{action.Target.Name}"));

    [Fact]
    public void It_goes_before_the_end_is_told_when_its_Job_is_over() => Assert.Equal(
        $"delete:Secret:{Copy} status:PVCBackup:now", Actions(Running, Job(new JobState.Failed(Given.Night, "DeadlineExceeded", "it took too long"), Copy), Duration.FromHours(1)));

    // Until the status says so, nobody knows that the mover is given up; it may be starting just now.
    [Fact]
    public void It_stays_until_the_end_is_told_when_its_Job_may_run() => Assert.Equal(
        "status:PVCBackup:now", Actions(Running, Job(new JobState.Unfinished(), Copy), Duration.FromHours(1)));

    [Fact]
    public void It_goes_before_a_Job_that_nobody_waited_for() => Assert.Equal(
        $"delete:Secret:{Copy} delete:Job:job",
        Actions(Running with { Phase = new BackupPhase.Finished(Result.Failed, None, Given.Night) }, Job(new JobState.Unfinished(), Copy), Duration.FromMinutes(1)));

    // It ended between the look at it and the word that it was given up: its Secret is still there, so the Job must not be all that stays.
    [Fact]
    public void It_goes_before_a_Job_that_ended_after_it_was_given_up() => Assert.Equal(
        $"delete:Secret:{Copy} delete:Job:job",
        Actions(
            Running with { Phase = new BackupPhase.Finished(Result.Failed, None, Given.Night) },
            Job(new JobState.Failed(Given.Night + Duration.FromSeconds(1), "DeadlineExceeded", "it took too long"), Copy), Duration.FromMinutes(1)));

    [Fact]
    public void It_is_not_looked_for_again_when_a_Job_goes_that_ended_in_time() => Assert.Equal(
        "delete:Job:job",
        Actions(Running with { Phase = new BackupPhase.Finished(Result.Succeeded, None, Given.Night) }, Job(new JobState.Complete(Given.Night), Copy), Duration.FromMinutes(1)));

    [Fact]
    public void It_goes_before_a_Job_whose_owner_is_gone() => Assert.Equal(
        $"delete:Secret:{Copy} delete:Job:job", Actions(None, Job(new JobState.Unfinished(), Copy), Duration.FromHours(1)));

    [Fact]
    public void One_made_with_earlier_credentials_goes_too_and_a_Secret_that_a_Job_merely_names_stays()
    {
        var earlier = ChildName.OfCredentials("now", Running.Id.Uid, NamingKey.None);
        var expected = string.Join(' ', new[] { Copy, earlier }.Order(StringComparer.Ordinal).Select(name => $"delete:Secret:{name}"));
        Assert.Equal(
            $"{expected} status:PVCBackup:now",
            Actions(Running, Job(new JobState.Failed(Given.Night, "DeadlineExceeded", "it took too long"), earlier, "tenants-own", ChildName.For("now", Running.Id.Uid)), Duration.FromHours(1)));
    }

    [Fact]
    public void A_backup_that_ends_before_a_mover_was_made_has_none() => Assert.DoesNotContain(
        "Secret", Actions(Running with { Phase = new BackupPhase.Snapshotting(Given.Night) }, Job(new JobState.Unfinished()) with { Id = Given.Id("shop", "other", "other", Given.Night) }, Duration.FromHours(1)), StringComparison.Ordinal);
}
