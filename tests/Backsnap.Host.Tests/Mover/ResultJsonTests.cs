using System.Collections.Immutable;
using System.Text.Json;
using Backsnap.Host.Mover;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;

namespace Backsnap.Host.Tests.Mover;

public sealed class ResultJsonTests
{
    private static readonly SecretMask NoSecrets = new([]);

    [Fact]
    public void Any_result_is_valid_json_of_at_most_4096_bytes_with_its_outcome_and_id_whole() =>
        Laws.Hold(AnyResult, result =>
        {
            var bytes = ResultJson.Write(result, NoSecrets);
            using var json = JsonDocument.Parse(bytes);
            return bytes.Length <= 4096
                && json.RootElement.GetProperty("exitCode").GetInt32() == result.Outcome.ExitCode
                && json.RootElement.GetProperty("v").GetInt32() == 1
                && (result.Outcome is not MoverOutcome.Saved saved || json.RootElement.GetProperty("snapshot").GetProperty("id").GetString() == saved.Snapshot.Id);
        });

    [Fact]
    public void A_result_that_fits_is_written_whole()
    {
        var snapshot = new SnapshotInfo(new string('a', 64), Instant.FromUtc(2026, 1, 2, 3, 4, 5), "shop", ["/data"], ["claim-uid=1"], null);
        var result = new MoverResult(
            Operation.Backup,
            new MoverOutcome.Saved(snapshot, new BackupFigures(1, 2, 3, 6, 7, 8), Unread: 0, new ForgetReport(3, 1, null)),
            13.04,
            Warnings.None);

        Assert.Equal(
            """{"v":1,"operation":"backup","outcome":"Succeeded","exitCode":0,"reason":"BackupSaved","message":"Saved snapshot aaaaaaaa: 1 new, 2 changed, 3 unmodified files, 8 B read through, 7 B added, in 13.0 s.","seconds":13,"""
            + $$$"""
            "snapshot":{"id":"{{{new string('a', 64)}}}","time":"2026-01-02T03:04:05Z","host":"shop","paths":["/data"],"tags":["claim-uid=1"]},
            """.Trim()
            + """ "backup":{"filesNew":1,"filesChanged":2,"filesUnmodified":3,"filesProcessed":6,"bytesAdded":7,"bytesProcessed":8},"forget":{"kept":3,"removed":1,"error":null}}""".TrimStart(),
            System.Text.Encoding.UTF8.GetString(ResultJson.Write(result, NoSecrets)));
    }

    [Fact]
    public void A_file_that_held_a_longer_result_holds_the_new_one_alone()
    {
        using var rig = new MoverRig();
        var path = rig.In("termination-log");
        File.WriteAllText(path, new string('x', 3000));
        using var log = new StringWriter();
        var file = new ResultFile(path, create: false, NoSecrets, new MoverLog(log, NoSecrets));

        file.Write(new MoverResult(Operation.Resolve, MoverOutcome.Of(Failure.BadConfiguration("why")), 1, Warnings.None));

        Assert.Equal("BadConfiguration", MoverRig.ReadResult(path).GetProperty("reason").GetString());
    }

    [Fact]
    public void Where_there_is_no_termination_log_none_is_made()
    {
        using var rig = new MoverRig();
        using var log = new StringWriter();

        new ResultFile(rig.In("none"), create: false, NoSecrets, new MoverLog(log, NoSecrets))
            .Write(new MoverResult(Operation.Resolve, MoverOutcome.Of(Failure.BadConfiguration("why")), 1, Warnings.None));

        Assert.False(File.Exists(rig.In("none")));
    }

    private static Gen<ImmutableArray<string>> Texts { get; } = Gen.ArrayOf(Laws.AnyText).Select(texts => texts.ToImmutableArray());

    private static Gen<SnapshotInfo> AnySnapshot { get; } =
        from id in Gen.ArrayOf(Gen.Elements("0123456789abcdef".ToCharArray()), 64)
        from second in Gen.Choose(0, int.MaxValue)
        from host in Laws.AnyText
        from paths in Texts
        from tags in Texts
        from figures in Gen.Elements(null, new BackupFigures(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue))
        select new SnapshotInfo(new string(id), Instant.FromUnixTimeSeconds(second), host, paths, tags, figures);

    private static Gen<MoverOutcome> AnyOutcome { get; } = Gen.OneOf<MoverOutcome>(
        from snapshot in AnySnapshot
        from unread in Gen.Elements(0, 1, int.MaxValue)
        from error in Laws.AnyText
        select (MoverOutcome)new MoverOutcome.Saved(snapshot, new BackupFigures(1, 2, 3, 4, long.MaxValue, long.MinValue), unread, new ForgetReport(1, 2, error)),
        from snapshot in AnySnapshot
        from reference in AnySnapshot
        from why in Laws.AnyText
        select (MoverOutcome)new MoverOutcome.Saved(snapshot, new BackupFigures(0, 0, 0, 0, 0, 0), 0, null, new Withheld("VolumeEmpty", why, reference)),
        Laws.AnyText.Select(subset => (MoverOutcome)new MoverOutcome.Checked(new CheckFigures(0, 0, SuggestPrune: true), subset)),
        Gen.Constant((MoverOutcome)new MoverOutcome.Pruned(new PruneFigures(long.MaxValue, 1))),
        AnySnapshot.Select(snapshot => (MoverOutcome)new MoverOutcome.Found(snapshot)),
        AnySnapshot.Select(snapshot => (MoverOutcome)new MoverOutcome.PutBack(snapshot, new RestoreFigures(long.MaxValue, long.MaxValue))),
        from kind in Gen.Elements(FailureKind.All.ToArray())
        from detail in Laws.AnyText
        from available in Gen.ArrayOf(AnySnapshot)
        select (MoverOutcome)new MoverOutcome.Failed(new Failure(kind, detail), [.. available]));

    private static Gen<MoverResult> AnyResult { get; } =
        from operation in Gen.Elements(Enum.GetValues<Operation>())
        from outcome in AnyOutcome
        from seconds in Gen.Elements(0, 0.05, 12.345, 1e300, double.PositiveInfinity)
        from warnings in Texts
        select new MoverResult(operation, outcome, seconds, new Warnings(warnings.Length, warnings));
}
