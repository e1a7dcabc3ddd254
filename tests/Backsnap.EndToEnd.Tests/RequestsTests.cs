using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;
using Xunit.Abstractions;

namespace Backsnap.EndToEnd.Tests;

/// <summary>What a backup costs the API server.</summary>
public sealed partial class RequestsTests(ITestOutputHelper output)
{
    // Four objects made, four statuses (it has its place, the mover is made, it runs, it is over), four objects removed; docs/scale.md names the figure.
    private const int MostWithoutEvents = 12;
    private const int Least = 8;

    // On the PVCBackup that it has its place, runs and is over, on the claim that it began and ended.
    private const int MostEvents = 5;

    [SkippableFact]
    public async Task A_backup_from_its_PVCBackup_to_cleaned_up_costs_no_more_requests_than_are_told()
    {
        Skip.IfNot(E2ESettings.IsEmbedded, "another cluster may be so slow that there is more to tell");
        await using var scenario = await Scenario.Begin();
        await scenario.FilledClaim("orders", seed: 61);
        await scenario.FilledClaim("carts", seed: 62);
        var port = FreePort();
        scenario.StartOperator("--metrics-bind-address", $"127.0.0.1:{port}");
        await scenario.BackUp("first", "orders");
        await scenario.Clean();
        await Quiet(port);

        var (before, events) = (await Asked(port), await Events(scenario));
        await scenario.BackUp("counted", "carts");
        await scenario.Clean();
        await Quiet(port);
        var (after, told) = (await Asked(port), await Events(scenario) - events);

        var all = after.Sum(verb => verb.Value - before.GetValueOrDefault(verb.Key));
        var words = string.Join(", ", after.Select(verb => $"{verb.Key} {verb.Value - before.GetValueOrDefault(verb.Key)}"));
        // Fewer than the objects that a backup makes and removes would be a count that misses some.
        Assert.True(all - told is >= Least and <= MostWithoutEvents, $"{words}; {told} of them Events\n{scenario.Story()}");
        Assert.InRange(told, 1, MostEvents);
        output.WriteLine($"{words}; {told} of them Events");
    }

    private static async Task<int> Events(Scenario scenario) =>
        (await scenario.List(Resources.EventsV1)).Count(told => told.ReportingController == "backsnap.skyb.it");

    // Until two looks, some seconds apart, show the same: nothing is polled.
    private static async Task Quiet(int port)
    {
        var (last, same) = (-1, 0);
        await Eventually.True(
            async () =>
            {
                var now = (await Asked(port)).Values.Sum();
                (last, same) = (now, now == last ? same + 1 : 0);
                return same >= 10;
            },
            () => "the operator goes on asking");
    }

    // Requests so far by verb, but for lists and watches, which are those of the start.
    private static async Task<Dictionary<string, int>> Asked(int port)
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
        return Requests().Matches(page).Where(line => line.Groups[1].Value is not ("list" or "watch"))
            .GroupBy(line => line.Groups[1].Value).ToDictionary(verb => verb.Key, verb => verb.Sum(line => int.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture)));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("""^backsnap_api_requests_total\{verb="(\w+)",code="\w+"\} (\d+)$""", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Requests();
}
