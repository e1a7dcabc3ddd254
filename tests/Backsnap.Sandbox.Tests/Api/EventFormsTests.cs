using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api;

/// <summary>Events in their two forms: the same objects, each form with its names and rules.</summary>
public sealed class EventFormsTests
{
    private const string Core = "/api/v1/namespaces/default/events";
    private const string Grouped = "/apis/events.k8s.io/v1/namespaces/default/events";
    private const string Again = """{"series":{"count":2,"lastObservedTime":"2026-11-22T02:05:00.000000Z"}}""";

    [Fact]
    public async Task What_is_written_in_the_new_form_is_read_in_the_old_one()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Grouped, Event());
        var (status, patched, text, _) = await cluster.SendAsync("PATCH", $"{Grouped}/e", Again, "application/merge-patch+json");
        Assert.True(status == 200, text);
        Assert.Equal(2, patched.Number("series", "count"));

        var (_, core, _, _) = await cluster.SendAsync("GET", $"{Core}/e");
        Assert.Equal(
            ("v1", "hello", "backsnap.skyb.it", "p", 2L, "2026-11-22T02:05:00.000000Z"),
            (core.Text("apiVersion"), core.Text("message"), core.Text("reportingComponent"), core.Text("involvedObject", "name"), core.Number("series", "count"), core.Text("series", "lastObservedTime")));
        Assert.Null(core.At("note"));
        Assert.Null(core.At("regarding"));
        Assert.Equal("q", core.Text("related", "name"));
    }

    [Fact]
    public async Task What_is_written_in_the_old_form_is_read_and_counted_up_in_the_new_one()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Core, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "e" },
            ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = "default", ["name"] = "p" },
            ["message"] = "hello",
            ["type"] = "Normal",
            ["reason"] = "A",
            ["count"] = 3,
            ["firstTimestamp"] = "2026-11-22T02:00:00Z",
            ["lastTimestamp"] = "2026-11-22T02:01:00Z",
            ["source"] = new JsonObject { ["component"] = "kubelet" },
        });
        var (_, view, _, _) = await cluster.SendAsync("GET", $"{Grouped}/e");
        Assert.Equal(
            (3L, "2026-11-22T02:00:00Z", "2026-11-22T02:01:00Z", "kubelet"),
            (view.Number("deprecatedCount"), view.Text("deprecatedFirstTimestamp"), view.Text("deprecatedLastTimestamp"), view.Text("deprecatedSource", "component")));
        Assert.Equal(200, (await cluster.SendAsync("PATCH", $"{Grouped}/e", Again, "application/merge-patch+json")).Status);
        Assert.Equal(2, (await cluster.SendAsync("GET", $"{Core}/e")).Body.Number("series", "count"));
    }

    [Fact]
    public async Task A_watch_shows_each_form_under_its_own_path()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Grouped, Event());
        foreach (var (path, field) in new[] { (Core, "message"), (Grouped, "note") })
        {
            var seen = new List<JsonObject>();
            await foreach (var item in cluster.WatchAsync($"{path}?watch=true&resourceVersion=0&timeoutSeconds=1", () => { }, CancellationToken.None))
            {
                seen.Add(item);
            }

            Assert.Equal("hello", seen.First(item => item.Text("type") == "ADDED").Text("object", field));
        }
    }

    [Theory]
    [InlineData("reportingController", null, "reportingController: Required value")]
    [InlineData("reportingInstance", null, "reportingInstance: Required value")]
    [InlineData("action", null, "action: Required value")]
    [InlineData("reason", null, "reason: Required value")]
    [InlineData("type", "Odd", "type: Invalid value: \"\": has invalid value: Odd")]
    [InlineData("note", "1025", "message: Invalid value: \"\": can have at most 1024 characters")]
    [InlineData("deprecatedFirstTimestamp", "2026-11-22T02:00:00Z", "firstTimestamp: Invalid value: \"\": needs to be unset")]
    public async Task What_the_new_form_demands_of_a_new_event(string field, string? value, string says)
    {
        await using var cluster = await TestCluster.StartAsync();
        var told = Event();
        told[field] = value == "1025" ? new string('x', 1025) : value;
        var (status, body, text, _) = await cluster.SendAsync("POST", Grouped, told.ToJsonString());
        Assert.True(status == 422, text);
        Assert.Contains(says, body.Text("message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"note":"other"}""", "message: Invalid value: \"other\": field is immutable")]
    [InlineData("""{"reportingInstance":"other"}""", "reportingInstance: Invalid value: \"other\": field is immutable")]
    [InlineData("""{"series":{"count":1,"lastObservedTime":"2026-11-22T02:05:00.000000Z"}}""", "series.count: Invalid value: \"\": should be at least 2")]
    [InlineData("""{"series":{"count":2}}""", "series.lastObservedTime: Required value")]
    public async Task What_the_new_form_does_not_let_change(string patch, string says)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync(Grouped, Event());
        var (status, body, text, _) = await cluster.SendAsync("PATCH", $"{Grouped}/e", patch, "application/merge-patch+json");
        Assert.True(status == 422, text);
        Assert.Contains(says, body.Text("message"), StringComparison.Ordinal);
    }

    private static JsonObject Event() => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "e" },
        ["eventTime"] = "2026-11-22T02:00:00.000000Z",
        ["reportingController"] = "backsnap.skyb.it",
        ["reportingInstance"] = "pod-0",
        ["action"] = "BackUp",
        ["reason"] = "Running",
        ["type"] = "Normal",
        ["note"] = "hello",
        ["regarding"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = "default", ["name"] = "p" },
        ["related"] = new JsonObject { ["kind"] = "Pod", ["namespace"] = "default", ["name"] = "q" },
    };
}
