using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Restores;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Backups;

/// <summary>What the claim is told of its backups and restores.</summary>
public sealed class ClaimNewsTests
{
    private static readonly Backup Asked = Given.Backup("nightly", "orders", Given.Night);
    private static readonly MoverReport Saved = new(MoverOutcome.Succeeded, 0, "", "saved 3 files", None, None, None, 0, Seq<string>(), Seq<SavedSnapshot>());

    [Fact]
    public void That_a_backup_begins_is_told_on_the_claim_and_which_attempt_it_is()
    {
        var again = Asked with { Slot = Some(Given.Night), Attempt = 2 };
        Assert.Equal("BackupBegun: PVCBackup nightly: snapshot", OnClaim(BackupStatus.Snapshotting(Asked, Given.Night, "snapshot")));
        Assert.Equal("BackupBegun: PVCBackup nightly: snapshot", OnClaim(BackupStatus.Snapshotting(again with { Attempt = 1 }, Given.Night, "snapshot")));
        Assert.Equal("BackupRetried: PVCBackup nightly, attempt 2: snapshot", OnClaim(BackupStatus.Snapshotting(again, Given.Night, "snapshot")));
    }

    [Fact]
    public void How_a_backup_ended_is_told_on_the_claim()
    {
        var partial = Saved with { Outcome = MoverOutcome.Partial };
        Assert.Equal("BackupSucceeded: PVCBackup nightly: saved 3 files", OnClaim(BackupStatus.Succeeded(Asked, None, Given.Night, Given.Night, Saved)));
        Assert.Equal("BackupIncomplete: PVCBackup nightly: saved 3 files", OnClaim(BackupStatus.Succeeded(Asked, None, Given.Night, Given.Night, partial)));
        Assert.Equal("BackupFailed: PVCBackup nightly: WrongPassword: no", OnClaim(BackupStatus.Failed(Asked, None, Given.Night, Given.Night, "WrongPassword", "no", None)));
    }

    [Fact]
    public void What_goes_on_in_between_is_told_on_the_backup_alone()
    {
        Assert.Equal("", OnClaim(BackupStatus.Trouble(Asked, Given.Night, Given.Night, "CannotSnapshot", "not now")));
        Assert.Equal("", OnClaim(BackupStatus.Running(Asked, Given.Night, Given.Night, "restic saves", None)));
    }

    [Fact]
    public void A_claim_that_is_restored_is_told_when_that_begins_and_how_it_ended()
    {
        var restore = Given.Restore("back", "orders", "orders-2", Given.Night);
        Assert.Equal("RestoreBegun: PVCRestore back: restic restores", OnClaim(RestoreStatus.Running(restore, Given.Night, Given.Night, "restic restores", None), "orders-2"));
        Assert.Equal("RestoreSucceeded: PVCRestore back: saved 3 files", OnClaim(RestoreStatus.Succeeded(restore, Given.Night, Given.Night, Given.Night, Saved), "orders-2"));
        Assert.Equal("RestoreFailed: PVCRestore back: WrongPassword: no", OnClaim(RestoreStatus.Failed(restore, None, Given.Night, Given.Night, "WrongPassword", "no", None), "orders-2"));
    }

    private static string OnClaim(Seq<PlannedAction> actions, string claim = "orders")
    {
        var set = Assert.IsType<PlannedAction.SetStatus>(Assert.Single(actions));
        Assert.True(set.Announce.IsSome);
        return set.Announce.Bind(news => news.OnClaim).Map(news =>
        {
            Assert.Equal($"shop/{claim}", news.Claim.ToString());
            return $"{news.Reason}: {news.Message}";
        }).IfNone("");
    }
}
