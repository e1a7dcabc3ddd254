using System.Text.Json.Nodes;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>
/// Questions about rights. There is one user, who may do everything: so say the answers, and so it is.
/// </summary>
internal static class Reviews
{
    public static async Task AnswerAsync(HttpContext http, string group, string[] rest)
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
                review["status"] = Status(plural);
                await Reply.NodeAsync(http, review, 201);
                return;
            default:
                await Reply.ErrorAsync(http, ApiError.BadRequest("a review is an object"));
                return;
        }
    }

    private static JsonObject Status(string plural) => plural switch
    {
        "selfsubjectreviews" => new JsonObject { ["userInfo"] = User() },
        "tokenreviews" => new JsonObject { ["authenticated"] = true, ["user"] = User() },
        "selfsubjectrulesreviews" => new JsonObject
        {
            ["resourceRules"] = new JsonArray(new JsonObject
            {
                ["verbs"] = new JsonArray("*"),
                ["apiGroups"] = new JsonArray("*"),
                ["resources"] = new JsonArray("*"),
            }),
            ["nonResourceRules"] = new JsonArray(),
            ["incomplete"] = false,
        },
        _ => new JsonObject { ["allowed"] = true },
    };

    private static JsonObject User() => new() { ["username"] = "sandbox-admin", ["groups"] = new JsonArray("system:masters", "system:authenticated") };
}
