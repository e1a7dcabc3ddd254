using System.Text.Json.Nodes;
using Backsnap.Sandbox.Api;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Rights;

/// <summary>POST of a TokenRequest to a service account's subresource <c>token</c>, which is how a token is had (<c>kubectl create token</c>).</summary>
internal sealed class TokenEndpoint(ObjectStore store, Tokens tokens)
{
    private const long Shortest = 600;
    private const long Usual = 3600;

    public async Task AnswerAsync(HttpContext http, Target target)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            await Reply.NotAllowedAsync(http);
            return;
        }

        switch (await Body.ReadAsync(http, "TokenRequest"))
        {
            case BodyResult.Bad bad:
                await Reply.ErrorAsync(http, bad.Error);
                return;
            case BodyResult.Read { Node: JsonObject request }:
                await AnswerAsync(http, target, request);
                return;
            default:
                await Reply.ErrorAsync(http, ApiError.BadRequest("a TokenRequest is an object"));
                return;
        }
    }

    private Task AnswerAsync(HttpContext http, Target target, JsonObject request)
    {
        var seconds = request.Number("spec", "expirationSeconds") ?? Usual;
        if (store.Find(ResourceTypes.ServiceAccounts, target.Space, target.Name!) is not { } account)
        {
            return Reply.ErrorAsync(http, ApiError.NotFound(ResourceTypes.ServiceAccounts, target.Name!));
        }

        if (seconds is < Shortest or > 1L << 32)
        {
            var rule = seconds < Shortest ? "may not specify a duration less than 10 minutes" : "may not specify a duration larger than 2^32 seconds";
            var details = new JsonObject { ["group"] = "authentication.k8s.io", ["kind"] = "TokenRequest" };
            details["causes"] = new JsonArray(FieldError.Invalid("spec.expirationSeconds", $"{seconds}", rule).ToCause());
            return Reply.ErrorAsync(http, new ApiError(422, "Invalid", $"TokenRequest.authentication.k8s.io \"\" is invalid: spec.expirationSeconds: Invalid value: {seconds}: {rule}", details));
        }

        var until = store.Clock.GetUtcNow().AddSeconds(seconds);
        return Reply.NodeAsync(
            http,
            new JsonObject
            {
                ["kind"] = "TokenRequest",
                ["apiVersion"] = "authentication.k8s.io/v1",
                ["metadata"] = new JsonObject
                {
                    ["name"] = account.Name,
                    ["namespace"] = account.Namespace,
                    ["creationTimestamp"] = ObjectFields.Timestamp(store.Clock.GetUtcNow()),
                },
                ["spec"] = new JsonObject { ["audiences"] = request.At("spec", "audiences")?.DeepClone() ?? new JsonArray(), ["expirationSeconds"] = seconds, ["boundObjectRef"] = null },
                ["status"] = new JsonObject { ["token"] = tokens.Give(account, until), ["expirationTimestamp"] = ObjectFields.Timestamp(until) },
            },
            201);
    }
}
