using System.IO.Compression;
using System.Text;
using Backsnap.Kubernetes.Tests.Support;

namespace Backsnap.Kubernetes.Tests.Http;

public sealed class ListTests
{
    [Fact]
    public async Task All_pages_are_followed()
    {
        await using var server = await TestServer.StartAsync(Page("7", "c1", "a", "b"), Page("7", "c2", "c"), Page("7", "", "d"));
        using var client = server.Client();

        var options = new ListOptions { LabelSelector = "app=x,!y", FieldSelector = "metadata.name=z", PageSize = 2 };
        var list = (await client.ListAsync(Resources.PvcBackups, "shop", options, default)).Value();

        Assert.Equal(["a", "b", "c", "d"], list.Items.Select(i => i.Metadata.Name));
        Assert.Equal("7", list.ResourceVersion);
        Assert.Equal([null, "c1", "c2"], server.Seen.Select(s => s.Query("continue")));
        Assert.All(server.Seen, seen =>
        {
            Assert.Equal("/apis/backsnap.skyb.it/v1alpha1/namespaces/shop/pvcbackups", seen.Path);
            Assert.Equal(("2", "app=x,!y", "metadata.name=z"), (seen.Query("limit"), seen.Query("labelSelector"), seen.Query("fieldSelector")));
        });
    }

    [Fact]
    public async Task A_list_that_expires_on_the_way_is_begun_again_in_one_answer()
    {
        await using var server = await TestServer.StartAsync(
            Page("7", "c1", "a"), Answer.Status(410, "Expired", "The provided continue parameter is too old"), Page("9", "", "a", "b"));
        using var client = server.Client();

        var list = (await client.ListAsync(Resources.Namespaces, null, ListOptions.All, default)).Value();

        Assert.Equal(["a", "b"], list.Items.Select(i => i.Metadata.Name));
        Assert.Equal("9", list.ResourceVersion);
        Assert.Equal(["500", "500", null], server.Seen.Select(s => s.Query("limit")));
    }

    [Fact]
    public async Task A_list_that_expires_twice_is_an_error()
    {
        await using var server = await TestServer.StartAsync((_, _) => Answer.Status(410, "Expired"));
        using var client = server.Client();

        Assert.Equal(ApiErrorKind.Expired, (await client.ListAsync(Resources.Namespaces, null, ListOptions.All, default)).Error().Kind);
        Assert.Equal(2, server.Seen.Count);
    }

    [Fact]
    public async Task A_page_that_is_cut_is_read_again()
    {
        await using var server = await TestServer.StartAsync(
            Answer.Stream(Ending.Cut, """{"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"a"}},"""), Page("7", "", "a", "b"));
        using var client = server.Client();

        var list = (await client.ListAsync(Resources.Namespaces, null, ListOptions.All, default)).Value();

        Assert.Equal(["a", "b"], list.Items.Select(i => i.Metadata.Name));
    }

    [Fact]
    public async Task A_list_is_read_whatever_the_pieces_that_it_comes_in()
    {
        var names = Enumerable.Range(0, 3000).Select(i => $"claim-{i:0000}-ü").ToArray();
        var json = Encoding.UTF8.GetBytes(PageJson("7", "", names));
        await using var server = await TestServer.StartAsync(new Answer(async context =>
        {
            context.Response.ContentType = "application/json";
            foreach (var piece in json.Chunk(1021)) await context.Response.Body.WriteAsync(piece);
        }));
        using var client = server.Client();

        var list = (await client.ListAsync(Resources.PersistentVolumeClaims, null, ListOptions.All, default)).Value();

        Assert.Equal(names, list.Items.Select(i => i.Metadata.Name));
        Assert.All(list.Items, i => Assert.Equal("shop", i.Metadata.Labels!["app"]));
    }

    [Fact]
    public async Task A_compressed_answer_is_read()
    {
        await using var server = await TestServer.StartAsync(new Answer(async context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(PageJson("7", "", ["a"])));
        }));
        using var client = server.Client();

        Assert.Single((await client.ListAsync(Resources.Namespaces, null, ListOptions.All, default)).Value().Items);
        Assert.Contains("gzip", server.Seen[0].Headers["Accept-Encoding"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_without_items_is_empty()
    {
        await using var server = await TestServer.StartAsync(Answer.Json("""{"metadata":{"resourceVersion":"1"},"items":null}"""));
        using var client = server.Client();

        Assert.Empty((await client.ListAsync(Resources.Namespaces, null, ListOptions.All, default)).Value().Items);
    }

    internal static Answer Page(string version, string next, params string[] names) => Answer.Json(PageJson(version, next, names));

    private static string PageJson(string version, string next, string[] names)
    {
        var items = names.Select(n => $$$"""{"metadata":{"name":"{{{n}}}","resourceVersion":"{{{version}}}","labels":{"app":"shop"} } }""");
        return $$$"""{"kind":"List","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', items)}}}]}""";
    }
}
