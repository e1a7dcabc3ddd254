using System.Text;
using System.Text.Json;
using Backsnap.Kubernetes.Tests.Support;
using FsCheck.Fluent;

namespace Backsnap.Kubernetes.Tests.Json;

public sealed class LawTests
{
    [Fact]
    public void The_pool_gives_back_what_it_was_given()
    {
        var pool = new StringPool();
        Laws.Check(ArbMap.Default.ArbFor<string>(), text =>
        {
            var clean = Clean(text);
            return pool.Get(Encoding.UTF8.GetBytes(clean)) == clean;
        });
        var longest = new string('ü', StringPool.LongestPooled);
        Assert.Equal(longest, pool.Get(Encoding.UTF8.GetBytes(longest)));
    }

    [Fact]
    public void A_map_of_strings_survives_the_way_through_JSON_and_behaves_like_a_dictionary() =>
        Laws.Check(ArbMap.Default.ArbFor<Dictionary<string, string>>(), given =>
        {
            var wanted = given.DistinctBy(p => Clean(p.Key)).ToDictionary(p => Clean(p.Key), p => Clean(p.Value));
            var json = JsonSerializer.SerializeToUtf8Bytes(new ObjectMeta { Labels = wanted }, KubeJson.Default.ObjectMeta);
            var read = JsonSerializer.Deserialize(json, KubeJson.Default.ObjectMeta)!.Labels!;
            return read.Count == wanted.Count
                && wanted.All(p => read.ContainsKey(p.Key) && read[p.Key] == p.Value)
                && !read.ContainsKey("no such key");
        });

    [Fact]
    public void Maps_with_the_same_entries_are_equal_in_any_order()
    {
        var one = new SmallMap(["a", "b"], ["1", "2"]);
        var two = new SmallMap(["b", "a"], ["2", "1"]);
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.NotEqual(one, new SmallMap(["a", "b"], ["2", "1"]));
    }

    [Fact]
    public void A_pause_grows_up_to_its_limit_whatever_chance_says() =>
        Laws.Check(
            Gen.Choose(1, 5000).SelectMany(attempt => Gen.Choose(0, 999).Select(jitter => (attempt, jitter: jitter / 1000.0))).ToArbitrary(),
            given =>
            {
                var first = TimeSpan.FromMilliseconds(200);
                var longest = TimeSpan.FromSeconds(10);
                var pause = Retrying.Backoff(given.attempt, first, longest, given.jitter);
                return pause >= first / 2 && pause <= longest
                    && Retrying.Backoff(given.attempt + 1, first, longest, given.jitter) >= pause;
            });

    // Lone surrogates have no UTF-8, so no server can send them.
    private static string Clean(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
}
