using Backsnap.Host.Cli;

namespace Backsnap.Host.Tests.Cli;

/// <summary>Where settings come from, and who wins.</summary>
public sealed class SettingTests
{
    // A value other than the default for each flag, in its own form.
    private static readonly Dictionary<string, string> Others = new()
    {
        ["namespaces"] = "a",
        ["exclude-namespaces"] = "b",
        ["schedule"] = "@hourly",
        ["timezone"] = "Europe/Amsterdam",
        ["schedule-spread"] = "1h",
        ["manual"] = "true",
        ["max-running-backups"] = "7",
        ["max-running-per-driver"] = "4",
        ["max-running-per-node"] = "5",
        ["max-unready-snapshots"] = "6",
        ["max-deletions-per-plan"] = "8",
        ["sleep-between-backups"] = "5m",
        ["ttl"] = "1h",
        ["snapshotclass"] = "s",
        ["storageclass"] = "t",
        ["read-only-many"] = "true",
        ["node-selector"] = "disk=ssd",
        ["tolerations"] = "dedicated=backup:NoSchedule",
        ["priority-class"] = "low",
        ["mover-labels"] = "team=sales",
        ["mover-annotations"] = "note=nightly",
        ["allow-cross-namespace-restore"] = "true",
        ["repository"] = "/srv",
        ["repository-path"] = "c/{namespace}/{claim}",
        ["s3-host"] = "h",
        ["s3-bucket"] = "b",
        ["s3-access-key-id"] = "k",
        ["s3-secret-access-key"] = "x",
        ["restic-password"] = "w",
        ["retention"] = "last=3",
        ["store-timeout"] = "9s",
        ["image"] = "i",
        ["imagepullsecret"] = "p",
        ["mover-cpu-request"] = "1",
        ["mover-memory-request"] = "1Gi",
        ["mover-memory-limit"] = "3Gi",
        ["mover-uid"] = "1000",
        ["mover-service-account"] = "a",
        ["mover-nice"] = "10",
        ["cache-size"] = "2Gi",
        ["cache-storage-class"] = "f",
        ["shrink-threshold"] = "20",
        ["tag-labels"] = "app,example.com/team",
        ["snapshot-timeout"] = "1m",
        ["pod-start-timeout"] = "2m",
        ["job-timeout"] = "3m",
        ["kubeconfig"] = "k",
        ["context"] = "c",
        ["metrics-bind-address"] = "127.0.0.1:1",
        ["health-probe-bind-address"] = "127.0.0.1:2",
        ["leader-elect"] = "true",
        ["leader-elect-namespace"] = "l",
        ["log-level"] = "debug",
        ["log-format"] = "json",
    };

    public static TheoryData<string> Simple => [.. Others.Keys.Where(name => !name.StartsWith("s3-", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Simple))]
    public void A_variable_says_what_its_flag_would_say(string name)
    {
        var flag = Flags.All.Single(flag => flag.Name == name);
        var (byFlag, byVariable, byDefault) = (Told.Of([], $"--{name}={Others[name]}"), Told.Of(new() { [flag.Variable] = Others[name] }), Told.Of([]));
        Assert.Equal(Shown(byFlag), Shown(byVariable));
        Assert.NotEqual(Shown(byDefault), Shown(byVariable));
    }

    [Theory]
    [MemberData(nameof(Simple))]
    public void A_flag_wins_over_its_variable(string name)
    {
        var flag = Flags.All.Single(flag => flag.Name == name);
        var said = flag.Default.Length > 0 ? flag.Default : name is "mover-uid" or "cache-size" ? "7" : Others[name].Contains('=', StringComparison.Ordinal) ? "z=z" : "z";
        Assert.Equal(Shown(Told.Of([], $"--{name}={said}")), Shown(Told.Of(new() { [flag.Variable] = Others[name] }, $"--{name}={said}")));
    }

    [Fact]
    public void Credentials_on_the_command_line_work_and_warn()
    {
        var read = Told.Of([], "-restic-password=hunter2", "-s3-access-key-id=key", "-s3-secret-access-key=sesame");
        Assert.Equal("hunter2", read.Credentials.Find("RESTIC_PASSWORD"));
        Assert.Equal(3, read.Warnings.Count);
        Assert.All(read.Warnings, warning => Assert.Matches("^--[a-z0-9-]+ on the command line can be read by everybody", warning));
        Assert.DoesNotContain(read.Warnings, warning => warning.Contains("hunter2", StringComparison.Ordinal) || warning.Contains("sesame", StringComparison.Ordinal));
    }

    [Fact]
    public void Credentials_from_the_environment_or_a_file_do_not_warn()
    {
        using var shell = new Transcript();
        var file = shell.Write("secret.env", "RESTIC_PASSWORD='hunter2'\nAWS_ACCESS_KEY_ID = key\n");
        var read = Told.Of(new() { ["AWS_SECRET_ACCESS_KEY"] = "sesame", ["RESTIC_PASSWORD"] = "of the environment" }, "--secret-file", file);
        Assert.Equal(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "RESTIC_PASSWORD"], read.Credentials.Keys.ToArray());
        Assert.Equal("hunter2", read.Credentials.Find("RESTIC_PASSWORD"));
        Assert.Empty(read.Warnings);
        Assert.Empty(Told.Of(new() { ["BACKSNAP_RESTIC_PASSWORD"] = "hunter2" }).Warnings);
    }

    [Fact]
    public void Proxies_of_the_operator_are_not_handed_to_movers_unless_the_file_says_so()
    {
        using var shell = new Transcript();
        Assert.Empty(Told.Of(new() { ["HTTPS_PROXY"] = "http://proxy" }).Credentials.Keys);
        Assert.Equal(["HTTPS_PROXY"], Told.Of([], "--secret-file", shell.Write("secret.env", "HTTPS_PROXY=http://proxy\n")).Credentials.Keys.ToArray());
    }

    [Fact]
    public void Printed_settings_hold_no_credential()
    {
        var read = Told.Of(new() { ["RESTIC_PASSWORD"] = "hunter2", ["AWS_SECRET_ACCESS_KEY"] = "sesame" });
        Assert.DoesNotContain("hunter2", read.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", read.ToString(), StringComparison.Ordinal);
    }

    // Printing a record shows every setting; credentials show their names only.
    private static string Shown(OperatorOptions options) => options with { Warnings = default } + string.Join(";", options.Credentials.Keys.Map(key => key + options.Credentials.Find(key)));
}
