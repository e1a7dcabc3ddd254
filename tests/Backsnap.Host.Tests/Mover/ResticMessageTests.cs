using Backsnap.Host.Mover;
using FsCheck.Fluent;

namespace Backsnap.Host.Tests.Mover;

public sealed class ResticMessageTests
{
    [Fact]
    public void Progress_of_a_backup_and_of_a_restore_reads_alike()
    {
        Assert.Equal(
            new ResticMessage.Progress(0.5, 3, 6, 100, 200, 7),
            ResticMessage.Parse("""{"message_type":"status","seconds_elapsed":7,"seconds_remaining":7,"percent_done":0.5,"total_files":6,"files_done":3,"total_bytes":200,"bytes_done":100}"""));
        Assert.Equal(
            new ResticMessage.Progress(0.5, 3, 6, 100, 200, null),
            ResticMessage.Parse("""{"message_type":"status","percent_done":0.5,"total_files":6,"files_restored":3,"total_bytes":200,"bytes_restored":100}"""));
    }

    [Fact]
    public void A_summary_without_a_snapshot_has_none()
    {
        var backed = Assert.IsType<ResticMessage.Backed>(ResticMessage.Parse(
            """{"message_type":"summary","files_new":1,"total_files_processed":2,"total_bytes_processed":9,"data_added":5,"total_duration":-9.2e9,"backup_end":"0001-01-01T00:00:00Z"}"""));

        Assert.Null(backed.SnapshotId);
        Assert.Equal(new BackupFigures(1, 0, 0, 2, 5, 9), backed.Figures);
    }

    [Fact]
    public void An_error_names_its_file() =>
        Assert.Equal(
            new ResticMessage.FileError("/data/x", "open /data/x: permission denied"),
            ResticMessage.Parse("""{"message_type":"error","error":{"message":"open /data/x: permission denied"},"during":"archival","item":"/data/x"}"""));

    [Fact]
    public void Whatever_a_line_holds_reading_it_never_fails()
    {
        Laws.Hold(Laws.AnyText, line => ResticMessage.Parse(line) is not null);
        Laws.Hold(Mangled, line => ResticMessage.Parse(line) is not null, 5000);
    }

    // True messages with a character changed or the end cut off.
    private static FsCheck.Gen<string> Mangled { get; } =
        from line in Gen.Elements(
            """{"message_type":"status","seconds_elapsed":7,"seconds_remaining":1e400,"percent_done":0.5,"total_files":6,"files_done":"3"}""",
            """{"message_type":"summary","files_new":99999999999999999999,"total_files_processed":2,"snapshot_id":7,"backup_start":"\ud800"}""",
            """{"message_type":"error","error":{"message":null},"during":["x"],"item":{"a":1}}""",
            """{"message_type":"exit_error","code":1e99,"message":"Fatal"}""",
            "Save(<data/1>) returned error, retrying after 1s: cause")
        from at in Gen.Choose(0, line.Length - 1)
        from letter in Gen.Elements('"', '{', '}', '[', '\\', '0', 'x', '\0', ':')
        from cut in Gen.Choose(0, line.Length)
        select (line[..at] + letter + line[(at + 1)..])[..cut];
}
