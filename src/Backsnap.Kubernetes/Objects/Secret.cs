using System.Text;
using System.Text.Json.Serialization;

namespace Backsnap.Kubernetes;

/// <summary>Credentials (<c>v1</c>). Its text form names no value, so that a log line cannot give one away.</summary>
public sealed record Secret : IKubernetesObject
{
    /// <inheritdoc/>
    public ObjectMeta Metadata { get => field ?? ObjectMeta.Empty; init; }

    /// <summary><c>Opaque</c> and others.</summary>
    [JsonConverter(typeof(PooledString))]
    public string? Type { get; init; }

    /// <summary>Values by key, in base64.</summary>
    public IReadOnlyDictionary<string, string>? Data { get; init; }

    private bool PrintMembers(StringBuilder text)
    {
        text.Append("Metadata = ").Append(Metadata).Append(", Type = ").Append(Type)
            .Append(", Keys = ").AppendJoin(' ', Data?.Keys ?? []);
        return true;
    }
}
