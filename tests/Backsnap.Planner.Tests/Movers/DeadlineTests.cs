using Backsnap.Domain.Backups;
using Backsnap.Domain.Cluster;
using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

/// <summary>Waits that end: of a claim's own making, of a right that is missing, and of a Job that nobody ends.</summary>
public sealed class DeadlineTests
{
    private static readonly Duration Minute = Duration.FromMinutes(1);

    private static World Annotated(params (string Name, string Text)[] marks)
    {
        var world = Given.World(Given.Claim("orders") with { Schedule = "", Marks = toHashMap(marks) });
        return world with { State = world.State with { Backups = Seq1(Given.Backup("now", "orders", Given.Night)) } };
    }

    private static Backup Ended(World world) => Assert.Single(world.State.Backups);

    [Fact]
    public void A_claim_says_itself_how_long_its_snapshot_may_take()
    {
        var stuck = Annotated((Marks.SnapshotTimeout, "45s")) with { Fates = (_, _) => Fate.Of(new SnapshotFate.Ignored()) };
        Assert.False(Ended(stuck.For(Duration.FromSeconds(44))).Phase.IsFinished);
        Assert.Equal("SnapshotDeadlineExceeded", Ended(stuck.For(Duration.FromSeconds(45))).Reason);
    }

    [Fact]
    public void A_claim_says_itself_how_long_its_pod_may_take_to_start()
    {
        var stuck = Annotated((Marks.PodStartTimeout, "2m")) with { Fates = (_, _) => Fate.Of(new MoverFate.NeverStarts("0/3 nodes are available")) };
        Assert.False(Ended(stuck.For(Minute)).Phase.IsFinished);
        Assert.Equal("PodDidNotStart", Ended(stuck.For(Minute * 3)).Reason);
    }

    [Fact]
    public void A_claim_says_itself_how_long_its_mover_may_run() =>
        Assert.Contains(Annotated((Marks.JobTimeout, "90m")).For(Minute).Bodies.Values.Select(Manifests.Yaml), text => text.Contains("activeDeadlineSeconds: 5400", StringComparison.Ordinal));

    [Fact]
    public void A_namespace_says_it_for_all_its_claims_unless_they_do()
    {
        var world = Annotated();
        var home = world with
        {
            State = world.State with { Namespaces = world.State.Namespaces.AddOrUpdate(Given.Ns("shop"), Given.Namespace("shop") with { Marks = HashMap((Marks.JobTimeout, "1h")) }) },
        };
        Assert.Contains(home.For(Minute).Bodies.Values.Select(Manifests.Yaml), text => text.Contains("activeDeadlineSeconds: 3600", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("0")]
    [InlineData("-5m")]
    public void What_is_no_duration_is_told_and_the_operators_word_holds(string text)
    {
        var world = Annotated((Marks.JobTimeout, text)).For(Minute);
        Assert.Equal("BadJobTimeout", Assert.Single(world.Plan().Notices).Reason);
        Assert.Contains(world.Bodies.Values.Select(Manifests.Yaml), body => body.Contains("activeDeadlineSeconds: 86400", StringComparison.Ordinal));
    }

    [Fact]
    public void A_right_that_is_missing_ends_the_backup_soon_with_the_servers_words_and_is_not_tried_again()
    {
        var world = Annotated();
        var begun = world with { State = world.State with { Backups = Seq1(Given.Backup("now", "orders", Given.Night) with { Phase = new BackupPhase.Provisioning(Given.Night) }) } };
        World Refused(World seen, bool forbidden) => seen with
        {
            State = seen.State with
            {
                Troubles = HashMap((Trouble.KeyOf(ObjectKind.PvcBackup, Given.Ns("shop"), "now"), new Trouble(seen.Now + Minute, "jobs.batch is forbidden") { Forbidden = forbidden })),
            },
        };
        Assert.True(Refused(begun with { Now = Given.Night + Minute }, forbidden: true).Plan().Actions.IsEmpty);
        Assert.True(Refused(begun with { Now = Given.Night + (Minute * 2) }, forbidden: false).Plan().Actions.IsEmpty);
        var failed = Ended(Refused(begun with { Now = Given.Night + (Minute * 2) }, forbidden: true).Settle());
        Assert.Equal((FailureReason.Forbidden, "jobs.batch is forbidden"), (failed.Reason, failed.Message));
        Assert.Equal(Remedy.Somebody, FailureReason.RemedyOf(failed.Reason));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public void A_place_whose_giving_was_not_answered_is_not_given_again_at_once(bool uncertain, int begun)
    {
        var world = Given.World(Given.Claim("a") with { Schedule = "" }, Given.Claim("b") with { Schedule = "" });
        var plan = (world with
        {
            Settings = Given.Settings with { MaxRunning = 1 },
            State = world.State with
            {
                Backups = Seq(Given.Backup("first", "a", Given.Night), Given.Backup("second", "b", Given.Night)),
                Troubles = HashMap((Trouble.KeyOf(ObjectKind.PvcBackup, Given.Ns("shop"), "first"), new Trouble(Given.Night + Minute, "no answer") { Uncertain = uncertain })),
            },
        }).Plan();
        Assert.Equal(begun, plan.Actions.Count(action => action is PlannedAction.Create));
    }

    [Fact]
    public void A_Job_that_nobody_ends_does_not_hold_its_place_for_ever()
    {
        var world = Annotated().For(Duration.FromSeconds(30));
        var endless = world with
        {
            State = world.State with { Jobs = world.State.Jobs.Map(job => job with { EndsBy = Given.Night + (Minute * 60) }).Strict() },
            Fates = (_, _) => Fate.Good with { Runs = Duration.FromDays(10) },
        };
        Assert.Equal(Some(Given.Night + (Minute * 70)), endless.Plan().WakeAt);
        Assert.False(Ended(endless.Until(Given.Night + (Minute * 69))).Phase.IsFinished);
        var ended = endless.Until(Given.Night + (Minute * 70));
        Assert.Equal("DeadlineExceeded", Ended(ended).Reason);
        Assert.True(ended.State.Jobs.IsEmpty && ended.State.Secrets.IsEmpty);
    }

    [Theory]
    [InlineData(5, null)]
    [InlineData(21, "JobDeleted")]
    public void A_Job_that_somebody_deletes_is_made_again_only_while_its_snapshot_is_fresh(int minutes, string? reason)
    {
        var world = (Annotated() with { Fates = (_, _) => Fate.Good with { Runs = Duration.FromHours(2) } }).For(Minute * minutes);
        Assert.IsType<BackupPhase.Running>(Ended(world).Phase);
        var deleted = (world with { State = world.State with { Jobs = Seq<MoverJob>() } }).Settle();
        Assert.Equal(reason is null, !deleted.State.Jobs.IsEmpty);
        Assert.Equal(reason is not null, Ended(deleted).Phase.IsFinished);
        Assert.Equal(reason ?? "Running", Ended(deleted).Reason is { Length: > 0 } why ? why : Ended(deleted).Phase.Word);
    }
}
