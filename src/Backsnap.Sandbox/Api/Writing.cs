using System.Text.Json.Nodes;
using Backsnap.Sandbox.Api.Patches;
using Backsnap.Sandbox.Rights;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>POST, PUT and DELETE.</summary>
internal sealed class Writing(ObjectStore store, Authorizer authorizer)
{
    public async Task CreateAsync(HttpContext http, Target target)
    {
        switch (await Decoding.ObjectAsync(http, target))
        {
            case Decoded.Bad bad:
                await Reply.ErrorAsync(http, bad.Error);
                return;
            case Decoded.Object { Value: var obj } when target.EventsView && EventView.Check(obj) is { } wrong:
                await Reply.ErrorAsync(http, wrong);
                return;
            case Decoded.Object { Value: var obj } when OwnerPermission.Refusal(authorizer, store.Types, Asking.User(http), Asking.Of(http), obj) is { } forbidden:
                await Reply.ErrorAsync(http, forbidden);
                return;
            case Decoded.Object { Value: var obj }:
                await Reply.ResultAsync(http, Shown(Create(http, target, obj), target), 201);
                return;
            default:
                throw new InvalidOperationException("unknown body");
        }
    }

    public async Task ReplaceAsync(HttpContext http, Target target)
    {
        switch (await Decoding.ObjectAsync(http, target))
        {
            case Decoded.Bad bad:
                await Reply.ErrorAsync(http, bad.Error);
                return;
            case Decoded.Object { Value: var obj }:
                await ReplaceAsync(http, target, obj);
                return;
            default:
                throw new InvalidOperationException("unknown body");
        }
    }

    public async Task DeleteAsync(HttpContext http, Target target)
    {
        var (options, wrong) = await OptionsAsync(http);
        if (wrong is not null)
        {
            await Reply.ErrorAsync(http, wrong);
            return;
        }

        var type = target.Type;
        await (store.Delete(type, target.Space, target.Name!, options) switch
        {
            StoreResult.Ok { Removed: true } gone when !type.ReturnsDeletedObject => Reply.NodeAsync(http, Success(type, gone.Object)),
            StoreResult.Ok kept => Reply.ResultAsync(http, Shown(kept, target)),
            StoreResult.Refused refused => Reply.ErrorAsync(http, refused.Error),
        });
    }

    public async Task DeleteAllAsync(HttpContext http, Target target)
    {
        var (options, wrong) = await OptionsAsync(http);
        var (selection, unreadable) = Selection.Parse(target.Type, Query.Text(http.Request, "labelSelector"), Query.Text(http.Request, "fieldSelector"));
        if ((wrong ?? unreadable) is { } error)
        {
            await Reply.ErrorAsync(http, error);
            return;
        }

        var (all, version) = store.Snapshot(target.Type, target.Namespace);
        var deleted = Reading.Matching(all, selection)
            .Select(stored => store.Delete(stored.Type, stored.Namespace, stored.Name, options).ObjectOrNull)
            .OfType<JsonObject>();
        await Reply.NodeAsync(http, new JsonObject
        {
            ["kind"] = target.Type.ListKind,
            ["apiVersion"] = target.Type.ApiVersion,
            ["metadata"] = new JsonObject { ["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture) },
            ["items"] = new JsonArray([.. deleted]),
        });
    }

    /// <summary>The result in the form that the path shows.</summary>
    public static StoreResult Shown(StoreResult result, Target target) =>
        result is StoreResult.Ok ok && target.EventsView ? ok with { Object = EventView.ToView(ok.Object) } : result;

    private StoreResult Create(HttpContext http, Target target, JsonObject obj)
    {
        var manager = Query.Manager(http.Request);
        return store.Create(
            target.Type,
            obj,
            Query.DryRun(http.Request),
            draft =>
            {
                draft.Unset("metadata", "managedFields");
                ManagedFields.AfterUpdate(target.Type, null, draft, manager, "", store.Clock.GetUtcNow());
            });
    }

    private async Task ReplaceAsync(HttpContext http, Target target, JsonObject obj)
    {
        var type = target.Type;
        if (type == ResourceTypes.Leases && store.Find(type, target.Space, target.Name!) is null && obj.Text("metadata", "resourceVersion") is null or "")
        {
            await Reply.ResultAsync(http, Create(http, target, obj), 201);
            return;
        }

        if (type.IsCustom && obj.Text("metadata", "resourceVersion") is null or "" && store.Find(type, target.Space, target.Name!) is not null)
        {
            await Reply.ErrorAsync(http, ApiError.Invalid(type, target.Name!, [FieldError.Invalid("metadata.resourceVersion", "0x0", "must be specified for an update")]));
            return;
        }

        var manager = Query.Manager(http.Request);
        var result = store.TryUpdate(
            type,
            target.Space,
            target.Name!,
            current => target.EventsView && EventView.CheckChange(obj, current) is { } wrong ? new StoreResult.Refused(wrong) : new StoreResult.Ok(obj),
            target.Scope,
            Query.DryRun(http.Request),
            (draft, old) => ManagedFields.AfterUpdate(type, old, draft, manager, target.Subresource ?? "", store.Clock.GetUtcNow()));
        await Reply.ResultAsync(http, Shown(result, target));
    }

    private static JsonObject Success(ResourceType type, JsonObject gone)
    {
        var details = new JsonObject { ["name"] = gone.NameOf() };
        if (type.Group.Length > 0)
        {
            details["group"] = type.Group;
        }

        details["kind"] = type.Plural;
        details["uid"] = gone.UidOf();
        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Success",
            ["details"] = details,
        };
    }

    /// <summary>The options of a delete: from the body, else from the query.</summary>
    private static async Task<(DeleteOptions Options, ApiError? Error)> OptionsAsync(HttpContext http)
    {
        switch (await Body.ReadAsync(http, "DeleteOptions"))
        {
            case BodyResult.Bad bad:
                return (new DeleteOptions(), bad.Error);
            case BodyResult.Read { Node: JsonObject body }:
                return Read(
                    body.Text("propagationPolicy") ?? Query.Text(http.Request, "propagationPolicy"),
                    body.Number("gracePeriodSeconds") ?? Query.Number(http.Request, "gracePeriodSeconds"),
                    Query.DryRun(http.Request) || body.Texts("dryRun").Contains("All"),
                    body.Text("preconditions", "uid"),
                    body.Text("preconditions", "resourceVersion"));
            default:
                return Read(Query.Text(http.Request, "propagationPolicy"), Query.Number(http.Request, "gracePeriodSeconds"), Query.DryRun(http.Request), null, null);
        }
    }

    private static (DeleteOptions Options, ApiError? Error) Read(string? policy, long? grace, bool dryRun, string? uid, string? version)
    {
        Propagation? propagation = policy switch
        {
            "Background" => Propagation.Background,
            "Foreground" => Propagation.Foreground,
            "Orphan" => Propagation.Orphan,
            _ => null,
        };
        var wrong = policy is not (null or "") && propagation is null
            ? ApiError.BadRequest($"invalid propagationPolicy \"{policy}\": supported values: \"Background\", \"Foreground\", \"Orphan\"")
            : null;
        return (new DeleteOptions(uid, version, propagation, grace, dryRun), wrong);
    }
}
