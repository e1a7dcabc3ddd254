using Backsnap.Domain.Backups;
using Backsnap.Domain.Movers;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Tests.Worlds;
using LanguageExt;
using NodaTime;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

/// <summary>How far a mover is, is told in the status of what it works for, and in nothing else.</summary>
public sealed class HeadwayTests
{
    private static readonly Headway Some42 = new(42, "1.2 GiB", "2.9 GiB", Some("20.0 s"));

    [Fact]
    public void It_is_told_in_the_status_and_by_no_Event()
    {
        var set = Assert.IsType<PlannedAction.SetStatus>(Assert.Single(Told(Running, Some(Some42))));

        Assert.True(set.Announce.IsNone);
        Assert.Equal(Some("restic saves: 42 %, 1.2 GiB of 2.9 GiB, 20.0 s left"), Manifests.Text(set.Status, "message"));
        Assert.Equal(Some("2.9 GiB"), Manifests.Text(set.Status, "progress", "total"));
    }

    [Fact]
    public void That_it_runs_is_an_Event_once()
    {
        var set = Assert.IsType<PlannedAction.SetStatus>(Assert.Single(Told(Running with { Phase = new BackupPhase.Provisioning(Given.Night) }, None)));

        Assert.True(set.Announce.IsSome);
        Assert.True(Manifests.Text(set.Status, "progress", "total").IsNone);
    }

    [Fact]
    public void What_is_told_already_is_not_told_again_nor_taken_back_where_nothing_new_is_known()
    {
        Assert.Empty(Told(Running with { Message = $"restic saves: {Some42.Text}" }, Some(Some42)));
        Assert.Empty(Told(Running with { Message = $"restic saves: {Some42.Text}" }, None));
    }

    private static Backup Running => Given.Backup("now", "orders", Given.Night) with { Phase = new BackupPhase.Running(Given.Night) };

    private static Seq<PlannedAction> Told(Backup backup, Option<Headway> headway) => BackupStatus.Running(backup, Given.Night, Given.Night + Duration.FromMinutes(2), "restic saves", headway);
}
