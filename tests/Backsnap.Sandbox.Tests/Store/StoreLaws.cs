using System.Text.Json.Nodes;
using Backsnap.Sandbox.Api.Patches;
using Backsnap.Sandbox.Store;
using FsCheck;
using FsCheck.Fluent;

namespace Backsnap.Sandbox.Tests.Store;

/// <summary>What holds for any sequence of writes. A failure prints its seed; BACKSNAP_SEED="seed,gamma" replays it.</summary>
public sealed class StoreLaws
{
    /// <summary>One write to one of a few objects.</summary>
    private sealed record Write(int Kind, int Object, int Value);

    [Fact]
    public void Versions_only_grow_and_the_news_from_any_version_leads_to_the_present()
    {
        var write =
            from kind in Gen.Choose(0, 3)
            from obj in Gen.Choose(0, 4)
            from value in Gen.Choose(0, 2)
            select new Write(kind, obj, value);
        Check(Prop.ForAll(Arb.From(Gen.ArrayOf(write)), writes =>
        {
            var store = NewStore();
            var states = new List<(long Version, Dictionary<string, string> State)> { (store.ResourceVersion, State(store)) };
            foreach (var one in writes)
            {
                Do(store, one);
                if (store.ResourceVersion < states[^1].Version)
                {
                    return false;
                }

                states.Add((store.ResourceVersion, State(store)));
            }

            return states.All(past => Same(Replay(store, past), states[^1].State));
        }));
    }

    [Fact]
    public void A_merge_patch_applied_twice_is_applied_once()
    {
        var json = Json(3);
        Check(Prop.ForAll(Arb.From(json.Two()), pair =>
        {
            var (target, patch) = (JsonNode.Parse(pair.Item1), JsonNode.Parse(pair.Item2));
            var once = MergePatch.Apply(target, patch);
            return JsonNode.DeepEquals(once, MergePatch.Apply(once, patch));
        }));
    }

    [Fact]
    public void An_empty_merge_patch_changes_nothing() =>
        Check(Prop.ForAll(Arb.From(Json(3)), text =>
        {
            var obj = JsonNode.Parse($$"""{"root":{{text}}}""");
            return JsonNode.DeepEquals(obj, MergePatch.Apply(obj, new JsonObject()));
        }));

    private static ObjectStore NewStore()
    {
        var store = new ObjectStore(new ResourceCatalogue(), TimeProvider.System);
        store.Create(ResourceTypes.Namespaces, new JsonObject { ["metadata"] = new JsonObject { ["name"] = "n" } });
        return store;
    }

    private static void Do(ObjectStore store, Write write)
    {
        var name = $"o{write.Object}";
        switch (write.Kind)
        {
            case 0:
                store.Create(ResourceTypes.ConfigMaps, new JsonObject { ["metadata"] = new JsonObject { ["namespace"] = "n", ["name"] = name } });
                break;
            case 1:
                store.Delete(ResourceTypes.ConfigMaps, "n", name);
                break;
            default:
                store.Update(ResourceTypes.ConfigMaps, "n", name, current =>
                {
                    current.Set(write.Value, "data", "k");
                    return current;
                });
                break;
        }
    }

    private static Dictionary<string, string> State(ObjectStore store) =>
        store.List(ResourceTypes.ConfigMaps, "n").ToDictionary(obj => obj.NameOf(), obj => obj.ToJsonString());

    private static Dictionary<string, string> Replay(ObjectStore store, (long Version, Dictionary<string, string> State) past)
    {
        using var news = Assert.IsType<Subscribed.To>(store.Subscribe(ResourceTypes.ConfigMaps, "n", past.Version)).Subscription;
        var state = new Dictionary<string, string>(past.State);
        while (news.Events.TryRead(out var item))
        {
            if (item is StoreEvent.Deleted deleted)
            {
                state.Remove(deleted.Stored.Name);
            }
            else if (item is StoreEvent.Change change)
            {
                state[change.Stored.Name] = change.Object.ToJsonString();
            }
        }

        return state;
    }

    private static bool Same(Dictionary<string, string> one, Dictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.TryGetValue(pair.Key, out var value) && value == pair.Value);

    private static Gen<string> Json(int depth) =>
        depth == 0
            ? Gen.Elements("1", "\"x\"", "null", "true")
            : Gen.OneOf(
                Gen.Elements("1", "\"x\"", "{}", "[1]"),
                from names in Gen.SubListOf("a", "b", "c")
                from values in Gen.ListOf(Json(depth - 1), 3)
                select "{" + string.Join(",", names.Zip(values, (name, value) => $"\"{name}\":{value}")) + "}");

    private static void Check(Property law)
    {
        var config = Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true);
        law.Check(Environment.GetEnvironmentVariable("BACKSNAP_SEED")?.Split(',') is [var seed, var gamma, ..]
            ? config.WithReplay(ulong.Parse(seed), ulong.Parse(gamma))
            : config);
    }
}
