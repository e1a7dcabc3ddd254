using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Backsnap.Kubernetes;

/// <summary>One line of a watch, <c>{"type":"ADDED","object":{…}}</c>, made an event.</summary>
internal static class WatchLine
{
    /// <summary>The event, or null for a type that this program does not know: a newer server may have some.</summary>
    public static WatchEvent<T>? Read<T>(ReadOnlySequence<byte> line, JsonTypeInfo<T> json, ApiRequest request)
        where T : class, IKubernetesObject
    {
        try
        {
            var (type, body) = Split(line);
            return type switch
            {
                "ADDED" => new WatchEvent<T>.Added(Parse(body, json)),
                "MODIFIED" => new WatchEvent<T>.Modified(Parse(body, json)),
                "DELETED" => new WatchEvent<T>.Deleted(Parse(body, json)),
                "BOOKMARK" => Bookmark<T>(Parse(body, KubeJson.Default.AnyObject)),
                "ERROR" => Error<T>(Parse(body, KubeJson.Default.StatusDocument), request),
                _ => null,
            };
        }
        catch (JsonException e)
        {
            return new WatchEvent<T>.Error(new ApiError(ApiErrorKind.Unexpected, request, $"a line of the watch cannot be read: {e.Message}"));
        }
    }

    private static WatchEvent<T>.Bookmark Bookmark<T>(AnyObject mark)
        where T : class, IKubernetesObject =>
        new(
            mark.Metadata?.ResourceVersion ?? throw new JsonException("the bookmark has no resourceVersion"),
            mark.Metadata.Annotations is { } annotations && annotations.TryGetValue("k8s.io/initial-events-end", out var end) && end == "true");

    private static WatchEvent<T>.Error Error<T>(StatusDocument status, ApiRequest request)
        where T : class, IKubernetesObject =>
        new(Refusal.Of(request, status.Code ?? 500, status, "no explanation"));

    private static T Parse<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> json)
    {
        var reader = new Utf8JsonReader(body);
        return JsonSerializer.Deserialize(ref reader, json) ?? throw new JsonException("the object is null");
    }

    private static (string? Type, ReadOnlySequence<byte> Object) Split(ReadOnlySequence<byte> line)
    {
        string? type = null;
        ReadOnlySequence<byte>? body = null;
        var reader = new Utf8JsonReader(line);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("it is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            var start = reader.TokenStartIndex;
            if (isType) type = PooledString.Read(ref reader);
            reader.Skip();
            if (isObject) body = line.Slice(start, reader.BytesConsumed - start);
        }

        return (type, body ?? throw new JsonException($"it has no object: {Encoding.UTF8.GetString(line.Slice(0, Math.Min(line.Length, 100)))}"));
    }
}
