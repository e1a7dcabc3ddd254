using System.Text.Json.Nodes;
using Backsnap.Sandbox.Api;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api;

public sealed class SelectorTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("app=x", true)]
    [InlineData("app==x", true)]
    [InlineData("app = x", true)]
    [InlineData("app=y", false)]
    [InlineData("app!=y", true)]
    [InlineData("app!=x", false)]
    [InlineData("missing!=x", true)]
    [InlineData("app", true)]
    [InlineData("missing", false)]
    [InlineData("!missing", true)]
    [InlineData("!app", false)]
    [InlineData("app in (x,y)", true)]
    [InlineData("app in (y, z)", false)]
    [InlineData("app notin (y)", true)]
    [InlineData("app notin (x)", false)]
    [InlineData("missing notin (x)", true)]
    [InlineData("app in (x,y),example.com/tier=gold", true)]
    [InlineData("app=x,example.com/tier=silver", false)]
    public void Labels_are_selected_as_kubectl_users_know_it(string selector, bool matches)
    {
        var (parsed, error) = LabelSelector.Parse(selector);

        Assert.Null(error);
        Assert.Equal(matches, parsed.Matches(new Dictionary<string, string> { ["app"] = "x", ["example.com/tier"] = "gold" }));
    }

    [Theory]
    [InlineData("a=b=c")]
    [InlineData("a in x")]
    [InlineData("a b")]
    public void A_broken_label_selector_is_a_bad_request(string selector) => Assert.Equal(400, LabelSelector.Parse(selector).Error?.Code);

    [Theory]
    [InlineData("metadata.name=p", true)]
    [InlineData("metadata.name!=p", false)]
    [InlineData("status.phase=Running", true)]
    [InlineData("status.phase=Running,spec.nodeName=other", false)]
    [InlineData("spec.nodeName=", true)]
    public void Fields_are_selected_by_value(string selector, bool matches)
    {
        var pod = new StoredObject(ResourceTypes.Pods, JsonNode.Parse("""{"metadata":{"name":"p","namespace":"n"},"status":{"phase":"Running"}}""")!.AsObject(), 1);

        Assert.Equal(matches, FieldSelector.Parse(ResourceTypes.Pods, selector).Selector.Matches(pod));
    }

    [Fact]
    public void A_field_that_the_kind_does_not_offer_is_a_bad_request() =>
        Assert.Equal("field label not supported: spec.color", FieldSelector.Parse(ResourceTypes.Pods, "spec.color=red").Error?.Message);
}
