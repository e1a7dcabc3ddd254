using System.Collections.Immutable;
using Backsnap.Host.Mover;

namespace Backsnap.Host.Tests.Mover;

public sealed class RetentionTests
{
    [Fact]
    public void The_default_of_the_original_becomes_restic_s_options() =>
        Assert.Equal(
            ["--keep-last=1", "--keep-hourly=12", "--keep-daily=7", "--keep-weekly=2", "--keep-monthly=2"],
            Retention.Parse("last=1,hourly=12,daily=7,weekly=2,monthly=2").Policy!.Arguments.ToArray());

    [Fact]
    public void Spans_of_time_are_taken_too() =>
        Assert.Equal(["--keep-within=1y6m", "--keep-within-daily=30d"], Retention.Parse("within=1y6m, within-daily=30d").Policy!.Arguments.ToArray());

    [Theory]
    [InlineData(",")]
    [InlineData("last=0")]
    [InlineData("last=-1")]
    [InlineData("within=")]
    [InlineData("within=5")]
    [InlineData("tag=keep")]
    [InlineData("last=1 --prune")]
    public void What_could_keep_nothing_or_mean_something_else_is_refused(string text) =>
        Assert.NotNull(Retention.Parse(text).Error);

    [Fact]
    public void No_text_becomes_anything_but_keep_options() =>
        Laws.Hold(Laws.AnyText, text => Retention.Parse(text).Policy is not { } policy || policy.Arguments.All(argument => argument.StartsWith("--keep-", StringComparison.Ordinal)));
}

public sealed class PathMapTests
{
    [Theory]
    [InlineData("/data", "/var/volumes/1")]
    [InlineData("/data/below", "/var/volumes/1/below")]
    [InlineData("/database", "/database")]
    [InlineData("/cache", "/tmp/c")]
    [InlineData("/dev/termination-log", "/tmp/log=1")]
    public void A_path_is_replaced_by_the_entry_that_holds_it(string path, string expected) =>
        Assert.Equal(expected, PathMap.Parse("/data=/var/volumes/1:/cache=/tmp/c/:nonsense:/dev/termination-log=/tmp/log=1").Apply(path));

    [Fact]
    public void Without_the_variable_nothing_changes() => Assert.Equal("/data", PathMap.Parse(null).Apply("/data"));
}

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1m30s", 90)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("500ms", 0.5)]
    public void Durations_are_read_as_go_writes_them(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), GoDuration.Read(text));

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("0s")]
    [InlineData("-5s")]
    [InlineData("s")]
    [InlineData("1s1m")]
    [InlineData("999999999h")]
    public void Other_texts_are_none(string text) => Assert.Null(GoDuration.Read(text));
}

public sealed class ResticEnvironmentTests
{
    private static readonly ImmutableDictionary<string, string> Ours = ImmutableDictionary<string, string>.Empty
        .Add("PATH", "/bin").Add("RESTIC_PASSWORD", "x").Add("KUBERNETES_SERVICE_HOST", "10.0.0.1").Add("RESTIC_HOST", "other")
        .Add("RESTIC_REPOSITORY_FILE", "/other").Add("OS_PASSWORD", "y").Add("BACKSNAP_RESTIC", "z");

    [Fact]
    public void Restic_sees_only_what_it_needs() =>
        Assert.Equal(
            ["OS_PASSWORD", "PATH", "RESTIC_CACHE_DIR", "RESTIC_PASSWORD", "RESTIC_PROGRESS_FPS", "RESTIC_REPOSITORY", "TZ"],
            ResticEnvironment.For(Ours, "/repo", "/cache").Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void A_clone_s_new_device_number_is_not_taken_for_a_change()
    {
        Assert.Equal("device-id-for-hardlinks=true", ResticEnvironment.WithFeatures(Ours)["RESTIC_FEATURES"]);
        Assert.Equal(
            "other=true,device-id-for-hardlinks=true",
            ResticEnvironment.WithFeatures(Ours.Add("RESTIC_FEATURES", "other=true"))["RESTIC_FEATURES"]);
        Assert.Equal(
            "device-id-for-hardlinks=false",
            ResticEnvironment.WithFeatures(Ours.Add("RESTIC_FEATURES", "device-id-for-hardlinks=false"))["RESTIC_FEATURES"]);
    }
}

public sealed class ProgressLogTests
{
    [Fact]
    public void A_line_says_how_far_how_fast_and_how_long_still() =>
        Assert.Equal(
            "backup 42.3 %  1.2 GiB of 2.9 GiB  120 files  85.0 MiB/s  ETA 20.0 s",
            ProgressLog.Text("backup", new ResticMessage.Progress(0.423, 120, 300, 1_288_490_189, 3_113_851_290, 20), 85 * 1024 * 1024));

    [Fact]
    public void What_restic_does_not_know_is_told_by_the_speed() =>
        Assert.EndsWith("ETA 1 min 40 s", ProgressLog.Text("restore", new ResticMessage.Progress(0, 0, 1, 0, 1000, null), 10), StringComparison.Ordinal);

    [Fact]
    public void Where_nothing_was_counted_beforehand_what_there_was_last_time_is_the_measure()
    {
        var said = new ResticMessage.Progress(0, 120, 0, 500, 0, null);

        Assert.Equal("backup 50.0 %  500 B of 1000 B  120 files  50 B/s  ETA 10.0 s", ProgressLog.Text("backup", ProgressLog.Estimated(said, 1000), 50));
        Assert.Equal(said with { PercentDone = 0.99, BytesTotal = 500 }, ProgressLog.Estimated(said, 400));
        Assert.Equal("backup 500 B  120 files  50 B/s", ProgressLog.Text("backup", ProgressLog.Estimated(said, 0), 50));
        Assert.Equal(said with { BytesTotal = 700 }, ProgressLog.Estimated(said with { BytesTotal = 700 }, 1000));
    }
}
