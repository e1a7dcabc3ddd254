using Backsnap.Domain.Objects;
using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Tests.Objects;

public sealed class NodeTests
{
    private static Node Sample(string name) => Node.Object(
        Node.Set("name", name), Node.Set("count", 3), Node.Set("ready", true), Node.Set("items", Node.List("a", "b")), Node.Set("none", new Node.Nothing()));

    [Fact]
    public void Two_nodes_of_the_same_content_are_equal()
    {
        Assert.Equal(Sample("orders"), Sample("orders"));
        Assert.Equal(Sample("orders").GetHashCode(), Sample("orders").GetHashCode());
    }

    [Fact]
    public void A_difference_at_any_depth_makes_nodes_unequal()
    {
        Assert.NotEqual(Sample("orders"), Sample("carts"));
        Assert.NotEqual(Node.List("a", "b"), Node.List("b", "a"));
        Assert.NotEqual<Node>(new Node.Text("3"), new Node.Whole(3));
    }

    [Fact]
    public void A_map_is_sorted_so_that_equal_maps_make_equal_nodes() => Assert.Equal(
        Node.Object(Node.Set("a", "1"), Node.Set("b", "2"), Node.Set("c", "3")),
        Node.Map(HashMap(("c", "3"), ("a", "1"), ("b", "2"))));

    [Fact]
    public void What_is_absent_or_empty_leaves_no_field() => Assert.Equal(
        Node.Object(Node.Set("kept", "yes")),
        Node.Object(
            Node.Set("kept", "yes"), Node.Maybe("absent", Option<string>.None), Node.Unless0("no-texts", Seq<string>()), Node.Unless0("no-map", HashMap<string, string>())));

    [Fact]
    public void A_field_is_found_by_its_name()
    {
        var fields = Assert.IsType<Node.Fields>(Sample("orders"));
        Assert.Equal(Some<Node>(new Node.Whole(3)), fields.Find("count"));
        Assert.Equal(Option<Node>.None, fields.Find("Count"));
    }
}
