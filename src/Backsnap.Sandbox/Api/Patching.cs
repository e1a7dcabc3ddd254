using System.Text.Json.Nodes;
using Backsnap.Sandbox.Api.Patches;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>PATCH in its four forms.</summary>
internal sealed class Patching(ObjectStore store)
{
    private const string JsonForm = "application/json-patch+json";
    private const string MergeForm = "application/merge-patch+json";
    private const string StrategicForm = "application/strategic-merge-patch+json";
    private const string ApplyForm = "application/apply-patch+yaml";

    public async Task AnswerAsync(HttpContext http, Target target)
    {
        var form = Body.MediaType(http.Request);
        string[] forms = target.Type.IsCustom ? [JsonForm, MergeForm, ApplyForm] : [JsonForm, MergeForm, StrategicForm, ApplyForm];
        if (!forms.Contains(form))
        {
            await Reply.ErrorAsync(http, Body.Unsupported(string.Join(", ", forms)));
            return;
        }

        var text = await Body.TextAsync(http);
        switch (form == ApplyForm ? Body.Yaml(text, target.Type.Kind) : Body.Json(text, target.Type.Kind))
        {
            case BodyResult.Bad bad:
                await Reply.ErrorAsync(http, bad.Error);
                return;
            case BodyResult.Read { Node: JsonObject applied } when form == ApplyForm:
                await ApplyAsync(http, target, applied);
                return;
            case BodyResult.Read { Node: JsonObject or JsonArray } read when form == JsonForm == read.Node is JsonArray:
                await PatchAsync(http, target, form, read.Node);
                return;
            default:
                await Reply.ErrorAsync(http, ApiError.BadRequest("error decoding patch: the patch has the wrong form"));
                return;
        }
    }

    private async Task PatchAsync(HttpContext http, Target target, string form, JsonNode patch)
    {
        var type = target.Type;
        var manager = Query.Manager(http.Request);
        var result = store.TryUpdate(
            type,
            target.Space,
            target.Name!,
            current => Patched(target, form, target.EventsView ? EventView.ToView(current) : current, patch) switch
            {
                StoreResult.Ok ok => Decoding.Check(http, target, ok.Object) switch
                {
                    Decoded.Object decoded => target.EventsView && EventView.CheckChange(decoded.Value, current) is { } wrong
                        ? new StoreResult.Refused(wrong)
                        : new StoreResult.Ok(decoded.Value),
                    Decoded.Bad bad => new StoreResult.Refused(bad.Error),
                },
                StoreResult.Refused refused => refused,
            },
            target.Scope,
            Query.DryRun(http.Request),
            (draft, old) => ManagedFields.AfterUpdate(type, old, draft, manager, target.Subresource ?? "", store.Clock.GetUtcNow()));
        await Reply.ResultAsync(http, Writing.Shown(result, target));
    }

    private static StoreResult Patched(Target target, string form, JsonObject current, JsonNode patch) => form switch
    {
        MergeForm => Whole(MergePatch.Apply(current, patch)),
        StrategicForm => new StoreResult.Ok(StrategicMergePatch.Apply(current, patch.AsObject(), Shape.Of(target.Type))),
        _ => JsonPatch.Apply(current, patch) switch
        {
            JsonPatch.Result.Patched patched => Whole(patched.Node),
            JsonPatch.Result.Malformed malformed => new StoreResult.Refused(ApiError.BadRequest($"error decoding patch: {malformed.Why}")),
            JsonPatch.Result.DoesNotApply => new StoreResult.Refused(
                new ApiError(422, "Invalid", "the server rejected our request due to an error in our request", [])),
        },
    };

    private static StoreResult Whole(JsonNode? node) =>
        node is JsonObject obj ? new StoreResult.Ok(obj) : new StoreResult.Refused(ApiError.BadRequest("the patched object is not an object"));

    private async Task ApplyAsync(HttpContext http, Target target, JsonObject body)
    {
        var type = target.Type;
        var subresource = target.Subresource ?? "";
        if (Query.Text(http.Request, "fieldManager") is not { Length: > 0 } manager)
        {
            await Reply.ErrorAsync(http, new ApiError(
                422,
                "Invalid",
                "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
                new JsonObject { ["group"] = "meta.k8s.io", ["kind"] = "PatchOptions", ["causes"] = new JsonArray(FieldError.Required("fieldManager", "is required for apply patch").ToCause()) }));
            return;
        }

        if (body.At("metadata", "managedFields") is not null)
        {
            await Reply.ErrorAsync(http, ApiError.BadRequest("metadata.managedFields must be nil"));
            return;
        }

        switch (Decoding.Check(http, target, body))
        {
            case Decoded.Bad bad:
                await Reply.ErrorAsync(http, bad.Error);
                return;
            case Decoded.Object decoded:
                await ApplyAsync(http, target, manager, ServerSideApply.Relevant(type, decoded.Value, subresource));
                return;
            default:
                throw new InvalidOperationException("unknown body");
        }
    }

    private async Task ApplyAsync(HttpContext http, Target target, string manager, JsonObject applied)
    {
        var type = target.Type;
        var subresource = target.Subresource ?? "";
        var now = store.Clock.GetUtcNow();
        if (subresource.Length == 0 && store.Find(type, target.Space, target.Name!) is null)
        {
            var created = store.Create(type, applied, Query.DryRun(http.Request), draft => ManagedFields.Write(draft, [ServerSideApply.First(type, applied, manager, now)]));
            await Reply.ResultAsync(http, created, 201);
            return;
        }

        var merged = store.TryUpdate(
            type,
            target.Space,
            target.Name!,
            current => ServerSideApply.Merge(type, current, applied, manager, subresource, Query.Flag(http.Request, "force"), now),
            target.Scope,
            Query.DryRun(http.Request));
        await Reply.ResultAsync(http, merged);
    }
}
