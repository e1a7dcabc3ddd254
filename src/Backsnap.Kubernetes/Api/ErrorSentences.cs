namespace Backsnap.Kubernetes;

/// <summary>The sentence of each kind of error, with the way out of it.</summary>
internal static class ErrorSentences
{
    public static string Explain(ApiError error) => error.Kind switch
    {
        ApiErrorKind.NotFound when error.ResourceMissing => Refused(error, MissingKind(error.Request.Resource)),
        ApiErrorKind.NotFound => Refused(error, error.Message),
        ApiErrorKind.AlreadyExists => Refused(error, "an object of that name exists already; it was left as it is"),
        ApiErrorKind.Conflict => Refused(error, "the object has changed or been replaced meanwhile; read it again and decide anew"),
        ApiErrorKind.Invalid => Refused(error, $"the server finds it invalid ({Details(error)}); correct it and try again"),
        ApiErrorKind.Forbidden when error.NamespaceTerminating =>
            Refused(error, $"namespace \"{error.Request.Namespace}\" is being deleted and takes no new objects"),
        ApiErrorKind.Forbidden => Refused(error, $"forbidden ({error.Message}); {Grant(error.Request)}"),
        ApiErrorKind.Unauthorized when error.StatusCode is null =>
            Refused(error, $"there are no credentials ({error.Message}); see to those of {Origin(error)}"),
        ApiErrorKind.Unauthorized =>
            Refused(error, $"the server did not accept the credentials; renew those of {Origin(error)}"),
        ApiErrorKind.Expired => Refused(error, $"the server does not know the version asked for ({error.Message}); list again"),
        ApiErrorKind.TooManyRequests => Refused(error, $"the server is throttling requests; {Wait(error)}"),
        ApiErrorKind.Unavailable =>
            Refused(error, $"the server is not able to answer now (status {error.StatusCode}: {error.Message}); {Wait(error)}"),
        ApiErrorKind.Unreachable =>
            $"The Kubernetes API server {error.Request.Server} cannot be reached ({error.Message}); "
            + $"check the address, network and certificates of {Origin(error)}.",
        ApiErrorKind.Timeout => Refused(error, $"no answer in time ({error.Message}); check the server's load and the network, then try again"),
        ApiErrorKind.BadRequest => Refused(error, $"the server does not accept the request (status {error.StatusCode}: {error.Message})"),
        ApiErrorKind.Unexpected =>
            Refused(error, $"the answer is not that of a Kubernetes API server ({error.Message}); check the address in {Origin(error)}"),
        ApiErrorKind.Other => Refused(error, $"refused (status {error.StatusCode}: {error.Message})"),
        _ => throw new ArgumentOutOfRangeException(nameof(error), error.Kind, "unknown kind of error"),
    };

    private static string Refused(ApiError error, string why) => $"Cannot {error.Request} at {error.Request.Server}: {why}.";

    private static string Details(ApiError error) => error.Causes.Count > 0 ? string.Join("; ", error.Causes) : error.Message;

    private static string MissingKind(string resource) => resource.EndsWith(Resources.BacksnapGroup, StringComparison.Ordinal)
        ? "the server does not know this kind; install Backsnap's CRDs with 'kubectl apply -k config/crd'"
        : resource.EndsWith("snapshot.storage.k8s.io", StringComparison.Ordinal)
            ? "the server does not know this kind; install the snapshot CRDs and controller (kubernetes-csi/external-snapshotter)"
            : "the server does not know this kind; install what provides it";

    private static string Grant(ApiRequest request)
    {
        var resource = request.Subresource is null ? request.Resource : $"{request.Resource}/{request.Subresource}";
        var scope = request.Namespace is null ? "for the whole cluster" : $"in namespace \"{request.Namespace}\"";
        return $"if it is a matter of rights, grant verb \"{request.Verb}\" on \"{resource}\" {scope} in config/rbac";
    }

    private static string Origin(ApiError error) => error.Request.Origin.Length == 0 ? "the configuration" : error.Request.Origin;

    private static string Wait(ApiError error) => error.RetryAfter is { } pause
        ? $"try again in {Math.Ceiling(pause.TotalSeconds):0} s"
        : "try again later";
}
