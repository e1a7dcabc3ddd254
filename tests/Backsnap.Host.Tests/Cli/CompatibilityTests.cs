using Backsnap.Host.Cli;

namespace Backsnap.Host.Tests.Cli;

/// <summary>Command lines written for the original operator mean here what they meant there.</summary>
public sealed class CompatibilityTests
{
    [Fact]
    public void Flags_have_one_dash_or_two_and_values_after_a_blank_or_a_sign()
    {
        Assert.Equal(["run", "--schedule=@hourly", "--manual"], CommandLine.Normalize(["-schedule=@hourly", "-manual"]));
        Assert.Equal(["run", "--schedule", "@hourly"], CommandLine.Normalize(["--schedule", "@hourly"]));
        Assert.Equal(["plan", "--schedule", "", "-f", "x"], CommandLine.Normalize(["plan", "-schedule", "", "-f", "x"]));
    }

    [Fact]
    public void Nothing_after_the_sign_is_the_empty_value() =>
        Assert.Equal(["run", "--schedule", "", "--manual="], CommandLine.Normalize(["-schedule=", "-manual="]));

    [Fact]
    public void Flags_without_a_command_run_the_operator() =>
        Assert.Equal(["run", "--leader-elect", "--s3-host=h"], CommandLine.Normalize(["-leader-elect", "-s3-host=h"]));

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    [InlineData("-h")]
    public void Asking_for_help_or_the_version_does_not_run_the_operator(string argument) => Assert.Equal([argument], CommandLine.Normalize([argument]));

    [Fact]
    public void The_old_name_of_the_storage_class_is_known() =>
        Assert.Equal(["run", "--storageclass", "fast", "--storageclass=fast"], CommandLine.Normalize(["-volumeclass", "fast", "--volumeclass=fast"]));

    [Fact]
    public void What_is_no_flag_of_ours_is_left_as_it_is() =>
        Assert.Equal(["plan", "-f", "-", "-o", "json", "--no-such", "-x=y"], CommandLine.Normalize(["plan", "-f", "-", "-o", "json", "--no-such", "-x=y"]));

    [Fact]
    public void Every_flag_of_the_original_is_known()
    {
        string[] original =
        [
            "-namespaces=a,b", "-exclude-namespaces=c", "-schedule=@daily", "-manual", "-max-running-backups=2", "-sleep-between-backups=30", "-snapshotclass=s", "-storageclass=t",
            "-imagepullsecret=p", "-image=i", "-s3-host=s3.example.com", "-s3-bucket=b", "-s3-access-key-id=k", "-s3-secret-access-key=x", "-restic-password=w",
            "-metrics-bind-address=:8080", "-health-probe-bind-address=:8081", "-leader-elect",
        ];
        var read = Told.Of([], [.. original]);
        Assert.Equal("s3:s3.example.com/b", read.Settings.Mover.Repository);
        Assert.Equal(["a", "b"], read.Settings.Scope.Only.Select(name => name.Value).ToArray());
        Assert.Equal(NodaTime.Duration.FromSeconds(30), read.Settings.SleepBetween);
        Assert.True(read.Settings.Manual && read.LeaderElect);
        Assert.Equal(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "RESTIC_PASSWORD"], read.Credentials.Keys.ToArray());
    }

    [Theory]
    [InlineData("--schedule", "@daily")]
    [InlineData("-schedule", "@daily")]
    [InlineData("-schedule=@daily")]
    public void A_schedule_that_begins_with_an_at_sign_is_no_file(params string[] schedule)
    {
        using var shell = new Transcript();
        var said = Program.Run(["plan", "-f", shell.Write("empty.yaml", ""), .. schedule]);
        Assert.Equal((0, ""), (said.Status, said.Error));
    }

    [Fact]
    public void An_empty_schedule_is_a_schedule()
    {
        Assert.Equal("", Told.Of([], "--schedule", "").Settings.DefaultSchedule);
        Assert.Equal("", Told.Of([], "-schedule=").Settings.DefaultSchedule);
        Assert.Equal("", Told.Of(new() { ["BACKSNAP_SCHEDULE"] = "" }).Settings.DefaultSchedule);
    }

    [Fact]
    public void A_namespace_that_is_named_twice_counts_once() =>
        Assert.Equal(["a", "b"], Told.Of([], "--namespaces=a,b,a, b").Settings.Scope.Only.Select(name => name.Value).ToArray());
}
