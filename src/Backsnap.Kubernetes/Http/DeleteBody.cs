using System.Buffers;
using System.Text.Json;

namespace Backsnap.Kubernetes;

/// <summary>The <c>DeleteOptions</c> document that goes with a deletion.</summary>
internal static class DeleteBody
{
    public static ReadOnlyMemory<byte> Write(DeleteOptions options)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes);
        json.WriteStartObject();
        json.WriteString("apiVersion", "v1");
        json.WriteString("kind", "DeleteOptions");
        if (options.GracePeriodSeconds is { } grace) json.WriteNumber("gracePeriodSeconds", grace);
        if (options.Propagation is { } propagation) json.WriteString("propagationPolicy", Name(propagation));
        if (options.Uid is not null || options.ResourceVersion is not null)
        {
            json.WriteStartObject("preconditions");
            if (options.Uid is { } uid) json.WriteString("uid", uid);
            if (options.ResourceVersion is { } version) json.WriteString("resourceVersion", version);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenMemory;
    }

    private static string Name(Propagation propagation) => propagation switch
    {
        Propagation.Background => "Background",
        Propagation.Foreground => "Foreground",
        Propagation.Orphan => "Orphan",
        _ => throw new ArgumentOutOfRangeException(nameof(propagation), propagation, "unknown propagation"),
    };
}
