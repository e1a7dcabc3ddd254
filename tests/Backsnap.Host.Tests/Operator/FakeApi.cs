using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Backsnap.Kubernetes;

namespace Backsnap.Host.Tests.Operator;

/// <summary>
/// A cluster's objects in memory, with uids, versions and preconditions as an API server has them (the executor's tests run on it and on the
/// embedded cluster alike). Refusals and delays are the test's.
/// </summary>
internal sealed class FakeApi(FakeApi? same = null) : IKubernetesApi
{
    private static readonly string[] Conditions = ["uid", "resourceVersion"];

    private readonly Contents store = same?.store ?? new Contents();
    private readonly List<string> asked = [];

    /// <summary>What to refuse; null for nothing.</summary>
    public Func<ApiRequest, ApiErrorKind?> Refuse { get; set; } = _ => null;

    /// <summary>What happens before the answer.</summary>
    public Func<ApiRequest, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>What happens between the doing and the answer.</summary>
    public Func<ApiRequest, CancellationToken, Task> After { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Every write that was asked for, as <c>create jobs.batch "x" in namespace "y"</c>.</summary>
    public IReadOnlyList<string> Writes
    {
        get
        {
            lock (store.Gate)
            {
                return [.. asked];
            }
        }
    }

    /// <summary>The objects of a kind.</summary>
    public IReadOnlyList<T> All<T>(KubeResource<T> resource)
        where T : class, IKubernetesObject
    {
        lock (store.Gate)
        {
            return [.. store.Objects.Where(entry => entry.Key.StartsWith(resource.QualifiedName + "|", StringComparison.Ordinal)).Select(entry => Read(entry.Value, resource))];
        }
    }

    /// <summary>Puts an object there as it is written.</summary>
    public T Plant<T>(KubeResource<T> resource, string json)
        where T : class, IKubernetesObject
    {
        lock (store.Gate)
        {
            var item = JsonNode.Parse(json)!.AsObject();
            return Store(resource, (string?)item["metadata"]!["namespace"], item);
        }
    }

    public Task<ApiResult<T>> GetAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancel)
        where T : class, IKubernetesObject => Answer(Request("get", resource, ns, name), request => store.Objects.TryGetValue(Key(resource, ns, name), out var found)
            ? Ok(Read(found, resource))
            : Failed<T>(request, ApiErrorKind.NotFound), cancel);

    public Task<ApiResult<KubeList<T>>> ListAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject => Answer(Request("list", resource, ns, null), _ => Ok(new KubeList<T>(
            [.. All(resource).Where(item => ns is null || item.Metadata.Namespace == ns)], $"{store.Version}")), cancel);

    public Task<ApiResult<T>> CreateAsync<T>(KubeResource<T> resource, string? ns, ReadOnlyMemory<byte> json, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var item = JsonNode.Parse(json.Span)!.AsObject();
        var name = (string)item["metadata"]!["name"]!;
        return Answer(Request("create", resource, ns, name), request =>
        {
            if (store.Objects.ContainsKey(Key(resource, ns, name)))
            {
                return Failed<T>(request, ApiErrorKind.AlreadyExists);
            }

            item["metadata"]!["creationTimestamp"] = "2026-11-22T02:00:00Z";
            return Ok(Store(resource, ns, item));
        }, cancel);
    }

    public Task<ApiResult<T>> PatchAsync<T>(KubeResource<T> resource, string? ns, string name, PatchKind kind, ReadOnlyMemory<byte> body, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        Assert.IsType<PatchKind.MergePatch>(kind);
        var patch = JsonNode.Parse(body.Span)!.AsObject();
        return Answer(Request("patch", resource, ns, name) with { Subresource = subresource }, request => Change(request, resource, ns, name, patch["metadata"], found =>
        {
            var changed = Merged(found, patch);
            changed["status"] = (subresource == "status" ? changed : found)["status"]?.DeepClone();
            return changed;
        }), cancel);
    }

    public Task<ApiResult<T>> ReplaceAsync<T>(KubeResource<T> resource, string? ns, string name, ReadOnlyMemory<byte> json, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var item = JsonNode.Parse(json.Span)!.AsObject();
        return Answer(Request("update", resource, ns, name), request => Change(request, resource, ns, name, item["metadata"], found =>
        {
            item["metadata"]!["uid"] = found["metadata"]!["uid"]!.DeepClone();
            return item;
        }), cancel);
    }

    public Task<ApiResult<DeleteOutcome>> DeleteAsync<T>(KubeResource<T> resource, string? ns, string name, DeleteOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject => Answer(Request("delete", resource, ns, name), request =>
        {
            if (!store.Objects.TryGetValue(Key(resource, ns, name), out var found))
            {
                return Failed<DeleteOutcome>(request, ApiErrorKind.NotFound);
            }

            var meta = found["metadata"]!;
            if ((options.Uid ?? (string)meta["uid"]!) != (string)meta["uid"]! || (options.ResourceVersion ?? (string)meta["resourceVersion"]!) != (string)meta["resourceVersion"]!)
            {
                return Failed<DeleteOutcome>(request, ApiErrorKind.Conflict);
            }

            store.Objects.Remove(Key(resource, ns, name));
            return Ok<DeleteOutcome>(new DeleteOutcome.Deleted());
        }, cancel);

    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(KubeResource<T> resource, string? ns, WatchOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject => throw new NotSupportedException();

    public IAsyncEnumerable<FollowEvent<T>> FollowAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject => throw new NotSupportedException();

    /// <summary>What the logs of pods hold, or why they may not be read.</summary>
    public Func<string, ApiResult<IAsyncEnumerable<string>>> Logs { get; set; } = _ => throw new NotSupportedException();

    public Task<ApiResult<IAsyncEnumerable<string>>> PodLogAsync(string ns, string pod, LogOptions options, CancellationToken cancel) => Task.FromResult(Logs($"{ns}/{pod}"));

    public Task<ApiResult<ServerVersion>> VersionAsync(CancellationToken cancel) => throw new NotSupportedException();

    public Task<ApiResult<RawAnswer>> RawAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, string? contentType, CancellationToken cancel) => throw new NotSupportedException();

    private async Task<ApiResult<T>> Answer<T>(ApiRequest request, Func<ApiRequest, ApiResult<T>> answer, CancellationToken cancel)
    {
        await Before(request, cancel);
        ApiResult<T> answered;
        lock (store.Gate)
        {
            if (request.Verb is not ("get" or "list"))
            {
                asked.Add(request.ToString());
            }

            answered = Refuse(request) is { } kind ? Failed<T>(request, kind) : answer(request);
        }

        await After(request, cancel);
        return answered;
    }

    private ApiResult<T> Change<T>(ApiRequest request, KubeResource<T> resource, string? ns, string name, JsonNode? condition, Func<JsonObject, JsonObject> change)
        where T : class, IKubernetesObject
    {
        if (!store.Objects.TryGetValue(Key(resource, ns, name), out var found))
        {
            return Failed<T>(request, ApiErrorKind.NotFound);
        }

        var same = Conditions.All(field => condition?[field] is null || (string)condition[field]! == (string)found["metadata"]![field]!);
        return same ? Ok(Store(resource, ns, change((JsonObject)found.DeepClone()))) : Failed<T>(request, ApiErrorKind.Conflict);
    }

    private T Store<T>(KubeResource<T> resource, string? ns, JsonObject item)
        where T : class, IKubernetesObject
    {
        var meta = item["metadata"]!;
        meta["uid"] ??= $"uid-{++store.Version}";
        meta["resourceVersion"] = $"{++store.Version}";
        store.Objects[Key(resource, ns, (string)meta["name"]!)] = item;
        return Read(item, resource);
    }

    private static JsonObject Merged(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                into.Remove(name);
            }
            else
            {
                into[name] = value is JsonObject inner ? Merged((into[name] as JsonObject)?.DeepClone().AsObject() ?? [], inner) : value.DeepClone();
            }
        }

        return into;
    }

    private static T Read<T>(JsonObject item, KubeResource<T> resource)
        where T : class, IKubernetesObject => JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(item.ToJsonString()), resource.Json)!;

    private static string Key(KubeResource resource, string? ns, string name) => $"{resource.QualifiedName}|{ns}|{name}";

    private static ApiRequest Request(string verb, KubeResource resource, string? ns, string? name) =>
        new(verb, "https://fake") { Resource = resource.QualifiedName, Namespace = ns, Name = name };

    private static ApiResult<T> Ok<T>(T value) => new ApiResult<T>.Ok(value);

    private static ApiResult<T> Failed<T>(ApiRequest request, ApiErrorKind kind) => new ApiResult<T>.Failed(new ApiError(kind, request, $"the test answers {kind}"));

    // The server's side: several clients may look at one.
    private sealed class Contents
    {
        public Lock Gate { get; } = new();

        public SortedDictionary<string, JsonObject> Objects { get; } = new(StringComparer.Ordinal);

        public long Version { get; set; } = 100;
    }
}
