using Backsnap.Domain.Claims;
using Backsnap.Host.Observation;
using Backsnap.Kubernetes;
using FsCheck.Fluent;
using static LanguageExt.Prelude;

namespace Backsnap.Host.Tests.Observation;

/// <summary>What the operator believes of the cluster, whatever the order in which watches and answers tell it.</summary>
public sealed class ObjectTableTests
{
    private static ObjectTable<PvcBackup, (string Uid, string Version)> Table(int parts = 1) =>
        new(read => (read.Metadata.Uid!, read.Metadata.ResourceVersion!), parts);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_movers_live_apart_the_end_of_an_owner_is_news_though_it_was_forgotten_already(bool apart)
    {
        var cache = new ClusterCache(0, movers: apart ? Some(NamespaceName.Trusted("movers")) : None);
        cache.Backups.Put(At("1"));
        Assert.True(cache.Backups.Forget("shop", "a", "u"));

        // Only now may its children go, which nobody else removes; else they would stay until something else is news.
        Assert.Equal(apart, cache.Backups.Remove(At("1").Metadata));
    }

    private static PvcBackup At(string version, string uid = "u", string ns = "shop", string name = "a") => Written.Backup(ns, name, uid, version);

    [Fact]
    public void The_newest_state_that_was_told_is_kept_whatever_the_order() => Laws.Hold(
        Gen.Choose(1, 30).ListOf().Where(versions => versions.Count > 0),
        versions =>
        {
            var table = Table();
            foreach (var version in versions)
            {
                table.Put(At($"{version}"));
            }

            return table.Values.Single().Version == $"{versions.Max()}";
        });

    [Fact]
    public void Only_what_is_newer_is_news() => Laws.Hold(
        Gen.Choose(1, 30).ListOf(),
        versions =>
        {
            var table = Table();
            var newest = 0;
            return versions.All(version =>
            {
                var news = table.Put(At($"{version}"));
                var expected = version > newest;
                newest = Math.Max(newest, version);
                return news == expected;
            });
        });

    [Fact]
    public void A_late_event_of_an_earlier_object_does_not_hide_the_one_that_has_its_name_now()
    {
        var table = Table();
        table.Put(At("20", uid: "new"));
        Assert.False(table.Put(At("10", uid: "old")));
        Assert.False(table.Remove(At("11", uid: "old").Metadata));
        Assert.Equal("new", table.Values.Single().Uid);
    }

    [Fact]
    public void What_we_deleted_does_not_come_back_by_a_late_event()
    {
        var table = Table();
        table.Put(At("10"));
        Assert.True(table.Forget("shop", "a", "u"));
        Assert.False(table.Put(At("11")));
        Assert.Empty(table.Values);
        Assert.False(table.Remove(At("12").Metadata));
        Assert.True(table.Put(At("13", uid: "another")));
    }

    [Fact]
    public void Deleting_leaves_a_namesake_alone()
    {
        var table = Table();
        table.Put(At("10", uid: "another"));
        Assert.False(table.Forget("shop", "a", "u"));
        Assert.Single(table.Values);
    }

    [Fact]
    public void A_new_list_replaces_all_that_was_known()
    {
        var table = Table();
        table.Replace([At("10"), At("11", name: "b", uid: "v")], null);
        table.Replace([At("12", name: "b", uid: "v")], null);
        Assert.Equal([("v", "12")], table.Values);
    }

    [Fact]
    public void A_list_is_believed_also_where_its_versions_went_back()
    {
        var table = Table();
        table.Put(At("1000"));
        table.Forget("shop", "b", "v");
        table.Replace([At("10"), At("11", name: "b", uid: "v")], null);
        Assert.Equal(2, table.Count);
        Assert.True(table.Put(At("12")));
        Assert.True(table.Put(At("13", name: "b", uid: "v")));
    }

    [Fact]
    public void Versions_that_are_no_numbers_are_taken_in_the_order_in_which_they_come()
    {
        var table = Table();
        Assert.True(table.Put(At("abc")));
        Assert.True(table.Put(At("aaa")));
        Assert.Equal("aaa", table.Values.Single().Version);
    }

    [Fact]
    public void The_list_of_one_namespace_says_nothing_about_another()
    {
        var table = Table(parts: 2);
        table.Replace([At("10", ns: "shop")], "shop");
        Assert.False(table.IsSynced);
        table.Replace([At("11", ns: "shop-2", uid: "v")], "shop-2");
        Assert.True(table.IsSynced);
        table.Replace([], "shop");
        Assert.Equal("v", table.Values.Single().Uid);
    }

    [Fact]
    public void An_empty_list_is_a_list()
    {
        var table = Table();
        Assert.False(table.IsSynced);
        table.Replace([], null);
        Assert.True(table.IsSynced);
    }

    [Fact]
    public void A_cleared_cache_waits_for_every_kind_again_and_knows_nothing_of_before()
    {
        var cache = new ClusterCache(0);
        cache.Backups.Replace([At("1000")], null);
        cache.Backups.Forget("shop", "a", "u");
        cache.Backups.Put(At("1001", uid: "v"));
        cache.Clear();
        Assert.Equal(10, cache.Unsynced.Count);
        Assert.True(cache.State(default).Backups.IsEmpty);
        Assert.True(cache.Backups.Put(At("10")));
    }

    [Fact]
    public void The_cache_names_the_kinds_that_it_still_waits_for()
    {
        var cache = new ClusterCache(0);
        Assert.Equal(10, cache.Unsynced.Count);
        cache.Jobs.Replace([], null);
        Assert.DoesNotContain("jobs", cache.Unsynced);
        Assert.DoesNotContain("secrets", cache.Unsynced);
        Assert.Contains("secrets", new ClusterCache(0, movers: Domain.Claims.NamespaceName.Trusted("movers")).Unsynced);
    }

    // In tenants' namespaces nobody tells of Secrets: those that were made here are known as long as their owner is there.
    [Fact]
    public void A_Secret_that_was_made_in_a_tenants_namespace_is_forgotten_with_its_owner()
    {
        var cache = new ClusterCache(0);
        cache.Backups.Put(At("1000"));
        cache.Secrets.Put(Written.As(Resources.Secrets, """{"metadata":{"name":"s","namespace":"shop","uid":"s","resourceVersion":"1","ownerReferences":[{"apiVersion":"backsnap.skyb.it/v1alpha1","kind":"PVCBackup","name":"a","uid":"u","controller":true}]}}"""));
        Assert.Single(cache.State(default).Secrets);
        cache.Backups.Forget("shop", "a", "u");
        Assert.Empty(cache.State(default).Secrets);
        Assert.Equal(0, cache.Secrets.Count);
    }
}
