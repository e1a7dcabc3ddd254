using System.Text.Json.Nodes;
using Backsnap.Sandbox.Api.Patches;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Api.Patches;

public sealed class PatchTests
{
    /// <summary>The examples of RFC 7396, appendix A, that are about objects.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", """{}""")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("""{}""", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void A_merge_patch_does_what_its_standard_says(string target, string patch, string result) =>
        AssertJson(result, MergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch)));

    /// <summary>From RFC 6902, appendix A.</summary>
    [Theory]
    [InlineData("""{"foo":"bar"}""", """[{"op":"add","path":"/baz","value":"qux"}]""", """{"foo":"bar","baz":"qux"}""")]
    [InlineData("""{"foo":["bar","baz"]}""", """[{"op":"add","path":"/foo/1","value":"qux"}]""", """{"foo":["bar","qux","baz"]}""")]
    [InlineData("""{"foo":["bar"]}""", """[{"op":"add","path":"/foo/-","value":["abc"]}]""", """{"foo":["bar",["abc"]]}""")]
    [InlineData("""{"baz":"qux","foo":"bar"}""", """[{"op":"remove","path":"/baz"}]""", """{"foo":"bar"}""")]
    [InlineData("""{"foo":["bar","qux","baz"]}""", """[{"op":"remove","path":"/foo/1"}]""", """{"foo":["bar","baz"]}""")]
    [InlineData("""{"baz":"qux"}""", """[{"op":"replace","path":"/baz","value":"boo"}]""", """{"baz":"boo"}""")]
    [InlineData("""{"foo":{"bar":"baz"},"qux":{}}""", """[{"op":"move","from":"/foo/bar","path":"/qux/thud"}]""", """{"foo":{},"qux":{"thud":"baz"}}""")]
    [InlineData("""{"foo":["all","grass","cows","eat"]}""", """[{"op":"move","from":"/foo/1","path":"/foo/3"}]""", """{"foo":["all","cows","eat","grass"]}""")]
    [InlineData("""{"a":1}""", """[{"op":"copy","from":"/a","path":"/b"}]""", """{"a":1,"b":1}""")]
    [InlineData("""{"/":9,"~1":10}""", """[{"op":"test","path":"/~01","value":10}]""", """{"/":9,"~1":10}""")]
    [InlineData("""{"a":{"b/c":1}}""", """[{"op":"replace","path":"/a/b~1c","value":2}]""", """{"a":{"b/c":2}}""")]
    public void A_JSON_patch_does_what_its_standard_says(string target, string patch, string result) =>
        AssertJson(result, Assert.IsType<JsonPatch.Result.Patched>(JsonPatch.Apply(JsonNode.Parse(target)!, JsonNode.Parse(patch))).Node);

    [Theory]
    [InlineData("""[{"op":"test","path":"/a","value":2}]""")]
    [InlineData("""[{"op":"test","path":"/missing","value":1}]""")]
    [InlineData("""[{"op":"remove","path":"/missing"}]""")]
    [InlineData("""[{"op":"replace","path":"/missing","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/missing/deeper","value":1}]""")]
    [InlineData("""[{"op":"add","path":"/list/9","value":1}]""")]
    [InlineData("""[{"op":"replace","path":"/list/01","value":1}]""")]
    public void A_JSON_patch_that_does_not_apply_says_so(string patch) =>
        Assert.IsType<JsonPatch.Result.DoesNotApply>(JsonPatch.Apply(JsonNode.Parse("""{"a":1,"list":[1,2]}""")!, JsonNode.Parse(patch)));

    [Theory]
    [InlineData("""{"op":"remove"}""")]
    [InlineData("""[{"op":"nope","path":"/a"}]""")]
    [InlineData("""[{"op":"add","path":"/a"}]""")]
    [InlineData("""[{"op":"add","path":"a","value":1}]""")]
    public void What_is_no_JSON_patch_is_malformed(string patch) =>
        Assert.IsType<JsonPatch.Result.Malformed>(JsonPatch.Apply(JsonNode.Parse("""{"a":1}""")!, JsonNode.Parse(patch)));

    [Theory]
    [InlineData("containers are merged by name",
        """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"1"}]}}""",
        """{"spec":{"containers":[{"name":"b","image":"2"},{"name":"c","image":"3"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"1"},{"name":"b","image":"2"},{"name":"c","image":"3"}]}}""")]
    [InlineData("an item is deleted by its directive",
        """{"spec":{"volumes":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"volumes":[{"name":"a","$patch":"delete"}]}}""",
        """{"spec":{"volumes":[{"name":"b"}]}}""")]
    [InlineData("a list is replaced by its directive",
        """{"spec":{"volumes":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"volumes":[{"name":"c"},{"$patch":"replace"}]}}""",
        """{"spec":{"volumes":[{"name":"c"}]}}""")]
    [InlineData("lists without a key are one value",
        """{"spec":{"accessModes":["ReadWriteOnce"]}}""",
        """{"spec":{"accessModes":["ReadWriteMany"]}}""",
        """{"spec":{"accessModes":["ReadWriteMany"]}}""")]
    [InlineData("finalizers are a set",
        """{"metadata":{"finalizers":["a"]}}""",
        """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"finalizers":["a","b"]}}""")]
    [InlineData("values leave a set by name",
        """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"]}}""",
        """{"metadata":{"finalizers":["b"]}}""")]
    [InlineData("owners are merged by uid",
        """{"metadata":{"ownerReferences":[{"uid":"1","name":"x"}]}}""",
        """{"metadata":{"ownerReferences":[{"uid":"2","name":"y"}]}}""",
        """{"metadata":{"ownerReferences":[{"uid":"1","name":"x"},{"uid":"2","name":"y"}]}}""")]
    [InlineData("an order can be asked for",
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}}""",
        """{"spec":{"containers":[{"name":"b"},{"name":"a"}]}}""")]
    [InlineData("null removes",
        """{"metadata":{"labels":{"a":"1","b":"2"}}}""",
        """{"metadata":{"labels":{"a":null}}}""",
        """{"metadata":{"labels":{"b":"2"}}}""")]
    [InlineData("an object is replaced by its directive",
        """{"spec":{"selector":{"a":"1"}}}""",
        """{"spec":{"selector":{"b":"2","$patch":"replace"}}}""",
        """{"spec":{"selector":{"b":"2"}}}""")]
    public void A_strategic_merge_knows_the_lists_of_built_in_kinds(string why, string target, string patch, string result)
    {
        Assert.NotEmpty(why);
        AssertJson(result, StrategicMergePatch.Apply(JsonNode.Parse(target)!.AsObject(), JsonNode.Parse(patch)!.AsObject(), Shape.Of(ResourceTypes.Pods)));
    }

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}, got {actual?.ToJsonString()}");
}
