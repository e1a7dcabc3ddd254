using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Backsnap.Kubernetes;
using Backsnap.Simulation.Tests.Cluster;

namespace Backsnap.Simulation.Tests.Operators;

/// <summary>One operator's line to the model cluster: every answer is there at once, and faults lie in wait at numbered calls.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="view">What the operator sees of it.</param>
/// <param name="actor">The operator's name in the record of writes.</param>
/// <param name="faults">What goes wrong.</param>
/// <param name="count">Gives the next call its number.</param>
internal sealed class SimulatedApi(ClusterModel cluster, View view, string actor, Faults faults, Func<string, int> count) : IKubernetesApi
{
    public Task<ApiResult<T>> GetAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancel)
        where T : class, IKubernetesObject => Call<T>(Request("get", resource, ns, name), request => cluster.Store.Find(resource, ns ?? "", name) is { } found
            ? Ok(found.As(resource))
            : Failed<T>(request, ApiErrorKind.NotFound, 404, $"{resource.QualifiedName} \"{name}\" not found"));

    public Task<ApiResult<KubeList<T>>> ListAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var (labels, fields) = (Selector.Parse(options.LabelSelector, "metadata.labels."), Selector.Parse(options.FieldSelector, ""));
        return Call<KubeList<T>>(Request("list", resource, ns, null), _ => Ok(new KubeList<T>(
            [.. cluster.Store.All(resource).Where(found => (ns is null || found.Namespace == ns) && labels.Matches(found.Json) && fields.Matches(found.Json)).Select(found => found.As(resource))],
            cluster.Store.Version)));
    }

    public Task<ApiResult<T>> CreateAsync<T>(KubeResource<T> resource, string? ns, ReadOnlyMemory<byte> json, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var item = JsonNode.Parse(json.Span)!.AsObject();
        return Call<T>(Request("create", resource, ns, item.Text("metadata", "name")), request => Read(request, resource, cluster.Store.Create(resource, ns ?? "", item, actor)));
    }

    public Task<ApiResult<T>> PatchAsync<T>(
        KubeResource<T> resource, string? ns, string name, PatchKind kind, ReadOnlyMemory<byte> body, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        if (kind is not PatchKind.MergePatch || subresource is not (null or "status"))
        {
            throw new NotSupportedException("the model knows merge patches of objects and their statuses");
        }

        var patch = JsonNode.Parse(body.Span)!.AsObject();
        return Call<T>(
            Request("patch", resource, ns, name) with { Subresource = subresource },
            request => Read(request, resource, cluster.Store.Patch(resource, ns ?? "", name, patch, subresource == "status", actor)));
    }

    public Task<ApiResult<DeleteOutcome>> DeleteAsync<T>(KubeResource<T> resource, string? ns, string name, DeleteOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject => Call<DeleteOutcome>(Request("delete", resource, ns, name), request =>
            cluster.Store.Delete(resource, ns ?? "", name, options.Uid, options.ResourceVersion, actor) switch
            {
                Answer.Ok ok => Ok<DeleteOutcome>(ok.Object.Deleting ? new DeleteOutcome.Terminating([]) : new DeleteOutcome.Deleted()),
                Answer.Refused refused => Failed<DeleteOutcome>(request, refused.Kind, refused.Code, refused.Message),
            });

    public async IAsyncEnumerable<FollowEvent<T>> FollowAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, [EnumeratorCancellation] CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        Permit("watch", resource, ns);
        await foreach (var seen in view.Open(resource, ns, options).ReadAllAsync(cancel))
        {
            yield return seen;
        }
    }

    public Task<ApiResult<T>> ReplaceAsync<T>(KubeResource<T> resource, string? ns, string name, ReadOnlyMemory<byte> json, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject => throw new NotSupportedException("only the leader election replaces");

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(KubeResource<T> resource, string? ns, WatchOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject => throw new NotSupportedException("the operator follows");

    public Task<ApiResult<IAsyncEnumerable<string>>> PodLogAsync(string ns, string pod, LogOptions options, CancellationToken cancel) => throw new NotSupportedException("there are no logs here");

    public Task<ApiResult<ServerVersion>> VersionAsync(CancellationToken cancel) => throw new NotSupportedException("nobody asks for the version");

    public Task<ApiResult<RawAnswer>> RawAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, string? contentType, CancellationToken cancel) =>
        throw new NotSupportedException("nobody asks so");

    // The model knows no rights; this is the one that the operator does not have.
    private static void Permit(string verb, KubeResource resource, string? ns)
    {
        if (resource == Resources.Secrets && ns != Stored.Movers && verb is not ("create" or "delete"))
        {
            throw new InvalidOperationException($"an operator may not {verb} Secrets of {ns ?? "all namespaces"}");
        }
    }

    private Task<ApiResult<T>> Call<T>(ApiRequest request, Func<ApiRequest, ApiResult<T>> act)
    {
        var number = count(request.ToString());
        faults.Meanwhile(number);
        return Task.FromResult(faults.OfCall(number, request.Verb) switch
        {
            null => act(request),
            CallFault.CrashBefore => throw new OperatorCrash(),
            CallFault.CrashAfter => Crash(request, act),
            CallFault.AnswerLost => Lose(request, act),
            CallFault.Conflict => Collide(request, act),
            CallFault.TooManyRequests => Failed<T>(request, ApiErrorKind.TooManyRequests, 429, "the server has received too many requests and has asked us to try again later"),
            CallFault.Unavailable => Failed<T>(request, ApiErrorKind.Unavailable, 500, "etcdserver: leader changed"),
            CallFault.Timeout => Failed<T>(request, ApiErrorKind.Timeout, 504, "the request did not complete in the allotted time"),
            { } other => throw new ArgumentOutOfRangeException(nameof(request), other, "no such fault"),
        });
    }

    private static ApiResult<T> Crash<T>(ApiRequest request, Func<ApiRequest, ApiResult<T>> act)
    {
        act(request);
        throw new OperatorCrash();
    }

    private static ApiResult<T> Lose<T>(ApiRequest request, Func<ApiRequest, ApiResult<T>> act)
    {
        act(request);
        return new ApiResult<T>.Failed(new ApiError(ApiErrorKind.Unreachable, request, "the connection was reset"));
    }

    // Somebody touches the object between the operator's look and its write, so that the server refuses by its own rules.
    private ApiResult<T> Collide<T>(ApiRequest request, Func<ApiRequest, ApiResult<T>> act)
    {
        var kind = Resources.All.First(resource => resource.QualifiedName == request.Resource);
        if (request.Verb == "create")
        {
            return Failed<T>(request, ApiErrorKind.Conflict, 409, "Operation cannot be fulfilled on resourcequotas \"q\": the object has been modified");
        }

        if (cluster.Store.Find(kind, request.Namespace ?? "", request.Name ?? "") is { } found)
        {
            cluster.Store.Update(found, Actors.User, json => json.Make("metadata", "annotations")["example.com/touched"] = cluster.Store.Version);
        }

        return act(request);
    }

    private static ApiResult<T> Read<T>(ApiRequest request, KubeResource<T> resource, Answer answer)
        where T : class, IKubernetesObject => answer switch
        {
            Answer.Ok ok => Ok(ok.Object.As(resource)),
            Answer.Refused refused => new ApiResult<T>.Failed(new ApiError(refused.Kind, request, refused.Message) { StatusCode = refused.Code, NamespaceTerminating = refused.NamespaceTerminating }),
        };

    private static ApiRequest Request(string verb, KubeResource resource, string? ns, string? name)
    {
        Permit(verb, resource, ns);
        return new(verb, "https://simulated") { Resource = resource.QualifiedName, Namespace = ns, Name = name };
    }

    private static ApiResult<T> Ok<T>(T value) => new ApiResult<T>.Ok(value);

    private static ApiResult<T> Failed<T>(ApiRequest request, ApiErrorKind kind, int code, string message) =>
        new ApiResult<T>.Failed(new ApiError(kind, request, message) { StatusCode = code });
}
