using Backsnap.Domain.Movers;
using Backsnap.Domain.Objects;
using Backsnap.Planner.Backups;
using Backsnap.Planner.Tests.Worlds;
using static LanguageExt.Prelude;

namespace Backsnap.Planner.Tests.Backups;

/// <summary>What becomes of retention stands beside the backup, which is saved all the same.</summary>
public sealed class RetentionTests
{
    private static readonly MoverReport Saved = new(
        MoverOutcome.Succeeded, 0, "BackupSaved", "saved", Some(new SavedSnapshot(new string('a', 64), None, Seq<string>())), None, None, 0, Seq<string>(), Seq<SavedSnapshot>());

    [Fact]
    public void That_it_was_withheld_is_a_condition_of_a_backup_that_succeeded()
    {
        var status = StatusOf(Saved with { Withheld = new RetentionWithheld("VolumeEmpty", "the volume is empty") });

        Assert.Equal("Succeeded", Manifests.Text(status, "result"));
        var condition = Manifests.Items(status, "conditions").Filter(found => Manifests.Text(found, "type") == Conditions.RetentionWithheld).Head;
        Assert.Equal(("True", "VolumeEmpty", "the volume is empty"), (Said(condition, "status"), Said(condition, "reason"), Said(condition, "message")));
    }

    [Fact]
    public void Otherwise_there_is_no_such_condition() =>
        Assert.DoesNotContain(Manifests.Items(StatusOf(Saved), "conditions"), found => Manifests.Text(found, "type") == Conditions.RetentionWithheld);

    [Fact]
    public void That_it_failed_is_a_warning() =>
        Assert.Equal(Seq1("retention failed: locked"), Manifests.Texts(StatusOf(Saved with { RetentionError = "locked" }), "warnings"));

    private static string Said(Node condition, string field) => Manifests.Text(condition, field).IfNone("");

    private static Node StatusOf(MoverReport report) =>
        Assert.IsType<PlannedAction.SetStatus>(BackupStatus.Succeeded(Given.Backup("now", "orders", Given.Night), Some(Given.Night), Given.Night, Given.Night, report).Head).Status;
}
