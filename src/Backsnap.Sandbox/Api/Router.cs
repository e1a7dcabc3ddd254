using Backsnap.Sandbox.Lifecycle;
using Backsnap.Sandbox.Rights;
using Backsnap.Sandbox.Store;
using Microsoft.AspNetCore.Http;

namespace Backsnap.Sandbox.Api;

/// <summary>From the path and the method of a request to who answers it.</summary>
internal sealed class Router(ObjectStore store, IPodLogs logs, Tokens tokens, Authorizer authorizer, SandboxOptions options, CancellationToken stopping)
{
    private static readonly string[] HealthPaths = ["/healthz", "/readyz", "/livez"];

    private readonly Discovery discovery = new(store.Types);
    private readonly OpenApi openApi = new(store.Types);
    private readonly Reading reading = new(store);
    private readonly Watching watching = new(store, options, stopping);
    private readonly Writing writing = new(store, authorizer);
    private readonly Patching patching = new(store);
    private readonly Reviews reviews = new(authorizer);
    private readonly TokenEndpoint tokenRequests = new(store, tokens);
    private readonly LogEndpoint podLogs = new(store, logs, options.Clock, stopping);

    public CancellationToken Stopping => stopping;

    /// <summary>What may be asked without the token.</summary>
    public static bool IsOpen(PathString path) => path == "/version" || HealthPaths.Any(health => path.StartsWithSegments(health));

    public Task HandleAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["healthz" or "readyz" or "livez", ..] => Reply.TextAsync(http, "ok"),
            ["sandbox", "rights"] when HttpMethods.IsGet(http.Request.Method) => Reply.NodeAsync(http, authorizer.Record.ToJson()),
            ["version"] => Reply.NodeAsync(http, Discovery.Version()),
            ["api"] => Reply.NodeAsync(http, Discovery.CoreVersions(http.Request.Host.Value ?? "")),
            ["apis"] => Reply.NodeAsync(http, discovery.Groups()),
            ["openapi", "v3"] => Reply.NodeAsync(http, openApi.Index()),
            ["openapi", "v3", .. var rest] => openApi.Document(rest) is { } document ? Reply.NodeAsync(http, document) : Reply.NoSuchPageAsync(http),
            ["api", "v1", .. var rest] => CoreAsync(http, rest),
            ["apis", var group] => discovery.Group(group) is { } found ? Reply.NodeAsync(http, found) : Reply.NoSuchPageAsync(http),
            ["apis", var group, var version, .. var rest] => GroupAsync(http, group, version, rest),
            _ => Reply.NoSuchPageAsync(http),
        };
    }

    private Task CoreAsync(HttpContext http, string[] rest) =>
        rest.Length == 0 ? Reply.NodeAsync(http, discovery.Resources("", "v1")!) : ResourceAsync(http, "", "v1", rest);

    private Task GroupAsync(HttpContext http, string group, string version, string[] rest) =>
        discovery.Resources(group, version) is not { } resources ? Reply.NoSuchPageAsync(http)
        : rest.Length == 0 ? Reply.NodeAsync(http, resources)
        : group is "authorization.k8s.io" or "authentication.k8s.io" ? reviews.AnswerAsync(http, group, rest)
        : ResourceAsync(http, group, version, rest);

    private Task ResourceAsync(HttpContext http, string group, string version, string[] rest)
    {
        var (ns, tail) = rest switch
        {
            ["namespaces", var space, var plural, .. var more] when plural is not ("status" or "finalize") => (space, (string[])[plural, .. more]),
            _ => (null, rest),
        };
        var view = EventView.Applies(group, tail[0]);
        var type = view ? ResourceTypes.Events : store.Types.Find(group, version, tail[0]);
        if (type is null || (ns is not null && !type.Namespaced) || tail.Length > 3)
        {
            return Reply.NoSuchResourceAsync(http);
        }

        var target = new Target(type, ns, tail.ElementAtOrDefault(1), tail.ElementAtOrDefault(2), view);
        return target.Name is null ? CollectionAsync(http, target)
            : target.Type.Namespaced && ns is null ? Reply.NoSuchResourceAsync(http)
            : target.Subresource is null or "status" or "finalize" ? ObjectAsync(http, target)
            : target is { Subresource: "token", Type.Plural: "serviceaccounts" } ? tokenRequests.AnswerAsync(http, target)
            : target is { Subresource: "log", Type.Plural: "pods" } && HttpMethods.IsGet(http.Request.Method) ? podLogs.AnswerAsync(http, target)
            : Reply.NoSuchResourceAsync(http);
    }

    private Task CollectionAsync(HttpContext http, Target target)
    {
        var method = http.Request.Method;
        return HttpMethods.IsGet(method)
                ? Query.Flag(http.Request, "watch") ? watching.AnswerAsync(http, target) : reading.ListAsync(http, target)
            : HttpMethods.IsPost(method) && (target.Namespace is not null || !target.Type.Namespaced) ? writing.CreateAsync(http, target)
            : HttpMethods.IsDelete(method) ? writing.DeleteAllAsync(http, target)
            : Reply.NotAllowedAsync(http);
    }

    private Task ObjectAsync(HttpContext http, Target target)
    {
        var method = http.Request.Method;
        return target.Subresource == "status" && !target.Type.HasStatus ? Reply.NoSuchResourceAsync(http)
            : HttpMethods.IsGet(method) ? reading.GetAsync(http, target)
            : HttpMethods.IsPut(method) ? writing.ReplaceAsync(http, target)
            : HttpMethods.IsPatch(method) ? patching.AnswerAsync(http, target)
            : HttpMethods.IsDelete(method) && target.Subresource is null ? writing.DeleteAsync(http, target)
            : Reply.NotAllowedAsync(http);
    }
}

/// <summary>What a request is about. Without a name it is the collection; <paramref name="EventsView"/> means the events.k8s.io form of Events.</summary>
internal sealed record Target(ResourceType Type, string? Namespace, string? Name, string? Subresource, bool EventsView)
{
    /// <summary>The namespace in the store's terms: empty outside of namespaces.</summary>
    public string Space => Namespace ?? "";

    public UpdateScope Scope => Subresource switch
    {
        "status" => UpdateScope.Status,
        "finalize" => UpdateScope.Whole,
        _ => UpdateScope.Spec,
    };
}
