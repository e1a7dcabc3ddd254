using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Backsnap.Host.Tests.Cli;

/// <summary>What a person reads when the cluster is not as it must be: within seconds, and with the way out.</summary>
public sealed class UnreachableTests
{
    private static readonly string[] Mover = ["--repository=/srv/backups", "--image=backsnap:test", "--metrics-bind-address=0", "--health-probe-bind-address=0"];

    private static readonly Dictionary<string, string> Password = new() { ["RESTIC_PASSWORD"] = "hunter2" };

    [Fact]
    public void A_kubeconfig_that_leads_nowhere_is_named()
    {
        using var shell = new Transcript();
        shell.Type("plan", "--kubeconfig", Path.Combine(shell.Home, "missing"));
        shell.Type("plan", "--kubeconfig", shell.Write("broken", "clusters: [\n"));
        shell.Type("plan", "--kubeconfig", shell.Write("field", ApiStub.KubeconfigFor("http://127.0.0.1:1").Replace("token: let-me-in", "token: [a]", StringComparison.Ordinal)));
        shell.Type("plan", "--kubeconfig", shell.Write("address", ApiStub.KubeconfigFor("not an address")));
        shell.Type("plan", "--kubeconfig", shell.Write("good", ApiStub.KubeconfigFor("http://127.0.0.1:1")), "--context", "production");
        shell.TypeWith(new() { ["BACKSNAP_KUBECONFIG"] = Path.Combine(shell.Home, "good"), ["BACKSNAP_CONTEXT"] = "staging" }, "plan");
        shell.Matches("kubeconfig.txt");
    }

    [Theory]
    [InlineData("plan")]
    [InlineData("run")]
    public void A_server_that_refuses_the_connection_is_told_within_seconds(string command)
    {
        using var shell = new Transcript();
        var server = $"http://127.0.0.1:{FreePort()}";
        var began = Stopwatch.StartNew();
        var said = Program.RunWith(Password, [command, "--kubeconfig", shell.Write("kubeconfig", ApiStub.KubeconfigFor(server)), .. Mover]);
        Assert.Equal(
            $"backsnap: The Kubernetes API server {server} cannot be reached (Connection refused); check the address, network and certificates of context \"test\" of {shell.Home}/kubeconfig.\n",
            said.Error.Replace($" ({server[7..]})", "", StringComparison.Ordinal));
        Assert.Equal(1, said.Status);
        Assert.True(began.Elapsed < TimeSpan.FromSeconds(10), $"it took {began.Elapsed}");
    }

    [Fact]
    public async Task Each_way_in_which_a_server_refuses_has_its_sentence()
    {
        using var shell = new Transcript();
        await Say(_ => StubAnswer.Refusal(401, "Unauthorized", "Unauthorized"), "# the credentials are not accepted");
        await Say(path => path.EndsWith("/pods", StringComparison.Ordinal) ? Forbidden("pods") : path.EndsWith("/namespaces", StringComparison.Ordinal) ? Forbidden("namespaces") : null, "# two rights are missing");
        await Say(path => path.Contains("backsnap.skyb.it", StringComparison.Ordinal) ? NotFound : null, "# the CRDs of Backsnap are missing");
        await Say(path => path.Contains("snapshot.storage", StringComparison.Ordinal) ? NotFound : null, "# the CRDs of snapshots are missing");
        await Say(_ => new StubAnswer(200, "<html>Welcome</html>", "text/html"), "# no API server");
        await Say(_ => new StubAnswer(404, "<html>nothing here</html>", "text/html"), "# no API server, and no such page");
        await Say(path => path.EndsWith("/pods", StringComparison.Ordinal) ? StubAnswer.Refusal(403, "Forbidden", "\\u001b[2Jyour screen is mine") : null, "# a server that plays with the terminal");
        shell.Matches("refusals.txt");

        async Task Say(Func<string, StubAnswer?> answer, string what)
        {
            await using var server = await ApiStub.StartAsync(answer);
            shell.Hide(server.Address, "SERVER");
            shell.Hide(Path.GetDirectoryName(server.Kubeconfig)!, "DIR");
            shell.Note(what);
            var said = shell.TypeWith(Password, ["plan", "--kubeconfig", server.Kubeconfig]);
            Assert.Equal(1, said.Status);
            Assert.DoesNotContain('\u001b', said.Error);
            Assert.Equal(said, Program.RunWith(Password, ["run", "--kubeconfig", server.Kubeconfig, .. Mover]));
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_and_nothing_runs()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var server = await ApiStub.StartAsync(_ => null);
        var said = Program.RunWith(Password, "run", "--kubeconfig", server.Kubeconfig, "--repository=/srv", "--image=i", $"--metrics-bind-address=127.0.0.1:{port}", "--health-probe-bind-address=0");
        Assert.Equal(
            $"backsnap: cannot listen where --metrics-bind-address and --health-probe-bind-address say: Failed to bind to address http://127.0.0.1:{port}: address already in use; name others, or 0 for none\n",
            said.Error);
        Assert.Equal(1, said.Status);
        Assert.DoesNotContain("hunter2", said.Out, StringComparison.Ordinal);
    }

    private static StubAnswer Forbidden(string resource) => StubAnswer.Refusal(403, "Forbidden", $"{resource} is forbidden: User \\\"backsnap\\\" cannot list resource \\\"{resource}\\\"");

    private static StubAnswer NotFound { get; } = new(404, "404 page not found\n", "text/plain");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
