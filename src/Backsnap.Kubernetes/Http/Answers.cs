using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Backsnap.Kubernetes;

/// <summary>From answers that are successes to values.</summary>
internal static class Answers
{
    /// <summary>Reads the body as it arrives: a long list is never in memory as text.</summary>
    public static async Task<ApiResult<T>> JsonAsync<T>(
        ApiRequest request, HttpResponseMessage response, JsonTypeInfo<T> json, CancellationToken cancel)
        where T : class
    {
        using (response)
        {
            if (NotJson(request, response) is { } error) return new ApiResult<T>.Failed(error);

            await using var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            return await JsonSerializer.DeserializeAsync(body, json, cancel).ConfigureAwait(false) is { } value
                ? new ApiResult<T>.Ok(value)
                : new ApiResult<T>.Failed(Unexpected(request, response, "the answer is null"));
        }
    }

    /// <summary>A server answers a deletion with a Status when the object is gone, else with the object as it stands.</summary>
    public static DeleteOutcome Deletion(AnyObject answer) => answer switch
    {
        { Kind: "Status" } => new DeleteOutcome.Deleted(),
        { Metadata.Finalizers: { Count: > 0 } finalizers } => new DeleteOutcome.Terminating(finalizers),
        // A pod with time left has no finalizer, but is still there.
        { Metadata.DeletionTimestamp: not null, Kind: "Pod" } => new DeleteOutcome.Terminating([]),
        _ => new DeleteOutcome.Deleted(),
    };

    public static async Task<ApiResult<RawAnswer>> RawAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        using (response)
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);
            var type = response.Content.Headers.ContentType?.ToString() ?? "";
            return new ApiResult<RawAnswer>.Ok(new RawAnswer((int)response.StatusCode, type, body));
        }
    }

    public static async IAsyncEnumerable<string> LinesAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancel)
    {
        using (response)
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            using var reader = new StreamReader(body);
            while (await LineAsync(reader, cancel).ConfigureAwait(false) is { } line) yield return line;
        }
    }

    public static ApiError? NotJson(ApiRequest request, HttpResponseMessage response) =>
        response.Content.Headers.ContentType is { MediaType: { } type } && !IsJson(type)
            ? Unexpected(request, response, $"it is {type} where application/json was asked for")
            : null;

    private static bool IsJson(string mediaType) =>
        mediaType is "application/json" || mediaType.EndsWith("+json", StringComparison.Ordinal);

    private static ApiError Unexpected(ApiRequest request, HttpResponseMessage response, string message) =>
        new(ApiErrorKind.Unexpected, request, message) { StatusCode = (int)response.StatusCode };

    private static async Task<string?> LineAsync(StreamReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadLineAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception e) when (NetworkFailure.Is(e))
        {
            return null;
        }
    }
}
