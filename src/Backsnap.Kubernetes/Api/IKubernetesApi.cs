namespace Backsnap.Kubernetes;

/// <summary>
/// The Kubernetes API as Backsnap uses it: typed reads into slim records, writes of finished manifests, errors as values.
/// </summary>
/// <remarks>
/// <para>
/// <b>What it is for.</b> Backsnap needs some fifteen kinds of objects, few fields of each, and every answer of the server as a
/// value to decide on. This project is that and no more: the interface, the records, a client over HTTP
/// (<see cref="KubernetesClient"/>), and the configuration that leads to a server (<see cref="KubeConnection"/>).
/// </para>
/// <para>
/// <b>What it promises.</b> No method throws for what a server or a network does; <see cref="OperationCanceledException"/> comes
/// only from the caller's token, <see cref="ArgumentException"/> only from a caller's mistake. Reads are tried again within
/// bounds, writes only when the server cannot have acted on the first try. Whatever waits does so by the client's
/// <see cref="TimeProvider"/>. Objects are immutable, and safe to share between threads; so is the client.
/// </para>
/// <para>
/// <b>What it is not.</b> A general client: there are no kinds but those in <see cref="Resources"/>, no caches, no discovery.
/// The official client (package KubernetesClient) could take its place behind this interface, and nothing outside this project
/// would notice.
/// </para>
/// </remarks>
public interface IKubernetesApi
{
    /// <summary>Reads one object. <paramref name="ns"/> is null for kinds of the cluster.</summary>
    Task<ApiResult<T>> GetAsync<T>(KubeResource<T> resource, string? ns, string name, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Reads all objects of a kind, in one namespace or (null) in all, following the server's pages; starts over once when the
    /// continue token expires on the way.
    /// </summary>
    Task<ApiResult<KubeList<T>>> ListAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>
    /// Changes as they happen. Ends when the server ends the watch (every few minutes); an
    /// <see cref="WatchEvent{T}.Error"/> comes last if it ended badly. <see cref="FollowAsync"/> goes on by itself.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(KubeResource<T> resource, string? ns, WatchOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>
    /// All objects of a kind and then every change, for ever: resumes where it was after a cut, lists again when the server
    /// has forgotten that point, pauses (longer each time, with jitter) while there is trouble. Ends only by cancellation, with
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    IAsyncEnumerable<FollowEvent<T>> FollowAsync<T>(KubeResource<T> resource, string? ns, ListOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>Creates an object from its whole JSON; the answer is the object as stored.</summary>
    Task<ApiResult<T>> CreateAsync<T>(KubeResource<T> resource, string? ns, ReadOnlyMemory<byte> json, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>Changes an object, or its <paramref name="subresource"/> such as <c>status</c>; the answer is the object as stored.</summary>
    Task<ApiResult<T>> PatchAsync<T>(
        KubeResource<T> resource, string? ns, string name, PatchKind kind, ReadOnlyMemory<byte> body, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>Replaces an object, or its <paramref name="subresource"/>; a resourceVersion in the JSON makes it conditional.</summary>
    Task<ApiResult<T>> ReplaceAsync<T>(
        KubeResource<T> resource, string? ns, string name, ReadOnlyMemory<byte> json, string? subresource, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>Deletes an object if it is still the one meant: a failed precondition is a Conflict, a missing object NotFound.</summary>
    Task<ApiResult<DeleteOutcome>> DeleteAsync<T>(
        KubeResource<T> resource, string? ns, string name, DeleteOptions options, CancellationToken cancel)
        where T : class, IKubernetesObject;

    /// <summary>The lines of a container's log, without line ends. A log that is cut off ends early.</summary>
    Task<ApiResult<IAsyncEnumerable<string>>> PodLogAsync(string ns, string pod, LogOptions options, CancellationToken cancel);

    /// <summary>The server's version; needs no rights, so it tells a wrong address from a missing right.</summary>
    Task<ApiResult<ServerVersion>> VersionAsync(CancellationToken cancel);

    /// <summary>
    /// Sends any request and returns any answer, whatever its status; Failed only without an answer. Never tried again.
    /// <paramref name="path"/> begins with a slash and may have a query.
    /// </summary>
    Task<ApiResult<RawAnswer>> RawAsync(
        HttpMethod method, string path, ReadOnlyMemory<byte>? body, string? contentType, CancellationToken cancel);
}
