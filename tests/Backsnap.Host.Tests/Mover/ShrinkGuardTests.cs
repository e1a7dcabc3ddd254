using System.Collections.Immutable;
using Backsnap.Host.Mover;
using FsCheck.Fluent;
using NodaTime;

namespace Backsnap.Host.Tests.Mover;

public sealed class ShrinkGuardTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 1, 1, 0, 0);

    [Theory]
    [InlineData("1000", 1000, null)]
    [InlineData("1000", 500, null)]
    [InlineData("1000", 499, "VolumeShrunk")]
    [InlineData("1000", 0, "VolumeEmpty")]
    [InlineData("", 0, null)]
    [InlineData("0 0", 0, null)]
    [InlineData("0", 1000, null)]
    [InlineData("1000 0", 0, "VolumeEmpty")]
    [InlineData("1000 0 0 0", 0, "VolumeEmpty")]
    [InlineData("1000 100", 100, "VolumeShrunk")]
    [InlineData("1000 100 100 0", 100, "VolumeShrunk")]
    [InlineData("1000 100", 600, null)]
    [InlineData("1000 600 400", 300, null)]
    [InlineData("1000 100 900 800", 800, null)]
    [InlineData("50", 5, null)]
    [InlineData("50", 0, "VolumeEmpty")]
    public void Each_snapshot_is_compared_with_the_newest_that_was_no_loss_itself(string sizes, int now, string? reason) =>
        Assert.Equal(reason, ShrinkGuard.Judge(New(now), History(sizes), ShrinkRule.Default)?.Reason);

    [Fact]
    public void Files_and_bytes_count_each_for_itself()
    {
        var before = Snapshot(1, new BackupFigures(0, 0, 0, 1000, 0, 1L << 30));

        Assert.NotNull(ShrinkGuard.Judge(Snapshot(2, new BackupFigures(0, 0, 0, 1000, 0, 1L << 20)), [before], ShrinkRule.Default));
        Assert.NotNull(ShrinkGuard.Judge(Snapshot(2, new BackupFigures(0, 0, 0, 10, 0, 1L << 30)), [before], ShrinkRule.Default));
        Assert.Null(ShrinkGuard.Judge(Snapshot(2, new BackupFigures(0, 0, 0, 600, 0, 1L << 30)), [before], ShrinkRule.Default));
    }

    [Fact]
    public void A_snapshot_whose_predecessor_was_forgotten_was_no_loss()
    {
        // 1000, 600, 400 were all right one after the other; then retention took the one in the middle.
        var history = History("1000 600 400");

        Assert.Null(ShrinkGuard.Judge(New(400), history.RemoveAt(1), ShrinkRule.Default));
        Assert.NotNull(ShrinkGuard.Judge(New(400), History("1000 400"), ShrinkRule.Default));
    }

    [Fact]
    public void A_snapshot_that_was_given_tags_is_still_a_parent()
    {
        var history = History("1000 100");
        var tagged = history.SetItem(0, history[0] with { Id = new string('f', 64), Original = history[0].Id });

        Assert.Equal(new string('f', 64), ShrinkGuard.Judge(New(100), tagged, ShrinkRule.Default)?.Reference?.Id);
    }

    [Fact]
    public void Where_no_parents_are_recorded_all_count() =>
        Assert.Equal(
            "VolumeShrunk",
            ShrinkGuard.Judge(New(100), [.. History("1000 100 100").Select(snapshot => snapshot with { Parent = null })], ShrinkRule.Default)?.Reason);

    [Fact]
    public void A_snapshot_without_figures_stands_for_some_content()
    {
        var old = Snapshot(1, null);

        Assert.Equal("VolumeEmpty", ShrinkGuard.Judge(New(0), [old], ShrinkRule.Default)?.Reason);
        Assert.Null(ShrinkGuard.Judge(New(1), [old], ShrinkRule.Default));
    }

    [Fact]
    public void An_acknowledged_snapshot_is_the_measure_of_those_after_it()
    {
        var history = History("1000 100");
        var rule = ShrinkRule.Default with { Acknowledged = new Acknowledgment.OfSnapshot(history[1].Id[..8]) };

        Assert.Null(ShrinkGuard.Judge(New(100), history, rule));
        Assert.Equal("VolumeShrunk", ShrinkGuard.Judge(New(30), history, rule)?.Reason);
        Assert.Equal("VolumeEmpty", ShrinkGuard.Judge(New(0), history, rule)?.Reason);
    }

    [Fact]
    public void An_acknowledgment_does_not_hold_for_a_later_loss()
    {
        var rule = ShrinkRule.Default with { Acknowledged = new Acknowledgment.Until(Start + Duration.FromDays(2)) };

        Assert.Null(ShrinkGuard.Judge(New(100), History("1000 100"), rule));
        Assert.Equal("VolumeEmpty", ShrinkGuard.Judge(New(0), History("1000 100"), rule)?.Reason);
        Assert.Equal("VolumeShrunk", ShrinkGuard.Judge(New(100), History("1000 100 1000 1000"), rule)?.Reason);
    }

    [Fact]
    public void A_snapshot_that_is_listed_already_is_not_compared_with_itself()
    {
        var saved = New(0);

        Assert.Equal("VolumeEmpty", ShrinkGuard.Judge(saved, History("1000").Add(saved), ShrinkRule.Default)?.Reason);
    }

    [Fact]
    public void Nothing_is_ever_forgotten_while_only_losses_follow_a_good_snapshot() =>
        Laws.Hold(
            from good in Gen.Choose(200, 100_000)
            from losses in Gen.ArrayOf(Gen.Choose(0, 99))
            from last in Gen.Choose(0, 99)
            select (good, losses, last),
            sample => ShrinkGuard.Judge(
                New(sample.good * sample.last / 200),
                History(string.Join(' ', sample.losses.Select(percent => sample.good * percent / 200).Prepend(sample.good))),
                ShrinkRule.Default) is { Reference.Id: var id } && id == Id(1));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("75", 75)]
    [InlineData("75%", 75)]
    [InlineData("100", 100)]
    [InlineData("101", null)]
    [InlineData("-1", null)]
    [InlineData("half", null)]
    public void A_threshold_is_a_percentage(string text, int? expected) => Assert.Equal(expected, ShrinkRule.ReadPercent(text));

    [Fact]
    public void With_a_threshold_of_nothing_only_an_empty_volume_is_a_loss()
    {
        var rule = ShrinkRule.Default with { Percent = 0 };

        Assert.Null(ShrinkGuard.Judge(New(1), History("1000"), rule));
        Assert.NotNull(ShrinkGuard.Judge(New(0), History("1000"), rule));
    }

    private static ImmutableArray<SnapshotInfo> History(string sizes) =>
        [.. sizes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((size, index) => Snapshot(index + 1, Figures(int.Parse(size, null))))];

    private static SnapshotInfo New(int files) => Snapshot(99, Figures(files));

    private static BackupFigures Figures(int files) => new(0, 0, files, files, 0, files * 10L);

    private static SnapshotInfo Snapshot(int day, BackupFigures? figures) =>
        new(Id(day), Start + Duration.FromDays(day), "shop", ["/data"], [], figures) { Parent = Id(day - 1) };

    private static string Id(int day) => $"{day:x8}".PadRight(64, '0');
}
