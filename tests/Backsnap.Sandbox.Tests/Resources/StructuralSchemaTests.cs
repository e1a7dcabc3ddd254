using System.Text.Json.Nodes;
using Backsnap.Sandbox.Resources;
using Backsnap.Sandbox.Store;

namespace Backsnap.Sandbox.Tests.Resources;

public sealed class StructuralSchemaTests
{
    private static readonly StructuralSchema Schema = new(JsonNode.Parse("""
        {
          "type": "object",
          "properties": {
            "spec": {
              "type": "object",
              "required": ["claim"],
              "properties": {
                "claim": {"type": "string", "minLength": 1, "maxLength": 5},
                "mode": {"type": "string", "enum": ["A", "B"], "default": "A"},
                "name": {"type": "string", "pattern": "^[a-z]+$"},
                "count": {"type": "integer", "minimum": 1, "maximum": 3},
                "at": {"type": "string", "format": "date-time"},
                "port": {"x-kubernetes-int-or-string": true},
                "labels": {"type": "object", "additionalProperties": {"type": "string"}},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                "maybe": {"type": "string", "nullable": true},
                "list": {"type": "array", "maxItems": 1, "items": {"type": "object", "properties": {"k": {"type": "string", "default": "v"}}}}
              }
            }
          }
        }
        """)!.AsObject());

    [Theory]
    [InlineData("""{"claim":"x"}""", null)]
    [InlineData("""{"claim":""}""", "spec.claim: Invalid value: \"\": spec.claim in body should be at least 1 chars long")]
    [InlineData("""{"claim":"toolong"}""", "spec.claim: Too long: may not be more than 5 bytes")]
    [InlineData("""{}""", "spec.claim: Required value")]
    [InlineData("""{"claim":"x","mode":"C"}""", "spec.mode: Unsupported value: \"C\": supported values: \"A\", \"B\"")]
    [InlineData("""{"claim":"x","name":"Nope"}""", "spec.name: Invalid value: \"Nope\": spec.name in body should match '^[a-z]+$'")]
    [InlineData("""{"claim":"x","count":0}""", "spec.count: Invalid value: 0: spec.count in body should be greater than or equal to 1")]
    [InlineData("""{"claim":"x","count":4}""", "spec.count: Invalid value: 4: spec.count in body should be less than or equal to 3")]
    [InlineData("""{"claim":"x","count":1.5}""", "spec.count: Invalid value: \"number\": spec.count in body must be of type integer: \"number\"")]
    [InlineData("""{"claim":"x","at":"yesterday"}""", "spec.at: Invalid value: \"yesterday\": spec.at in body must be of type date-time: \"yesterday\"")]
    [InlineData("""{"claim":"x","at":"2026-11-22T08:42:41+01:00"}""", null)]
    [InlineData("""{"claim":"x","port":8080}""", null)]
    [InlineData("""{"claim":"x","port":"http"}""", null)]
    [InlineData("""{"claim":"x","port":true}""", "spec.port: Invalid value: \"boolean\": spec.port in body must be of type integer,string: \"boolean\"")]
    [InlineData("""{"claim":"x","labels":{"a":"b"}}""", null)]
    [InlineData("""{"claim":"x","labels":{"a":1}}""", "spec.labels.a: Invalid value: \"integer\": spec.labels.a in body must be of type string: \"integer\"")]
    [InlineData("""{"claim":"x","maybe":null}""", null)]
    [InlineData("""{"claim":"x","list":[{},{}]}""", "spec.list: Too many: 2: must have at most 1 items")]
    [InlineData("""{"claim":"x","list":{}}""", "spec.list: Invalid value: \"object\": spec.list in body must be of type array: \"object\"")]
    public void A_value_that_the_schema_forbids_is_named_with_the_reason(string spec, string? expected)
    {
        var found = Schema.Check(Object(spec)).Select(error => $"{error.Field}: {error.Message}").ToArray();

        Assert.Equal(expected is null ? [] : [expected], found);
    }

    [Fact]
    public void Unknown_fields_are_pruned_and_named_wherever_they_are()
    {
        var obj = Object("""{"claim":"x","surprise":1,"free":{"anything":{"goes":true}},"list":[{"k":"v","odd":1}],"labels":{"any":"key"}}""");
        obj["more"] = 1;

        Assert.Equal(["spec.surprise", "spec.list[0].odd", "more"], Schema.Prune(obj));
        Assert.True(JsonNode.DeepEquals(
            Object("""{"claim":"x","free":{"anything":{"goes":true}},"list":[{"k":"v"}],"labels":{"any":"key"}}"""), obj));
    }

    [Fact]
    public void Nulls_go_unless_they_are_allowed_and_defaults_come_in()
    {
        var obj = Object("""{"claim":"x","mode":null,"maybe":null,"list":[{}]}""");

        Schema.Prune(obj);
        Schema.SetDefaults(obj);

        Assert.True(JsonNode.DeepEquals(Object("""{"claim":"x","mode":"A","maybe":null,"list":[{"k":"v"}]}"""), obj), obj.ToJsonString());
    }

    [Fact]
    public void A_default_does_not_bring_its_parent_into_being()
    {
        var obj = new JsonObject();

        Schema.SetDefaults(obj);

        Assert.Null(obj.At("spec"));
    }

    private static JsonObject Object(string spec) => new() { ["spec"] = JsonNode.Parse(spec) };
}
