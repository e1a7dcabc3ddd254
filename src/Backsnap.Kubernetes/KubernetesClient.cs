using System.Runtime.CompilerServices;

namespace Backsnap.Kubernetes;

/// <summary>The API over HTTP. One for a program's life; safe from any thread.</summary>
public sealed class KubernetesClient : IKubernetesApi, IDisposable
{
    // Beyond the end that the server was asked for: its last events and a slow network.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly KubeConnection _connection;
    private readonly ClientOptions _options;
    private readonly Sender _sender;

    /// <summary>A client of <paramref name="connection"/>'s server. Nothing is sent before the first request.</summary>
    public KubernetesClient(KubeConnection connection, ClientOptions? options = null)
        : this(connection, options ??= new ClientOptions(), new Sender(connection, options))
    {
    }

    private KubernetesClient(KubeConnection connection, ClientOptions options, Sender sender) => (_connection, _options, _sender) = (connection, options, sender);

    /// <summary>
    /// The same server asked in another manner, over the same connections and with the same credentials. It is good for as long as this client is.
    /// </summary>
    public IKubernetesApi With(ClientOptions options) => new KubernetesClient(_connection, options, _sender.With(options));

    /// <inheritdoc/>
    public void Dispose() => _sender.Dispose();

    /// <inheritdoc/>
    public Task<ApiResult<T>> GetAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancel)
        where T : class, IKubernetesObject =>
        ObjectAsync(resource, Plan("get", HttpMethod.Get, resource, ns, name), cancel);

    /// <inheritdoc/>
    public async Task<ApiResult<KubeList<T>>> ListAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var paged = await PagesAsync(resource, ns, options, cancel).ConfigureAwait(false);

        // A list so long that the server forgot its beginning: once more, in one answer, which cannot expire.
        return paged.ErrorOrNull is { Kind: ApiErrorKind.Expired }
            ? await PagesAsync(resource, ns, options with { PageSize = 0 }, cancel).ConfigureAwait(false)
            : paged;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        KubeResource<T> resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var seconds = options.TimeoutSeconds ?? (int)(300 * (1 + _options.Jitter()));
        var silence = TimeSpan.FromSeconds(seconds) + Grace;
        var query = new Query(resource.Path(ns))
            .With("watch", true)
            .With("allowWatchBookmarks", true)
            .With("resourceVersion", options.ResourceVersion)
            .With("sendInitialEvents", options.SendInitialEvents)
            .With("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null)
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector)
            .With("timeoutSeconds", seconds);
        var request = Request("watch", resource, ns, null, null);
        var opened = await OpenAsync(new RequestPlan(request, HttpMethod.Get, query.ToString()) { Timeout = silence }, cancel).ConfigureAwait(false);
        if (opened is not ApiResult<HttpResponseMessage>.Ok { Value: var response })
        {
            yield return new WatchEvent<T>.Error(opened.ErrorOrNull!);
            yield break;
        }

        await foreach (var seen in WatchReader.ReadAsync(request, response, resource.Json, silence, cancel).ConfigureAwait(false))
        {
            yield return seen;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<FollowEvent<T>> FollowAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject =>
        Follower.FollowAsync(this, resource, ns, options, _options.StreamingLists, _options.Time, _options.Jitter, cancel);

    /// <inheritdoc/>
    public Task<ApiResult<T>> CreateAsync<T>(KubeResource<T> resource, string? ns, ReadOnlyMemory<byte> json, CancellationToken cancel)
        where T : class, IKubernetesObject =>
        ObjectAsync(resource, Plan("create", HttpMethod.Post, resource, ns, null, body: json, contentType: "application/json"), cancel);

    /// <inheritdoc/>
    public Task<ApiResult<T>> PatchAsync<T>(
        KubeResource<T> resource, string? ns, string name, PatchKind kind, ReadOnlyMemory<byte> body, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var apply = kind as PatchKind.ServerSideApply;
        var query = new Query(resource.Path(ns, name, subresource)).With("fieldManager", apply?.FieldManager).With("force", apply?.Force ?? false);
        var plan = Plan("patch", HttpMethod.Patch, resource, ns, name, subresource, body, kind.ContentType);
        return ObjectAsync(resource, plan with { PathAndQuery = query.ToString() }, cancel);
    }

    /// <inheritdoc/>
    public Task<ApiResult<T>> ReplaceAsync<T>(
        KubeResource<T> resource, string? ns, string name, ReadOnlyMemory<byte> json, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject =>
        ObjectAsync(resource, Plan("update", HttpMethod.Put, resource, ns, name, subresource, json, "application/json"), cancel);

    /// <inheritdoc/>
    public async Task<ApiResult<DeleteOutcome>> DeleteAsync<T>(
        KubeResource<T> resource, string? ns, string name, DeleteOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var plan = Plan(
            "delete", HttpMethod.Delete, resource, ns, name, body: DeleteBody.Write(options), contentType: "application/json");
        var answer = await _sender.SendAsync(
            plan, (response, token) => Answers.JsonAsync(plan.Request, response, KubeJson.Default.AnyObject, token), cancel).ConfigureAwait(false);
        return answer.Map(Answers.Deletion);
    }

    /// <inheritdoc/>
    public async Task<ApiResult<IAsyncEnumerable<string>>> PodLogAsync(string ns, string pod, LogOptions options, CancellationToken cancel)
    {
        var query = new Query(Resources.Pods.Path(ns, pod, "log"))
            .With("container", options.Container)
            .With("follow", options.Follow)
            .With("previous", options.Previous)
            .With("tailLines", options.TailLines)
            .With("limitBytes", options.LimitBytes);
        var plan = new RequestPlan(Request("get", Resources.Pods, ns, pod, "log"), HttpMethod.Get, query.ToString()) { Accept = "*/*" };
        var opened = await OpenAsync(plan, cancel, mustBeJson: false).ConfigureAwait(false);
        return opened.Map(response => Answers.LinesAsync(response, cancel));
    }

    /// <inheritdoc/>
    public Task<ApiResult<ServerVersion>> VersionAsync(CancellationToken cancel)
    {
        var request = new ApiRequest("get", Server) { Resource = "/version", Origin = _connection.Origin };
        return _sender.SendAsync(
            new RequestPlan(request, HttpMethod.Get, "/version"),
            (response, token) => Answers.JsonAsync(request, response, KubeJson.Default.ServerVersion, token),
            cancel);
    }

    /// <inheritdoc/>
    public Task<ApiResult<RawAnswer>> RawAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, string? contentType, CancellationToken cancel)
    {
        if (!path.StartsWith('/')) throw new ArgumentException($"'{path}' does not begin with a slash.", nameof(path));

        var request = new ApiRequest(method.Method.ToLowerInvariant(), Server) { Resource = path, Origin = _connection.Origin };
        var plan = new RequestPlan(request, method, path) { Body = body, ContentType = contentType, Accept = "*/*", MayRetry = false };
        return _sender.SendAsync(plan, Answers.RawAsync, cancel, anyStatus: true);
    }

    private string Server => _connection.Server.GetLeftPart(UriPartial.Path).TrimEnd('/');

    private async Task<ApiResult<KubeList<T>>> PagesAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var items = new List<T>();
        string? next = null;
        while (true)
        {
            var page = await PageAsync(resource, ns, options, next, cancel).ConfigureAwait(false);
            if (page is not ApiResult<ListDocument<T>>.Ok { Value: var document }) return new ApiResult<KubeList<T>>.Failed(page.ErrorOrNull!);

            items.AddRange(document.Items ?? []);
            next = document.Metadata?.Continue;
            if (string.IsNullOrEmpty(next))
            {
                return new ApiResult<KubeList<T>>.Ok(new KubeList<T>(items, document.Metadata?.ResourceVersion ?? ""));
            }
        }
    }

    private Task<ApiResult<ListDocument<T>>> PageAsync<T>(
        KubeResource<T> resource, string? ns, ListOptions options, string? next, CancellationToken cancel)
        where T : class, IKubernetesObject
    {
        var query = new Query(resource.Path(ns))
            .With("labelSelector", options.LabelSelector)
            .With("fieldSelector", options.FieldSelector)
            .With("limit", options.PageSize > 0 ? options.PageSize : null)
            .With("continue", next);
        var plan = new RequestPlan(Request("list", resource, ns, null, null), HttpMethod.Get, query.ToString());
        return _sender.SendAsync(plan, (response, token) => Answers.JsonAsync(plan.Request, response, resource.ListJson, token), cancel);
    }

    private Task<ApiResult<T>> ObjectAsync<T>(KubeResource<T> resource, RequestPlan plan, CancellationToken cancel)
        where T : class, IKubernetesObject =>
        _sender.SendAsync(plan, (response, token) => Answers.JsonAsync(plan.Request, response, resource.Json, token), cancel);

    private Task<ApiResult<HttpResponseMessage>> OpenAsync(RequestPlan plan, CancellationToken cancel, bool mustBeJson = true) =>
        _sender.SendAsync(plan, (response, _) => Task.FromResult(Open(plan, response, mustBeJson)), cancel);

    private static ApiResult<HttpResponseMessage> Open(RequestPlan plan, HttpResponseMessage response, bool mustBeJson)
    {
        if (!mustBeJson || Answers.NotJson(plan.Request, response) is not { } error) return new ApiResult<HttpResponseMessage>.Ok(response);

        response.Dispose();
        return new ApiResult<HttpResponseMessage>.Failed(error);
    }

    private RequestPlan Plan(
        string verb, HttpMethod method, KubeResource resource, string? ns, string? name, string? subresource = null,
        ReadOnlyMemory<byte>? body = null, string? contentType = null)
    {
        if (resource.Namespaced && string.IsNullOrEmpty(ns)) throw new ArgumentException($"A namespace is needed for {resource}.", nameof(ns));
        if (name is { Length: 0 }) throw new ArgumentException($"A name is needed to {verb} one of {resource}.", nameof(name));

        return new RequestPlan(Request(verb, resource, ns, name, subresource), method, resource.Path(ns, name, subresource))
        {
            Body = body,
            ContentType = contentType,
        };
    }

    private ApiRequest Request(string verb, KubeResource resource, string? ns, string? name, string? subresource) => new(verb, Server)
    {
        Resource = resource.QualifiedName,
        Namespace = resource.Namespaced && !string.IsNullOrEmpty(ns) ? ns : null,
        Name = name,
        Subresource = subresource,
        Origin = _connection.Origin,
    };
}
