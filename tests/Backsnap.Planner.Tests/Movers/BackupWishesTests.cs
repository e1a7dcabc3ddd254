using Backsnap.Domain.Cluster;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Movers;
using Backsnap.Planner.Tests.Worlds;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Movers;

public sealed class BackupWishesTests
{
    private static readonly string[] Usual = ["--keep", "last=1,daily=7"];

    [Fact]
    public void Without_a_word_the_operator_s_retention_holds_and_nothing_is_left_out() =>
        Assert.Equal(Usual, Of().Arguments);

    [Fact]
    public void Each_line_is_a_pattern_in_an_argument_of_its_own() =>
        Assert.Equal(
            (string[])[.. Usual, "--exclude=/cache", "--exclude=*.tmp", "--exclude=!keep.tmp", "--exclude=--dry-run", "--exclude=two words"],
            Of((Marks.Exclude, "/cache\n  *.tmp\n\n!keep.tmp\n--dry-run\ntwo words\n")).Arguments);

    [Fact]
    public void Wishes_become_the_mover_s_options() =>
        Assert.Equal(
            (string[])["--keep", "daily=30,within=2d", "--shrink-threshold", "10", "--exclude-caches", "--tag=team-a", "--tag=keep", "--acknowledge-shrink", "0123abcd"],
            Of(
                (Marks.Retention, "daily=30,within=2d"), (Marks.ShrinkThreshold, "10"), (Marks.ExcludeCaches, "true"), (Marks.OneFileSystem, "false"),
                (Marks.SnapshotTags, "team-a, keep"), (Marks.AcknowledgeShrink, "0123abcd")).Arguments);

    [Theory]
    [InlineData(Marks.Retention, "last=0")]
    [InlineData(Marks.Retention, "everything")]
    [InlineData(Marks.ShrinkThreshold, "half")]
    [InlineData(Marks.ShrinkThreshold, "101")]
    [InlineData(Marks.ExcludeCaches, "yes")]
    [InlineData(Marks.OneFileSystem, "1")]
    [InlineData(Marks.Exclude, "/")]
    [InlineData(Marks.Exclude, "!")]
    [InlineData(Marks.SnapshotTags, "two words")]
    [InlineData(Marks.SnapshotTags, "claim-size=1Ti")]
    [InlineData(Marks.SnapshotTags, "backsnap-path=/etc")]
    [InlineData(Marks.SnapshotTags, "label:team=others")]
    [InlineData(Marks.AcknowledgeShrink, "yes")]
    [InlineData(Marks.AcknowledgeShrink, "abc")]
    public void What_cannot_be_read_changes_nothing_and_is_told(string mark, string text)
    {
        var wishes = Of((mark, text));

        Assert.Equal(Usual, wishes.Arguments);
        Assert.Contains($"'{text}'", Assert.Single(wishes.Mistakes).Message, StringComparison.Ordinal);
        var notice = Assert.Single(Planner.Plan(With((mark, text)), Given.Settings, Given.Night).Notices);
        Assert.StartsWith("Bad", notice.Reason, StringComparison.Ordinal);
        Assert.Contains(mark, notice.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_claim_s_word_goes_before_its_namespace_s()
    {
        var cluster = With((Marks.Retention, "last=3"));
        var home = Given.Namespace("shop") with { Marks = HashMap((Marks.Retention, "last=5"), (Marks.ExcludeCaches, "true")) };
        cluster = cluster with { Namespaces = cluster.Namespaces.SetItem(Given.Ns("shop"), home) };

        Assert.Equal((string[])["--keep", "last=3", "--exclude-caches"], BackupWishes.Of(cluster.Claims.Head, Survey.Of(cluster), Given.Settings).Arguments);
    }

    [Theory]
    [InlineData("sales", "sales")]
    [InlineData("", "")]
    [InlineData("a,keep", "a_keep")]
    [InlineData("a b\tc\nd", "a_b_c_d")]
    public void A_label_that_the_operator_names_becomes_one_tag_whatever_it_holds(string value, string kept)
    {
        var claim = Given.Claim("orders") with { Labels = HashMap(("team", value), ("other", "left out")) };
        var settings = Given.Settings with { Mover = Given.Settings.Mover with { TagLabels = Seq("app", "team") } };

        Assert.Equal((string[])[.. Usual, $"--tag=label:team={kept}"], BackupWishes.Of(claim, Survey.Of(Given.With(claim)), settings).Arguments);
    }

    [Fact]
    public void A_backup_whose_retention_was_withheld_is_told_of_at_the_claim_until_a_later_one_s_was_not()
    {
        var withheld = Given.Finished("a", "orders", Domain.Backups.Result.Succeeded, Given.Night) with
        {
            Conditions = Seq1(new Condition(Conditions.RetentionWithheld, true, Given.Night, "VolumeEmpty", "the volume is empty")),
        };
        var later = Given.Finished("b", "orders", Domain.Backups.Result.Succeeded, Given.Night + NodaTime.Duration.FromHours(1));
        var cluster = Given.With(Given.Claim("orders"));

        var notice = Assert.Single(Planner.Plan(cluster with { Backups = Seq1(withheld) }, Given.Settings, Given.Night).Notices);

        Assert.Equal((ObjectKind.Claim, "orders", Conditions.RetentionWithheld), (notice.Kind, notice.About.Name, notice.Reason));
        Assert.Contains("the volume is empty", notice.Message, StringComparison.Ordinal);
        Assert.Contains(Marks.AcknowledgeShrink, notice.Message, StringComparison.Ordinal);
        Assert.Empty(Planner.Plan(cluster with { Backups = Seq(withheld, later) }, Given.Settings, Given.Night).Notices);
    }

    private static BackupWishes Of(params (string, string)[] marks)
    {
        var cluster = With(marks);
        return BackupWishes.Of(cluster.Claims.Head, Survey.Of(cluster), Given.Settings);
    }

    private static ClusterState With(params (string, string)[] marks) => Given.With(Given.Claim("orders") with { Marks = toHashMap(marks) });
}
