using System.Text.Json.Nodes;
using Backsnap.Sandbox.Rights;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>Questions about rights: who one is, what one may do, and what another may.</summary>
internal sealed class Reviews(Authorizer authorizer)
{
    public async Task AnswerAsync(HttpContext http, string group, string[] rest)
    {
        var plural = rest[^1];
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            await Reply.NotAllowedAsync(http);
            return;
        }

        switch (await Body.ReadAsync(http, plural))
        {
            case BodyResult.Bad bad:
                await Reply.ErrorAsync(http, bad.Error);
                return;
            case BodyResult.Read { Node: JsonObject review }:
                review["apiVersion"] = $"{group}/v1";
                review.SetDefault(new JsonObject(), "metadata");
                review["status"] = Status(plural, Asking.User(http), review);
                await Reply.NodeAsync(http, review, 201);
                return;
            default:
                await Reply.ErrorAsync(http, ApiError.BadRequest("a review is an object"));
                return;
        }
    }

    private JsonObject Status(string plural, User user, JsonObject review) => plural switch
    {
        "selfsubjectreviews" => new JsonObject { ["userInfo"] = Describe(user) },
        "tokenreviews" => new JsonObject { ["authenticated"] = true, ["user"] = Describe(user) },
        "selfsubjectrulesreviews" => Rules(user, review.Text("spec", "namespace") ?? ""),
        "selfsubjectaccessreviews" => new JsonObject { ["allowed"] = authorizer.Allows(user, Wanted(review)) },
        _ => new JsonObject { ["allowed"] = authorizer.Allows(new User(review.Text("spec", "user") ?? "", review.Texts("spec", "groups")), Wanted(review)) },
    };

    private static RequestAttributes Wanted(JsonObject review)
    {
        string Resource(string field) => review.Text("spec", "resourceAttributes", field) ?? "";
        return review.Child("spec", "resourceAttributes") is not null
            ? new RequestAttributes(Resource("verb"), Resource("group"), Resource("resource"), Resource("subresource"), Resource("namespace"), Resource("name"), "")
            : new RequestAttributes(review.Text("spec", "nonResourceAttributes", "verb") ?? "", "", "", "", "", "", review.Text("spec", "nonResourceAttributes", "path") ?? "");
    }

    private JsonObject Rules(User user, string ns)
    {
        var rules = user.IsMaster ? [new PolicyRule(["*"], ["*"], ["*"], [], [])] : authorizer.RulesOf(user, ns).ToList();
        return new JsonObject
        {
            ["resourceRules"] = new JsonArray([.. rules.Where(rule => rule.Resources.Count > 0).Select(JsonNode (rule) => Describe(rule))]),
            ["nonResourceRules"] = new JsonArray([.. rules.Where(rule => rule.Paths.Count > 0).Select(JsonNode (rule) => new JsonObject
            {
                ["verbs"] = Texts(rule.Verbs),
                ["nonResourceURLs"] = Texts(rule.Paths),
            })]),
            ["incomplete"] = false,
        };
    }

    private static JsonObject Describe(PolicyRule rule)
    {
        var described = new JsonObject { ["verbs"] = Texts(rule.Verbs), ["apiGroups"] = Texts(rule.Groups), ["resources"] = Texts(rule.Resources) };
        if (rule.Names.Count > 0)
        {
            described["resourceNames"] = Texts(rule.Names);
        }

        return described;
    }

    private static JsonObject Describe(User user) => new() { ["username"] = user.Name, ["groups"] = Texts(user.Groups) };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(JsonNode (text) => text)]);
}
