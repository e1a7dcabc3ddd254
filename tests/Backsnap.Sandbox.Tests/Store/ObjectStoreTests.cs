using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Store;

public sealed class ObjectStoreTests
{
    private readonly ObjectStore store = new(new ResourceCatalogue(), TimeProvider.System, historyLength: 4);

    public ObjectStoreTests() => Ok(store.Create(ResourceTypes.Namespaces, Named("", "shop")));

    [Fact]
    public void Creating_fills_in_what_every_object_has()
    {
        var claim = Ok(store.Create(ResourceTypes.ConfigMaps, Named("shop", "a")));

        Assert.Equal("v1", claim.Text("apiVersion"));
        Assert.Equal("ConfigMap", claim.Text("kind"));
        Assert.True(Guid.TryParse(claim.UidOf(), out _));
        Assert.NotNull(claim.Text("metadata", "creationTimestamp"));
        Assert.Equal(store.ResourceVersion.ToString(), claim.Text("metadata", "resourceVersion"));
    }

    [Fact]
    public void A_name_is_made_from_a_generateName()
    {
        var made = Ok(store.Create(ResourceTypes.ConfigMaps, new() { ["metadata"] = new JsonObject { ["namespace"] = "shop", ["generateName"] = "gen-" } }));

        Assert.Matches("^gen-[bcdfghjklmnpqrstvwxz2456789]{5}$", made.NameOf());
    }

    [Fact]
    public void A_second_object_of_the_same_name_is_refused()
    {
        store.Create(ResourceTypes.ConfigMaps, Named("shop", "a"));

        Assert.Equal("AlreadyExists", Error(store.Create(ResourceTypes.ConfigMaps, Named("shop", "a"))).Reason);
    }

    [Fact]
    public void An_update_that_changes_nothing_keeps_the_resourceVersion()
    {
        var made = Ok(store.Create(ResourceTypes.ConfigMaps, Named("shop", "a")));

        var same = Ok(store.Update(ResourceTypes.ConfigMaps, "shop", "a", obj => obj));

        Assert.Equal(made.Text("metadata", "resourceVersion"), same.Text("metadata", "resourceVersion"));
    }

    [Fact]
    public void What_is_handed_out_is_a_copy()
    {
        store.Create(ResourceTypes.ConfigMaps, Named("shop", "a"));

        store.Get(ResourceTypes.ConfigMaps, "shop", "a")!.Set("changed", "data", "k");

        Assert.Null(store.Get(ResourceTypes.ConfigMaps, "shop", "a").At("data"));
    }

    [Fact]
    public void A_watch_from_a_forgotten_version_is_expired()
    {
        foreach (var index in Enumerable.Range(0, 20))
        {
            store.Create(ResourceTypes.ConfigMaps, Named("shop", $"a{index}"));
        }

        var answer = Assert.IsType<Subscribed.Expired>(store.Subscribe(ResourceTypes.ConfigMaps, "shop", since: 101));
        Assert.Equal(410, answer.Error.Code);
    }

    [Fact]
    public void A_finalizer_holds_an_object_back_until_it_is_removed()
    {
        var obj = Named("shop", "held");
        obj.Set(new JsonArray("example.com/hold"), "metadata", "finalizers");
        store.Create(ResourceTypes.ConfigMaps, obj);

        Assert.True(Ok(store.Delete(ResourceTypes.ConfigMaps, "shop", "held")).IsTerminating());
        store.Update(ResourceTypes.ConfigMaps, "shop", "held", current =>
        {
            current.Unset("metadata", "finalizers");
            return current;
        });

        Assert.Null(store.Get(ResourceTypes.ConfigMaps, "shop", "held"));
    }

    private static JsonObject Named(string ns, string name) => new() { ["metadata"] = new JsonObject { ["namespace"] = ns, ["name"] = name } };

    private static JsonObject Ok(StoreResult result) => Assert.IsType<StoreResult.Ok>(result).Object;

    private static ApiError Error(StoreResult result) => Assert.IsType<StoreResult.Refused>(result).Error;
}
