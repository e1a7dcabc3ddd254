using System.Text;
using Backsnap.Domain.Movers;
using Backsnap.Host.Observation;
using FsCheck;
using FsCheck.Fluent;
using LanguageExt;

namespace Backsnap.Host.Tests.Observation;

/// <summary>A termination message can be written by anybody who can run a pod: it is read as far as it has the form of a report.</summary>
public sealed class MoverReportTests
{
    private const string Id = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private const string Whole =
        $$$"""
        {"v":1,"operation":"backup","outcome":"Partial","exitCode":3,"reason":"SomeFilesUnreadable","message":"Saved.","seconds":13.0,
         "snapshot":{"id":"{{{Id}}}","time":"2026-11-22T02:30:05.123456789Z","host":"shop","paths":["/data"],"tags":["claim-uid=u"]},
         "backup":{"filesNew":1,"filesChanged":2,"filesUnmodified":3,"filesProcessed":6,"bytesAdded":7,"bytesProcessed":8},
         "restore":{"filesRestored":9,"bytesRestored":10},"warnings":{"count":2,"first":["a"]}}
        """;

    [Fact]
    public void A_whole_report_is_read_whole()
    {
        var report = MoverReportJson.Read(Whole).Match(found => found, () => throw new InvalidOperationException("no report"));
        Assert.Equal((MoverOutcome.Partial, 3, "SomeFilesUnreadable", "Saved."), (report.Outcome, report.ExitCode, report.Reason, report.Message));
        Assert.Equal(Id, report.Snapshot.Map(snapshot => snapshot.Id).IfNone(""));
        Assert.Equal(new BackupFigures(1, 2, 3, 6, 7, 8), report.Backup.IfNone(new BackupFigures(0, 0, 0, 0, 0, 0)));
        Assert.Equal(new RestoreFigures(9, 10), report.Restore.IfNone(new RestoreFigures(0, 0)));
        Assert.Equal((2L, "a"), (report.WarningCount, report.Warnings.Head));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("panic: out of memory")]
    [InlineData("""{"v":2,"outcome":"Succeeded"}""")]
    [InlineData("""{"v":1,"outcome":"Perfect"}""")]
    [InlineData("""{"v":1,"outcome":"Succeeded"} trailing""")]
    [InlineData("""{"v":1,"outcome":"Succeeded","message":"\ud800"}""")]
    [InlineData("""{"v":1,"outcome":"\udc00"}""")]
    [InlineData("""{"v":1,"\ud800":1,"outcome":"Succeeded","reason":"\ud800"}""")]
    public void What_is_no_report_is_none(string message) => Assert.True(MoverReportJson.Read(message).IsNone);

    [Theory]
    [InlineData("latest")]
    [InlineData("0123")]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("--password-command=x0123456789abcdef0123456789abcdef0123456789abc")]
    public void Only_a_whole_id_in_hexadecimal_is_a_snapshot(string id) =>
        Assert.True(MoverReportJson.Read(Whole.Replace(Id, id, StringComparison.Ordinal)).Bind(report => report.Snapshot).IsNone);

    [Theory]
    [InlineData("Locked", "Locked")]
    [InlineData("not a word", "MoverPartial")]
    [InlineData("", "MoverPartial")]
    [InlineData("9Lives", "MoverPartial")]
    [InlineData("Évité", "MoverPartial")]
    public void A_reason_is_a_word_that_a_condition_may_have(string said, string read) =>
        Assert.Equal(read, MoverReportJson.Read(Whole.Replace("SomeFilesUnreadable", said, StringComparison.Ordinal)).Map(report => report.Reason).IfNone(""));

    [Fact]
    public void Numbers_that_make_no_sense_count_as_nothing()
    {
        var report = MoverReportJson.Read("""{"v":1,"outcome":"Failed","exitCode":99999999999,"backup":{"filesNew":-5,"bytesAdded":1e300,"filesChanged":"7"}}""");
        Assert.Equal(new BackupFigures(0, 0, 0, 0, 0, 0), report.Bind(read => read.Backup).IfNone(new BackupFigures(1, 1, 1, 1, 1, 1)));
        Assert.Equal(int.MaxValue, report.Map(read => read.ExitCode).IfNone(0));
    }

    [Fact]
    public void What_became_of_retention_is_read_beside_the_backup()
    {
        var withheld = MoverReportJson.Read("""{"v":1,"outcome":"Succeeded","exitCode":0,"forgetWithheld":{"reason":"VolumeEmpty","message":"empty"}}""");
        var failed = MoverReportJson.Read("""{"v":1,"outcome":"Succeeded","exitCode":0,"forget":{"kept":0,"removed":0,"error":"locked"}}""");
        var done = MoverReportJson.Read("""{"v":1,"outcome":"Succeeded","exitCode":0,"forget":{"kept":1,"removed":0,"error":null}}""");

        Assert.Equal(new RetentionWithheld("VolumeEmpty", "empty"), withheld.Bind(report => report.Withheld));
        Assert.Equal("locked", failed.Bind(report => report.RetentionError));
        Assert.True(done.Bind(report => report.Withheld).IsNone && done.Bind(report => report.RetentionError).IsNone);
    }

    [Fact]
    public void Whatever_a_message_is_reading_it_ends_and_what_is_read_can_be_written_on() => Laws.Hold(
        Gen.OneOf(Laws.AnyText, Mutations), message => MoverReportJson.Read(message).ForAll(Sane), 2000);

    [Fact]
    public void A_long_text_is_cut_between_characters()
    {
        var read = MoverReportJson.Read(Whole.Replace("Saved.", "x" + string.Concat(Enumerable.Repeat("💾", 1500)), StringComparison.Ordinal)).Map(report => report.Message).IfNone("");
        Assert.InRange(read.Length, 2047, 2048);
        Assert.DoesNotContain('\ufffd', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(read)));
    }

    // A good report with some of its characters exchanged.
    private static Gen<string> Mutations { get; } =
        Gen.Choose(0, Whole.Length - 1).SelectMany(at => Laws.AnyText.Select(text => text.Length > 5 ? text[..5] : text), (at, text) => (at, text)).ListOf()
            .Select(changes => changes.Take(3).Aggregate(Whole, (report, change) => change.at >= report.Length ? report : report[..change.at] + change.text + report[(change.at + 1)..]));

    private static bool Sane(MoverReport report) =>
        report.Reason.Length is > 0 and <= 64 && report.Reason.All(char.IsAsciiLetterOrDigit) && report.Message.Length <= 2048 && report.Warnings.Count <= 100
        && report.Snapshot.ForAll(snapshot => snapshot.Id.Length == 64) && report.ExitCode >= 0 && report.WarningCount >= 0;
}
