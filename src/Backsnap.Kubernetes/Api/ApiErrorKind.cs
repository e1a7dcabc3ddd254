namespace Backsnap.Kubernetes;

/// <summary>Why a request failed, as far as a caller acts on it.</summary>
public enum ApiErrorKind
{
    /// <summary>404: the object is not there, or (<see cref="ApiError.ResourceMissing"/>) the server does not know the kind.</summary>
    NotFound,

    /// <summary>409 AlreadyExists: an object of that name is there.</summary>
    AlreadyExists,

    /// <summary>409: the object is no longer what the caller had seen (resourceVersion, uid precondition, field manager).</summary>
    Conflict,

    /// <summary>422: the object breaks a rule; sending it again is no use.</summary>
    Invalid,

    /// <summary>403: the account lacks a right, or admission (a quota, a terminating namespace) refused.</summary>
    Forbidden,

    /// <summary>401: the server does not know who asks; or (no status) there were no credentials to show.</summary>
    Unauthorized,

    /// <summary>410: the server does not know the resourceVersion or continue token (any more, or yet); list again.</summary>
    Expired,

    /// <summary>429: asked to wait.</summary>
    TooManyRequests,

    /// <summary>5xx: the server is not able to answer.</summary>
    Unavailable,

    /// <summary>No answer at all: connection, name resolution, TLS.</summary>
    Unreachable,

    /// <summary>No answer in time (or 504).</summary>
    Timeout,

    /// <summary>400, 405, 406, 413, 415: the request itself is wrong.</summary>
    BadRequest,

    /// <summary>An answer that is not what an API server sends: not JSON, cut off, of the wrong shape.</summary>
    Unexpected,

    /// <summary>Any other refusal.</summary>
    Other,
}
