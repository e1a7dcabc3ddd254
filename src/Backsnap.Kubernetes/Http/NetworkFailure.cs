using System.Net.Sockets;
using System.Security.Authentication;

namespace Backsnap.Kubernetes;

/// <summary>From what the network threw to an <see cref="ApiError"/> in words that name the cause.</summary>
internal static class NetworkFailure
{
    /// <summary>True for what a server or network may do to a request; anything else is a bug and goes on its way.</summary>
    public static bool Is(Exception e) => e is HttpRequestException or IOException or SocketException or AuthenticationException;

    /// <summary>True when the request certainly did not reach the server.</summary>
    public static bool BeforeSending(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
            or HttpRequestError.ProxyTunnelError,
    };

    /// <summary>True when trying again would only meet the same: a name or a certificate does not change in seconds.</summary>
    public static bool IsLasting(Exception e) => e is HttpRequestException
    {
        HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    public static ApiError Of(ApiRequest request, Exception e, string? certificateRefusal) =>
        new(ApiErrorKind.Unreachable, request, Describe(e, certificateRefusal));

    private static string Describe(Exception e, string? certificateRefusal) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its host name cannot be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } when certificateRefusal is not null =>
            certificateRefusal,
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => $"TLS failed: {Innermost(e)}",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => $"the proxy does not connect to it: {Innermost(e)}",
        _ => Innermost(e),
    };

    private static string Innermost(Exception e)
    {
        while (e.InnerException is { } inner) e = inner;
        return e.Message.TrimEnd('.');
    }
}
