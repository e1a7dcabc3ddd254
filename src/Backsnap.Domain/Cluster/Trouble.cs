using Backsnap.Domain.Claims;
using Backsnap.Domain.Objects;
using NodaTime;

namespace Backsnap.Domain.Cluster;

/// <summary>The API server refused a write that an object needed: until when it is left alone, and what was answered.</summary>
public sealed record Trouble(Instant Until, string Why)
{
    /// <summary>What a trouble is filed under: the PVCBackup or PVCRestore, by kind and name, that the write was for.</summary>
    public static string KeyOf(ObjectKind kind, NamespaceName ns, string name) => $"{kind.Kind} {ns}/{name}";
}
