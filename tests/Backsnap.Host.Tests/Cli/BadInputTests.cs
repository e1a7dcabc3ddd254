namespace Backsnap.Host.Tests.Cli;

/// <summary>Whatever is wrong with what a person typed ends in sentences that name it and say what to do; Golden/*.txt shows them all.</summary>
public sealed class BadInputTests
{
    [Fact]
    public void Command_lines_that_make_no_sense_are_answered_with_what_does()
    {
        using var shell = new Transcript();
        shell.Type("pln");
        shell.Type("run", "--shedule", "@daily");
        shell.Type("--shedule=@daily");
        shell.Type("plan", "--filename");
        shell.Type("plan", "-o", "xml", "-f", "-");
        shell.Type("plan", "--at", "tomorrow", "-f", "-");
        shell.Type("schedule");
        shell.Type("schedule", "@daily", "--count", "x");
        shell.Type("schedule", "61 * * * *");
        shell.Type("schedule", "@daily", "-o", "xml");
        shell.Type("schedule", "@daily", "--timezone", "Mars/Olympus");
        shell.Type("sandbox", "--port", "x");
        shell.Type("sandbox", "--verbose=maybe");
        shell.Type("mover", "bakcup");
        shell.Type("version", "again");
        shell.Type("help", "pln");
        shell.Matches("command-lines.txt");
    }

    [Fact]
    public void Settings_that_do_not_parse_are_named_with_the_flag_or_variable_that_holds_them()
    {
        using var shell = new Transcript();
        var empty = shell.Write("empty.yaml", "");
        string[] plan = ["plan", "-f", empty];
        foreach (var (flag, value) in new[]
        {
            ("schedule", "0 25 * * *"), ("schedule", "0 0 31 2 *"), ("timezone", "Mars/Olympus"), ("schedule-spread", "soon"), ("sleep-between-backups", "1 minute"), ("ttl", "3 days"),
            ("max-running-backups", "0"), ("max-running-backups", "many"), ("manual", "maybe"), ("leader-elect", "maybe"), ("retention", "last=0"), ("retention", "sometimes"),
            ("namespaces", "Shop"), ("exclude-namespaces", "kube-system,a_b"), ("mover-memory-limit", "2 GB"), ("mover-cpu-request", "half"), ("store-timeout", ""), ("log-level", "loud"), ("log-format", "xml"),
            ("metrics-bind-address", "8080"), ("metrics-bind-address", "example.com:80"), ("health-probe-bind-address", ":99999"),
            ("s3-host", "s3.example.com"), ("s3-bucket", "backups"), ("secret-file", Path.Combine(shell.Home, "missing.env")), ("ca-file", Path.Combine(shell.Home, "missing.pem")),
        })
        {
            shell.Type([.. plan, $"--{flag}={value}"]);
        }

        shell.TypeWith(new() { ["BACKSNAP_TTL"] = "3 days", ["BACKSNAP_MANUAL"] = "maybe" }, plan);
        shell.TypeWith(new() { ["BACKSNAP_TTL"] = "3 days" }, [.. plan, "--ttl", "4 days"]);
        shell.Matches("settings.txt");
    }

    [Fact]
    public void Several_mistakes_are_told_at_once()
    {
        using var shell = new Transcript();
        var said = shell.Type("run", "--schedule", "never", "--ttl", "x", "--max-running-backups", "0", "--log-format", "xml");
        shell.Type("run");
        shell.Type("-s3-host=s3.example.com", "-s3-bucket=b", "--repository=/srv/backups", "-image=x", "-restic-password=secret");
        Assert.Equal(2, said.Status);
        Assert.True(said.Error.Split('\n').Length > 6, said.Error);
        shell.Matches("several-mistakes.txt");
    }

    [Fact]
    public void Files_of_objects_that_cannot_be_read_are_named_with_the_place_of_the_mistake()
    {
        using var shell = new Transcript();
        void Plan(string name, string content) => shell.Type("plan", "-f", shell.Write(name, content));
        shell.Type("plan", "-f", Path.Combine(shell.Home, "missing.yaml"));
        shell.Type("plan", "-f", shell.Home);
        Plan("broken.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: a\n namespace: b\n");
        Plan("tab.yaml", "apiVersion: v1\n\tkind: Secret\n");
        Plan("twice.yaml", "apiVersion: v1\nkind: Secret\nkind: Secret\n");
        Plan("list.yaml", "- a\n- b\n");
        Plan("word.yaml", "hello\n");
        Plan("other.yaml", "name: not an object\n");
        Plan("nameless.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {}\n");
        Plan("form.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a, namespace: b}\nspec: {accessModes: ReadWriteOnce}\n");
        Plan("number.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: 5, namespace: b}\n");
        Plan("alias.yaml", "apiVersion: v1\nkind: List\nitems: &all\n- *all\n");
        Plan("key.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a, labels: {[a]: b}}\n");
        Plan("infinite.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: infinity, labels: {a: NaN}}\n");
        shell.Matches("object-files.txt");
    }

    [Fact]
    public void A_bad_line_of_the_secret_file_is_named_by_number_and_never_shown()
    {
        using var shell = new Transcript();
        foreach (var line in new[] { "hunter2", "hunter2=", "HUNTER2=", "aHVudGVyMg==", "RESTIC_PASWORD=hunter2", "RESTIC_PASSWORD hunter2", "=hunter2" })
        {
            var said = shell.Type("plan", "-f", shell.Write("empty.yaml", ""), "--secret-file", shell.Write("secret.env", $"# comment\n\nAWS_ACCESS_KEY_ID=key\n{line}\n"));
            Assert.Equal(2, said.Status);
            Assert.DoesNotContain("hunter2", said.Error, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("aHVud", said.Error, StringComparison.Ordinal);
        }

        shell.Matches("secret-file.txt");
    }

    [Theory]
    [InlineData("rest:https://me:hunter2@backup.example.com/")]
    [InlineData("rest:https://me:hunt/er2@backup.example.com/")]
    [InlineData("s3:http://key:hunter2@s3.example.com/bucket")]
    [InlineData("s3:key:hunter2@s3.example.com/bucket")]
    [InlineData("rest:http://me:@backup.example.com/")]
    public void A_password_in_the_repository_address_is_refused_and_not_shown(string address)
    {
        using var shell = new Transcript();
        var said = Program.Run("plan", "-f", shell.Write("empty.yaml", ""), "--repository", address);
        Assert.Equal(2, said.Status);
        Assert.Equal(
            "backsnap: the repository's address holds a password, which everybody who can read Jobs would see: give it as RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD in --secret-file\n",
            said.Error);
    }

    [Theory]
    [InlineData("/srv/backups")]
    [InlineData("rest:https://backup.example.com:8000/me")]
    [InlineData("s3:https://s3.example.com:9000/bucket/a@b")]
    [InlineData("s3:s3.amazonaws.com/bucket")]
    [InlineData("sftp:me@host.example.com:/srv/backups")]
    [InlineData("sftp://me@host.example.com:22/srv")]
    [InlineData("azure:container:/path")]
    [InlineData("rclone:remote:path")]
    public void An_address_without_a_password_is_taken(string address)
    {
        using var shell = new Transcript();
        var said = Program.Run("plan", "-f", shell.Write("empty.yaml", ""), "--repository", address);
        Assert.Equal((0, ""), (said.Status, said.Error));
    }
}
