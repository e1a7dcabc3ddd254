using System.Net;
using System.Text;
using System.Text.Json;

namespace Backsnap.Kubernetes;

/// <summary>From a server's refusal to an <see cref="ApiError"/>.</summary>
internal static class Refusal
{
    private const int LongestBody = 1 << 20;

    public static async Task<ApiError> ReadAsync(ApiRequest request, HttpResponseMessage response, DateTimeOffset now, CancellationToken cancel)
    {
        var body = await ReadBodyAsync(response, cancel).ConfigureAwait(false);
        var status = Parse(body);
        return Of(request, (int)response.StatusCode, status, Text(body)) with { RetryAfter = Pause(response, status, now) };
    }

    /// <summary>The error of a Status, whether it came as an answer or as a watch's ERROR event.</summary>
    public static ApiError Of(ApiRequest request, int code, StatusDocument? status, string fallback)
    {
        var message = status?.Message is { Length: > 0 } said ? said : fallback;
        var causes = status?.Details?.Causes ?? [];
        // A version from the future (the cluster was restored from a backup) is as useless as one that is forgotten.
        var kind = causes.Any(c => c.Reason == "ResourceVersionTooLarge") ? ApiErrorKind.Expired : KindOf(code, status?.Reason);
        return new ApiError(kind, request, message)
        {
            StatusCode = code,
            Reason = status?.Reason is { Length: > 0 } reason ? reason : null,
            Causes = [.. causes.Select(c => string.IsNullOrEmpty(c.Field) ? c.Message ?? "" : $"{c.Field}: {c.Message}").Distinct()],
            RetryAfter = status?.Details?.RetryAfterSeconds is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            // An unknown group is a plain "404 page not found"; an unknown resource of a known group has a Status without a name.
            ResourceMissing = kind == ApiErrorKind.NotFound && status?.Details?.Name is null or "",
            NamespaceTerminating = kind == ApiErrorKind.Forbidden && causes.Any(c => c.Reason == "NamespaceTerminating"),
        };
    }

    private static ApiErrorKind KindOf(int code, string? reason) => (code, reason) switch
    {
        (_, "AlreadyExists") => ApiErrorKind.AlreadyExists,
        (_, "Expired" or "Gone") => ApiErrorKind.Expired,
        (_, "Timeout") => ApiErrorKind.Timeout,
        (400 or 405 or 406 or 413 or 415, _) => ApiErrorKind.BadRequest,
        (401, _) => ApiErrorKind.Unauthorized,
        (403, _) => ApiErrorKind.Forbidden,
        (404, _) => ApiErrorKind.NotFound,
        (408 or 504, _) => ApiErrorKind.Timeout,
        (409, _) => ApiErrorKind.Conflict,
        (410, _) => ApiErrorKind.Expired,
        (422, _) => ApiErrorKind.Invalid,
        (429, _) => ApiErrorKind.TooManyRequests,
        ( >= 500, _) => ApiErrorKind.Unavailable,
        ( >= 300 and < 400, _) => ApiErrorKind.Unexpected,
        _ => ApiErrorKind.Other,
    };

    private static TimeSpan? Pause(HttpResponseMessage response, StatusDocument? status, DateTimeOffset now) =>
        response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date > now ? date - now : TimeSpan.Zero,
            _ => status?.Details?.RetryAfterSeconds is > 0 and { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        };

    private static StatusDocument? Parse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, KubeJson.Default.StatusDocument) is { Kind: "Status" } status ? status : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(byte[] body)
    {
        var text = string.Join(' ', Encoding.UTF8.GetString(body).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return text.Length switch { 0 => "no explanation", <= 300 => text, _ => text[..300] + "…" };
    }

    private static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            using var kept = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; kept.Length < LongestBody && (read = await stream.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
            {
                kept.Write(buffer, 0, read);
            }

            return kept.ToArray();
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            // The status line says enough.
            return Encoding.UTF8.GetBytes($"{(int)response.StatusCode} {(HttpStatusCode)response.StatusCode}");
        }
    }
}
