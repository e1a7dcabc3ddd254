using System.Text.Json.Nodes;
using Backsnap.Sandbox.Api.Patches;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api.Patches;

public sealed class ServerSideApplyTests
{
    [Fact]
    public void A_field_that_is_no_longer_applied_goes()
    {
        var first = Apply(null, "one", """{"data":{"a":"1","b":"2"}}""");

        AssertJson("""{"a":"1"}""", Apply(first, "one", """{"data":{"a":"1"}}""")["data"]);
    }

    [Fact]
    public void A_field_that_another_also_owns_stays_when_one_lets_go()
    {
        var first = Apply(null, "one", """{"data":{"a":"1"}}""");
        var shared = Apply(first, "two", """{"data":{"a":"1","b":"2"}}""");

        AssertJson("""{"a":"1","b":"2"}""", Apply(shared, "one", """{}""")["data"]);
    }

    [Fact]
    public void The_same_value_from_another_is_no_conflict()
    {
        var first = Apply(null, "one", """{"data":{"a":"1"}}""");

        Assert.Equal(["one", "two"], ManagedFields.Read(Apply(first, "two", """{"data":{"a":"1"}}""")).Select(manager => manager.Name));
    }

    [Fact]
    public void Another_value_is_a_conflict_and_by_force_a_change_of_owner()
    {
        var first = Apply(null, "one", """{"data":{"a":"1"}}""");

        var refused = Assert.IsType<StoreResult.Refused>(Merge(first, "two", """{"data":{"a":"2"}}""", force: false));
        var forced = Apply(first, "two", """{"data":{"a":"2"}}""", force: true);

        Assert.Equal("Apply failed with 1 conflict: conflict with \"one\": .data.a", refused.Error.Message);
        AssertJson("""{"a":"2"}""", forced["data"]);
        Assert.Equal(["two"], ManagedFields.Read(forced).Select(manager => manager.Name));
    }

    [Fact]
    public void Applying_the_same_again_changes_nothing_at_all()
    {
        var first = Apply(null, "one", """{"metadata":{"labels":{"x":"y"}},"data":{"a":"1"}}""");

        AssertJson(first.ToJsonString(), Apply(first, "one", """{"metadata":{"labels":{"x":"y"}},"data":{"a":"1"}}"""));
    }

    [Fact]
    public void Items_of_keyed_lists_are_owned_one_by_one()
    {
        var first = Apply(null, "one", """{"spec":{"containers":[{"name":"a","image":"1"}]}}""");
        var second = Apply(first, "two", """{"spec":{"containers":[{"name":"b","image":"1"}]}}""");

        AssertJson("""[{"name":"b","image":"1"}]""", Apply(second, "one", """{"spec":{}}""").At("spec", "containers"));
    }

    [Fact]
    public void An_update_takes_the_fields_that_it_changes()
    {
        var first = Apply(null, "one", """{"data":{"a":"1","b":"2"}}""");
        var updated = first.DeepClone().AsObject();
        updated.Set("9", "data", "a");
        ManagedFields.AfterUpdate(ResourceTypes.ConfigMaps, first, updated, "editor", "", DateTimeOffset.UnixEpoch);

        var owners = ManagedFields.Read(updated).ToDictionary(manager => manager.Name, manager => manager.Fields.ToJson().ToJsonString());

        Assert.Equal("""{"f:data":{"f:b":{}}}""", owners["one"]);
        Assert.Equal("""{"f:data":{"f:a":{}}}""", owners["editor"]);
    }

    private static JsonObject Apply(JsonObject? current, string manager, string applied, bool force = false)
    {
        if (current is not null)
        {
            return Assert.IsType<StoreResult.Ok>(Merge(current, manager, applied, force)).Object;
        }

        var created = JsonNode.Parse(applied)!.AsObject();
        ManagedFields.Write(created, [ServerSideApply.First(ResourceTypes.ConfigMaps, created, manager, DateTimeOffset.UnixEpoch)]);
        return created;
    }

    private static StoreResult Merge(JsonObject current, string manager, string applied, bool force) =>
        ServerSideApply.Merge(ResourceTypes.ConfigMaps, current, JsonNode.Parse(applied)!.AsObject(), manager, "", force, DateTimeOffset.UnixEpoch);

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
