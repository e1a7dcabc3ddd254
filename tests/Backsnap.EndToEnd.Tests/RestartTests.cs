using System.Net;
using System.Text.Json.Nodes;
using Backsnap.EndToEnd.Tests.Faults;
using Backsnap.EndToEnd.Tests.Running;
using Backsnap.Kubernetes;

namespace Backsnap.EndToEnd.Tests;

/// <summary>An API server that goes and comes back, while its cluster goes on.</summary>
public sealed class RestartTests
{
    [Theory]
    [InlineData("volumesnapshots", false)]
    [InlineData("jobs", true)]
    public async Task An_API_server_that_ends_as_it_makes_an_object_and_comes_back_costs_nothing_but_time(string made, bool forgets)
    {
        await using var troubled = await Troubled.Begin();
        var scenario = troubled.Scenario;
        await scenario.FilledClaim("orders", seed: 101);
        await scenario.FilledClaim("carts", seed: 102);
        await troubled.StartOperator();
        var ends = 1;
        troubled.Proxy.Faults = asked => asked.Verb == "create" && asked.Combined == made && Interlocked.Exchange(ref ends, 0) == 1 ? new Fault.ServerEnds() : Fault.None;

        await troubled.Ask("during", "orders");
        await Eventually.True(() => Task.FromResult(troubled.Proxy.IsDown), () => $"nothing was made\n{troubled.Story()}");
        await troubled.Ask("meanwhile", "carts");
        await Eventually.True(() => Task.FromResult(troubled.Operator.Output.Contains("met trouble", StringComparison.Ordinal)), () => $"the operator has not noticed\n{troubled.Story()}");

        // Whoever restarts it, or waits for it, for what it cannot help makes it worse.
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (await troubled.Probe("healthz"), await troubled.Probe("readyz")));
        await troubled.Proxy.ComeBack(forgets);

        await troubled.EndsWell();
        Assert.Equal(2, (await scenario.List(Resources.PvcBackups)).Count);
        Assert.Equal("Succeeded", (await scenario.Restore("back", new JsonObject { ["sourcePvc"] = "orders", ["targetPvc"] = "copy" })).Status!.Result);
        await troubled.EndsWell();
    }
}
