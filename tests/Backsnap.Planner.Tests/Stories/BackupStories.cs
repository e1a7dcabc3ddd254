using Backsnap.Domain.Backups;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Stories;

/// <summary>Whole backups, told in the files beside this one.</summary>
public sealed class BackupStories
{
    private static readonly Duration Hour = Duration.FromHours(1);

    private static World With(World world, params Backup[] backups) => world with { State = world.State with { Backups = backups.ToSeq().Strict() } };

    [Fact]
    public void A_scheduled_backup_from_its_slot_to_the_clean_up() =>
        Golden.Compare("scheduled-backup", Story.Tell("A scheduled backup, from its slot to the clean-up", Given.World(Given.Claim("orders")).For(Hour)));

    [Fact]
    public void A_backup_by_hand() => Golden.Compare("manual-backup", Story.Tell(
        "A backup by hand, of a claim that no schedule covers",
        With(Given.World(Given.Claim("orders") with { Schedule = "" }), Given.Backup("before-upgrade", "orders", Given.Night)).For(Hour)));

    [Fact]
    public void Three_due_claims_and_one_place() => Golden.Compare("one-place", Story.Tell(
        "Three claims are due at once, and one backup may run at a time",
        (Given.World(Given.Claim("a"), Given.Claim("b"), Given.Claim("c")) with { Settings = Given.Settings with { MaxRunning = 1 } }).For(Hour)));

    [Fact]
    public void A_snapshot_that_only_meets_errors() => Golden.Compare("snapshot-deadline", Story.Tell(
        "The snapshotter meets an error, again and again, until the deadline",
        (Given.World(Given.Claim("orders")) with { Fates = (_, _) => Fate.Of(new SnapshotFate.Stuck("rpc error: code = Unavailable")) }).For(Hour)));

    [Fact]
    public void A_failure_that_another_try_mends() => Golden.Compare("retry", Story.Tell(
        "The store does not answer at first; five minutes later, with a fresh snapshot, it does",
        (Given.World(Given.Claim("orders")) with
        {
            Fates = (owner, _) => owner.Name == "orders-20261122-023000" ? Fate.Of(new MoverFate.Fails(25, "StoreUnreachable", "the store cannot be reached")) : Fate.Good,
        }).For(Hour)));

    [Fact]
    public void Attempts_that_all_fail_and_the_slot_after_them() => Golden.Compare("retries-exhausted", Story.Tell(
        "Every attempt of the first night fails: after the last of them somebody is told, and the next slot starts anew",
        (Given.World(Given.Claim("orders")) with
        {
            Fates = (owner, _) => owner.Name.StartsWith("orders-20261122", StringComparison.Ordinal) ? Fate.Of(new MoverFate.OutOfMemory()) : Fate.Good,
            Settings = Given.Settings with { Retries = 2 },
        }).For(Duration.FromHours(25))));

    [Fact]
    public void The_next_slot_comes_before_the_next_attempt() => Golden.Compare("retry-next-slot", Story.Tell(
        "A backup every quarter of an hour, and a store that does not answer: no attempt is made once the next slot has come",
        (Given.World(Given.Claim("orders") with { Schedule = "*/15 * * * *" }) with
        {
            Fates = (_, _) => Fate.Of(new MoverFate.Fails(25, "StoreUnreachable", "the store cannot be reached")),
            Settings = Given.Settings with { FailedHistory = 2 },
        }).For(Duration.FromMinutes(40))));

    [Fact]
    public void Failed_backups_beyond_the_number_that_is_kept()
    {
        Backup Old(string name, Result result, int hours) => Given.Finished(name, "orders", result, Given.Night - Duration.FromHours(hours));
        var world = With(
            Given.World(Given.Claim("orders") with { Schedule = "" }),
            Old("noon", Result.Failed, 14), Old("one", Result.Failed, 13), Old("two", Result.Succeeded, 12), Old("three", Result.Failed, 11), Old("four", Result.Failed, 10), Old("five", Result.Failed, 9));
        Golden.Compare("failed-history", Story.Tell("Of five failed backups the newest three stay, for the three days that failed ones are kept", world.For(Duration.FromDays(7))));
    }

    [Fact]
    public void Files_that_cannot_be_read() => Golden.Compare("unreadable-files", Story.Tell(
        "Some files cannot be read (exit code 3): the snapshot counts, with warnings",
        (Given.World(Given.Claim("orders")) with { Fates = (_, _) => Fate.Of(new MoverFate.ReadsSome("/data/secret: permission denied")) }).For(Hour)));

    [Fact]
    public void A_wrong_password_and_the_Job_that_is_kept() => Golden.Compare("wrong-password", Story.Tell(
        "The password is wrong; the Job stays with its log for somebody to look at",
        (Given.World(Given.Claim("orders")) with { Fates = (_, _) => Fate.Of(new MoverFate.Fails(12, "WrongPassword", "the password does not open the repository")) }).For(Hour)));

    [Fact]
    public void The_newest_success_outlives_its_time_to_live()
    {
        Backup Old(string name, Result result, int days) => Given.Finished(name, "orders", result, Given.Night - Duration.FromDays(days));
        var world = With(
            Given.World(Given.Claim("orders") with { Schedule = "" }),
            Old("monday", Result.Succeeded, 30), Old("tuesday", Result.SucceededWithWarnings, 20), Old("wednesday", Result.Failed, 10), Old("thursday", Result.Failed, 2));
        Golden.Compare("ttl-expiry", Story.Tell("Time to live is seven days, but the newest success stays whatever its age", world.For(Duration.FromDays(7))));
    }

    [Fact]
    public void An_invalid_schedule_beside_a_good_one() => Golden.Compare("invalid-schedule", Story.Tell(
        "One claim's schedule is a mistake; the other's backup does not care",
        Given.World(Given.Claim("carts") with { Schedule = "every day" }, Given.Claim("orders")).For(Hour)));

    [Fact]
    public void The_operator_is_restarted_in_the_middle()
    {
        var before = Given.World(Given.Claim("orders")).Until(Given.Night + Duration.FromMinutes(30) + Duration.FromSeconds(6));
        Golden.Compare("restart", Story.Tell(
            "The operator is away from just after the mover's start; what it needs stands in the cluster", before.Unattended(Hour).Note("operator", "is started anew").For(Hour)));
    }

    [Fact]
    public void The_manifests_of_a_backup()
    {
        var asked = Given.Backup("nightly", "orders", Given.Night) with
        {
            Placement = new Placement(HashMap(("disk", "ssd")), None, Some("low"), HashMap(("team", "sales")), HashMap(("note", "by hand"))),
        };
        var world = With(Given.World(Given.Claim("orders") with { Schedule = "" }), asked).For(Hour);
        Golden.Compare("manifests-of-a-backup", string.Join("---\n", world.Bodies.AsEnumerable().OrderBy(made => made.Key.Value, StringComparer.Ordinal).Select(made => Manifests.Yaml(made.Value))));
    }
}
